import { datasetReader } from '../../access/dataset-reader.ts'
import {
  datasetCheck,
  datasetDiff,
  datasetExample,
  exampleEntry,
  findVersion,
  versionEntry,
} from '../../dataset/dataset-answers.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import type { Implementer } from '../implementer.ts'
import { flowSources } from './dataset-proposals.ts'

type Host = Pick<ReviewHost, 'store' | 'flows'>

export function datasetRoutes(os: Implementer['datasets'], host: Host) {
  const { store } = host
  return {
    versions: os.versions.handler(async ({ input, context: { actor } }) => {
      const { dataset, after, limit } = input
      const reader = datasetReader(store, actor)
      await findVersion(reader, { dataset })
      const found = await reader.versions({
        dataset,
        before: after === undefined ? undefined : { id: after },
        limit,
      })
      const nameOf = await peopleNames(store)
      return { items: found.map((one) => versionEntry(one, nameOf)), next: nextOf(found, limit) }
    }),
    version: os.version.handler(async ({ input, context: { actor } }) => {
      const reader = datasetReader(store, actor)
      const version = await findVersion(reader, input)
      await reader.recordShown(version)
      return versionEntry(version, await peopleNames(store))
    }),
    entries: os.entries.handler(async ({ input, context: { actor } }) => {
      const reader = datasetReader(store, actor)
      const found = await reader.entries(await findVersion(reader, input), input)
      const nameOf = await peopleNames(store)
      const items = found.map((entry) => exampleEntry(entry, nameOf))
      return { items, next: nextOf(found, input.limit) }
    }),
    examples: os.examples.handler(async ({ input, context: { actor } }) => {
      const reader = datasetReader(store, actor)
      const found = await reader.examples(await findVersion(reader, input), input)
      const nameOf = await peopleNames(store)
      const items = found.map((example) => datasetExample(example, nameOf))
      return { items, next: nextOf(found, input.limit) }
    }),
    example: os.example.handler(async ({ input, context: { actor } }) => {
      const reader = datasetReader(store, actor)
      const found = await reader.example(await findVersion(reader, input), input.id)
      if (found !== null) return datasetExample(found, await peopleNames(store))
      throw new UserFacingError(
        'example-not-found',
        'There is no such example, or you may not see it.',
      )
    }),
    check: os.check.handler(async ({ input, context: { actor } }) =>
      datasetCheck(datasetReader(store, actor), input, await flowSources(host)),
    ),
    diff: os.diff.handler(({ input, context: { actor } }) =>
      datasetDiff(datasetReader(store, actor), input),
    ),
  }
}

function nextOf(found: { id: string }[], limit: number): string | null {
  return found.length === limit ? (found.at(-1)?.id ?? null) : null
}

import { datasetReader } from '../../access/dataset-reader.ts'
import { mayExport } from '../../access/opened-texts.ts'
import {
  datasetCheck,
  datasetDiff,
  exampleEntry,
  findVersion,
  versionEntry,
} from '../../dataset/dataset-answers.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import { flowSearch } from '../flow-sources.ts'
import type { Implementer } from '../implementer.ts'

type Asking = Pick<ReviewHost, 'store' | 'flows' | 'splitKey'>

/** `beyond` knows of every version that gates were asked about. */
type Host = Asking & { beyond: Asking }

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
    check: os.check.handler(async ({ input, context: { actor } }) =>
      datasetCheck(datasetReader(store, actor), input, {
        search: await flowSearch(host.beyond),
        place: host,
      }),
    ),
    diff: os.diff.handler(({ input, context: { actor } }) =>
      datasetDiff(datasetReader(store, actor), { ...input, whole: mayExport(actor) }),
    ),
  }
}

/** For the next page; null at the end. */
export function nextOf(found: { id: string }[], limit: number): string | null {
  return found.length === limit ? (found.at(-1)?.id ?? null) : null
}

import { datasetReader } from '../../access/dataset-reader.ts'
import { mayExport, openExample, readTextLimits } from '../../access/opened-texts.ts'
import { datasetExample, findVersion, listedExample } from '../../dataset/dataset-answers.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'
import { nextOf } from './datasets.ts'

type ExampleRoutes = Pick<Implementer['datasets'], 'examples' | 'example' | 'openedTexts'>

/** Texts of examples, and how many of them people opened. */
export function exampleRoutes(os: ExampleRoutes, { store }: { store: Store }) {
  return {
    examples: os.examples.handler(async ({ input, context: { actor } }) => {
      const reader = datasetReader(store, actor)
      const found = await reader.examples(await findVersion(reader, input), input)
      const nameOf = await peopleNames(store)
      const how = { nameOf, whole: mayExport(actor) }
      const items = found.map((example) => listedExample(example, how))
      return { items, next: nextOf(found, input.limit) }
    }),
    example: os.example.handler(async ({ input, context: { actor } }) => {
      const reader = datasetReader(store, actor)
      const found = await reader.example(await findVersion(reader, input), input.id)
      if (found === null) {
        const sentence = 'There is no such example, or you may not see it.'
        throw new UserFacingError('example-not-found', sentence)
      }
      await openExample(store, actor, { ...found, dataset: input.dataset })
      return datasetExample(found, await peopleNames(store))
    }),
    openedTexts: os.openedTexts.handler(async ({ input: { limit } }) => {
      const nameOf = await peopleNames(store)
      const days = await store.openedTexts.list(limit)
      const items = days.map(({ person, units: counted, pools, ...day }) => {
        const parts = pools.map(({ name, units }) => ({ name, counted: units }))
        return { ...day, person: nameOf(person), counted, parts }
      })
      const { textsPerDay: most, textsShare: share } = await readTextLimits(store)
      return { items, most, share }
    }),
  }
}

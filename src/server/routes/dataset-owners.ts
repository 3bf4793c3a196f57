import { record } from '../../access/audit.ts'
import { datasetReader } from '../../access/dataset-reader.ts'
import { versionEntry } from '../../dataset/dataset-answers.ts'
import { handOnDataset } from '../../dataset/dataset-owner.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import { isCommandLine } from '../../schema/command-line.ts'
import type { Implementer } from '../implementer.ts'

export function ownerRoutes(os: Implementer['datasets'], { store }: Pick<ReviewHost, 'store'>) {
  return {
    list: os.list.handler(async ({ context: { actor } }) => {
      const found = await datasetReader(store, actor).list()
      // Of others not even a row is read.
      const names = found.map(({ dataset }) => dataset)
      const [nameOf, owners] = await Promise.all([peopleNames(store), store.datasets.owners(names)])
      const items = found.map((version) => {
        const owner = owners.get(version.dataset) ?? version.createdBy
        const named = isCommandLine(owner) ? null : nameOf(owner)
        return { ...versionEntry(version, nameOf), owner: named }
      })
      return { items }
    }),
    handOn: os.handOn.handler(async ({ input: { dataset, person }, context: { actor } }) => {
      const details = { mode: 'hand-on', owner: person }
      const change = { dataset, owner: person, by: actor.id }
      await handOnDataset(store, change, () =>
        record(store, actor, { action: 'dataset-changed', subject: dataset, details }),
      )
      return { owner: (await peopleNames(store))(person) }
    }),
  }
}

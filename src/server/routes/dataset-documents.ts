import { recordHiddenReads } from '../../access/audit.ts'
import { recordNewVersion } from '../../access/dataset-change.ts'
import { datasetReader } from '../../access/dataset-reader.ts'
import { shortNameOf } from '../../access/hidden-names.ts'
import { addDocument, textAndSource } from '../../dataset/add-document.ts'
import { versionEntry } from '../../dataset/dataset-answers.ts'
import { documentExample } from '../../review/document-example.ts'
import { findDocument } from '../../review/document-entries.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import { readReviewSettings } from '../../review/review-settings.ts'
import { flowSources } from '../flow-sources.ts'
import type { Implementer } from '../implementer.ts'

type Host = Pick<ReviewHost, 'store' | 'flows' | 'splitKey'>

/** Documents as examples: who labels them goes from the one to the other. */
export function documentExampleRoutes(os: Implementer['datasets'], host: Host) {
  const { store, splitKey } = host
  return {
    ofDocument: os.ofDocument.handler(async ({ input: { sha256 }, context: { actor } }) => {
      const document = await findDocument(store, actor, sha256)
      await recordHiddenReads(store, actor, [document])
      const example = await documentExample(store, document)
      const held = await store.datasets.holders('everything', textAndSource(example))
      const datasets = await datasetReader(store, actor).list()
      return { items: datasets.map(({ dataset }) => ({ dataset, id: held.get(dataset) ?? null })) }
    }),
    addDocument: os.addDocument.handler(async ({ input, context: { actor } }) => {
      const { dataset, sha256 } = input
      const document = await findDocument(store, actor, sha256)
      await recordHiddenReads(store, actor, [document])
      const example = await documentExample(store, document)
      const named = await shortNameOf(store, { hash: sha256, split: document.split })
      const details = { mode: 'add-document', document: named }
      const { splitShares: shares } = await readReviewSettings(store)
      const { version, ...done } = await addDocument(
        { store, splitKey, shares },
        { dataset, example, createdBy: actor.id, sources: await flowSources(host) },
        (planned) => recordNewVersion(store, actor, { dataset, details, version: planned }),
      )
      await datasetReader(store, actor).recordOutcome(version, done)
      return { ...versionEntry(version, await peopleNames(store)), ...done }
    }),
  }
}

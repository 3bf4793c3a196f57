import { recordHiddenReads } from '../../access/audit.ts'
import { recordNewVersion } from '../../access/dataset-change.ts'
import { type DatasetReader, datasetReader } from '../../access/dataset-reader.ts'
import { shortNameOf } from '../../access/hidden-names.ts'
import { addDocument, textAndSource } from '../../dataset/add-document.ts'
import { versionEntry } from '../../dataset/dataset-answers.ts'
import { documentExample } from '../../review/document-example.ts'
import { findDocument } from '../../review/document-entries.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import { readReviewSettings } from '../../review/review-settings.ts'
import type { DatasetVersion } from '../../schema/stored-dataset.ts'
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
      const reader = datasetReader(store, actor)
      const items = (await reader.list()).map(async (version) => {
        const { dataset } = version
        return { dataset, id: await idToTell(reader, version, held.get(dataset)) }
      })
      return { items: await Promise.all(items) }
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
      const reader = datasetReader(store, actor)
      await reader.recordOutcome(version, done)
      if (!done.added) await idToTell(reader, version, done.id)
      return { ...versionEntry(version, await peopleNames(store)), ...done }
    }),
  }
}

/**
 * Before somebody is told which example a document is: that may be hidden where the document is open.
 * @returns null when this version has no such example
 */
async function idToTell(
  reader: Pick<DatasetReader, 'entries'>,
  version: DatasetVersion,
  id: string | undefined,
): Promise<string | null> {
  if (id === undefined) return null
  const [entry] = await reader.entries(version, { ids: [id], limit: 1 })
  return entry?.id ?? null
}

import type { DocumentExample } from '../schema/reviewed-example.ts'
import type { ChosenSplit } from '../schema/stored-dataset.ts'
import { withoutEmpty } from './fields.ts'
import { type Begin, importVersion } from './import-version.ts'
import type { LeakSource } from './leak-sources.ts'
import { documentHash } from './document-hash.ts'
import type { LoadedExample } from './loaded-example.ts'
import { noCopies } from './new-copies.ts'
import { contentOf, freeId, splitsAsExamples } from './proposals.ts'
import { readNewest } from './read-all-entries.ts'
import { refuseLeaks } from './refuse-leaks.ts'
import type { ImportHost } from './split-drafts.ts'

type Adding = {
  dataset: string
  example: DocumentExample
  /** Prompts, rules and guidelines, in which no hidden example may stand. */
  sources: LeakSource[]
  createdBy: string
}

type AddedDocument = Awaited<ReturnType<typeof importVersion>> & {
  /** What the example is called. */
  id: string
}

/**
 * Makes an example of a document, to be labelled, and the dataset where there is none. The document keeps
 * the split that it came into. A dataset that has it, or its text, already stays as it is.
 * @throws UserFacingError proposal-leaks, and those of `importVersion`
 */
export async function addDocument(
  host: ImportHost,
  { dataset, example, sources, createdBy }: Adding,
  begin: Begin,
): Promise<AddedDocument> {
  const { datasets } = host.store
  const newest = await readNewest(datasets, dataset)
  const { version: before, entries } = newest
  const held = await datasets.holders('everything', textAndSource(example))
  const known = held.get(dataset)
  if (before !== null && known !== undefined) {
    const nothing = {
      added: false,
      changes: null,
      shown: [],
      leftOut: [],
      copies: noCopies,
      leaks: null,
    }
    return { id: known, version: before, ...nothing }
  }
  const id = freeId(example, new Set(entries.map((entry) => entry.id)))
  const [place] = await splitsAsExamples(host, [example])
  const { split = example.document.split, chosen } = place ?? {}
  await refuseLeaks(host, [{ ...example, id, split }], { sources, before })
  const content = {
    dataset,
    examples: [loadedDocument(id, example, chosen)],
    mode: 'add' as const,
    onto: newest,
    splits: 'drawn' as const,
    createdBy,
    source: 'document',
    note: null,
  }
  const imported = await importVersion(host, content, begin)
  return { ...imported, id }
}

/** By which the example of a document is known, also one that came from somewhere else. */
export function textAndSource({
  document,
  paragraphs,
}: Pick<DocumentExample, 'document' | 'paragraphs'>): { text: string; source: string } {
  return { text: documentHash(paragraphs), source: document.id }
}

function loadedDocument(
  id: string,
  example: DocumentExample,
  chosen: ChosenSplit | undefined,
): LoadedExample {
  const { document, review } = example
  const { id: source, group, name, sha256 } = document
  return {
    id,
    ...contentOf(example),
    file: { name: name ?? '', sha256 },
    origin: { document: source, group, ...withoutEmpty({ review: review ?? undefined, chosen }) },
  }
}

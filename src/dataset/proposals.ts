import { UserFacingError } from '../lib/errors.ts'
import type { ReviewedExample } from '../schema/reviewed-example.ts'
import type { DatasetEntry, DatasetVersion } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'
import { importVersion, type ImportHost } from './import-version.ts'
import type { LeakSource } from './leak-sources.ts'
import { documentHash, type LoadedExample } from './loaded-example.ts'
import { readAllEntries } from './read-all-entries.ts'
import { refuseLeaks } from './refuse-leaks.ts'
import { retiringGroups } from './rotate.ts'
import { exampleHash } from './version-hash.ts'

/** A reviewed document that a dataset does not have, or has with other labels. */
export type Proposal = {
  reviewed: ReviewedExample
  /** What the example is, or would be, called. */
  id: string
  hash: string
  /** Whether the dataset has the document with other labels. */
  relabels: boolean
}

type Host = { store: Pick<Store, 'datasets'> }

/**
 * What reviewers' verdicts would add to the newest version, without what a custodian has declined. The
 * dataset need not be there yet.
 */
export async function* proposalsFor(
  { store: { datasets } }: Host,
  dataset: string,
  reviewed: AsyncIterable<ReviewedExample>,
): AsyncGenerator<Proposal> {
  const version = await datasets.version('everything', { dataset })
  const entries = version === null ? [] : await readAllEntries(datasets, version)
  const declined = await datasets.declined(dataset)
  const bySource = new Map(entries.map((entry) => [entry.provenance?.source ?? '', entry]))
  const hashes = new Set(entries.map(({ hash }) => hash))
  const taken = new Set(entries.map(({ id }) => id))
  for await (const one of reviewed) {
    const hash = hashOf(one)
    if (hashes.has(hash) || declined.has(`${one.review} ${hash}`)) continue
    const known = bySource.get(one.document.id)
    const id = known?.id ?? freeId(one, taken)
    taken.add(id)
    yield { reviewed: one, id, hash, relabels: known !== undefined }
  }
}

function hashOf(reviewed: ReviewedExample): string {
  const { paragraphs, issues, extra } = contentOf(reviewed)
  return exampleHash({ document: documentHash(paragraphs), issues, extra })
}

export function contentOf({
  paragraphs,
  issues,
  document,
}: Pick<ReviewedExample, 'paragraphs' | 'issues' | 'document'>) {
  const { language } = document
  return { paragraphs, issues, ...(language !== null && { extra: { lang: language } }) }
}

/** What a new example of a document is called. */
export function freeId(
  { document: { name, sha256 } }: Pick<ReviewedExample, 'document'>,
  taken: ReadonlySet<string>,
): string {
  const wanted = name ?? sha256
  return taken.has(wanted) ? `${wanted} ${sha256}` : wanted
}

export type Merge = {
  dataset: string
  /** Ids of reviews. */
  reviews: readonly string[]
  /** Whether a third of `test` goes into `evaluation` with the same version. */
  rotate: boolean
  /** Prompts, rules and guidelines, in which no hidden example may stand. */
  sources: LeakSource[]
  createdBy: string
  note: string | null
}

type Merged = Awaited<ReturnType<typeof importVersion>> & { retired: number }

/**
 * Adds what was reviewed to a dataset. Documents keep the split that they came into when they were uploaded.
 * @throws UserFacingError proposal-not-found, proposal-leaks, and those of `importVersion`
 */
export async function mergeProposals(
  host: ImportHost,
  reviewed: AsyncIterable<ReviewedExample>,
  { dataset, reviews, rotate, sources, createdBy, note }: Merge,
): Promise<Merged> {
  const { datasets } = host.store
  const chosen = await chosenProposals(host, reviewed, { dataset, reviews })
  const before = await datasets.version('everything', { dataset })
  const entries = before === null ? [] : await readAllEntries(datasets, before)
  const examples = chosen.map(({ id, reviewed: one }) => ({ ...one, id }))
  await refuseLeaks(host, examples, { sources, before })
  const retire = rotate ? retiring(host, before, entries) : new Set<string>()
  const imported = await importVersion(host, {
    dataset,
    examples: chosen.map(loadedProposal),
    mode: 'add',
    splits: 'drawn',
    retire,
    createdBy,
    source: rotate ? 'rotation' : 'reviews',
    note,
  })
  const after = rotate ? await readAllEntries(datasets, imported.version) : []
  return { ...imported, retired: retiredGroups(entries, after) }
}

/** Groups that were in `test` and are not hidden any more. */
function retiredGroups(before: readonly DatasetEntry[], after: readonly DatasetEntry[]): number {
  const shown = new Set(after.flatMap(({ id, split }) => (split === 'evaluation' ? [id] : [])))
  const retired = before.filter(({ id, split }) => split === 'test' && shown.has(id))
  return new Set(retired.map(({ group }) => group)).size
}

function retiring(
  { splitKey }: ImportHost,
  version: DatasetVersion | null,
  entries: readonly DatasetEntry[],
): Set<string> {
  return retiringGroups(entries, { key: splitKey, version: version?.hash ?? '' })
}

function loadedProposal({ id, reviewed }: Proposal): LoadedExample {
  const { document, verdicts } = reviewed
  const readBy = reviewed.readBy.map((person) => person.id)
  const review = { id: reviewed.review, ...verdicts, readBy }
  return {
    id,
    ...contentOf(reviewed),
    file: { name: document.name ?? '', sha256: document.sha256 },
    origin: { document: document.id, group: document.group, review },
  }
}

/** What these reviews propose. @throws UserFacingError proposal-not-found */
export async function chosenProposals(
  host: Host,
  reviewed: AsyncIterable<ReviewedExample>,
  { dataset, reviews }: Pick<Merge, 'dataset' | 'reviews'>,
): Promise<Proposal[]> {
  const all = await Array.fromAsync(proposalsFor(host, dataset, reviewed))
  const chosen = all.filter((proposal) => reviews.includes(proposal.reviewed.review))
  requireAll(chosen, reviews)
  return chosen
}

function requireAll(chosen: readonly Proposal[], reviews: readonly string[]): void {
  const found = new Set(chosen.map(({ reviewed }) => reviewed.review))
  const missing = reviews.filter((review) => !found.has(review))
  if (missing.length === 0) return
  throw new UserFacingError(
    'proposal-not-found',
    `${missing.length} of the reviews propose nothing for this dataset (any more). Look at the list again.`,
  )
}

import { groupOfText } from '../document/document-group.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Split } from '../schema/access.ts'
import type { ChosenSplit } from '../schema/stored-dataset.ts'
import type { ReviewedExample } from '../schema/reviewed-example.ts'
import type { Store } from '../store/store.ts'
import { settledSplit } from './assign-splits.ts'
import { withoutEmpty } from './fields.ts'
import { documentHash } from './loaded-example.ts'
import { readAllEntries } from './read-all-entries.ts'
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

type Reviewed = Pick<ReviewedExample, 'document' | 'paragraphs'>

export type SplitAsExample = {
  split: Split
  /** Where a custodian has said it. */
  chosen?: ChosenSplit
}

/**
 * The splits that documents come into as examples, in their order: that of the document, unless a custodian has
 * said another one, or engineers have seen its text in a dataset since.
 */
export async function splitsAsExamples(
  { store: { datasets }, splitKey }: Host & { splitKey: string },
  reviewed: readonly Reviewed[],
): Promise<SplitAsExample[]> {
  const groups = reviewed.map(({ document: { sha256, group }, paragraphs }) => [
    groupOfText(splitKey, { sha256, paragraphs }),
    group,
  ])
  const known = await datasets.splitsOf([...new Set(groups.flat())])
  const chosen = await datasets.chosenSplits([...new Set(groups.flat())])
  return reviewed.map(({ document }, i) => {
    const own = groups[i] ?? []
    const split = settledSplit(own, { known, chosen }) ?? document.split
    const said = own.flatMap((group) => chosen.get(group) ?? [])
    return { split, ...withoutEmpty({ chosen: said.find((one) => one.split === split) }) }
  })
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

/** What these reviews propose. @throws UserFacingError proposal-not-found */
export async function chosenProposals(
  host: Host,
  reviewed: AsyncIterable<ReviewedExample>,
  { dataset, reviews }: { dataset: string; reviews: readonly string[] },
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

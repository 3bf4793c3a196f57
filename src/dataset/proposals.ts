import { groupOfText } from '../document/document-group.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Split } from '../schema/access.ts'
import type { ChosenSplit, DatasetEntry } from '../schema/stored-dataset.ts'
import type { ReviewedExample } from '../schema/reviewed-example.ts'
import type { Store } from '../store/store.ts'
import { settledSplit } from './assign-splits.ts'
import { withoutEmpty } from './fields.ts'
import { documentHash } from './document-hash.ts'
import type { LoadedExample } from './loaded-example.ts'
import type { Newest } from './read-all-entries.ts'
import { exampleHash } from './version-hash.ts'

/** A reviewed document that a dataset does not have, or has with other labels. */
export type Proposal = {
  reviewed: ReviewedExample
  /** What the example is, or would be, called. */
  id: string
  hash: string
  /** Whether the dataset has the document with other labels. */
  relabels: boolean
  /** Fields that the example has besides, or would have. */
  extra: Extra
}

type Extra = Record<string, unknown> | undefined

type Host = { store: Pick<Store, 'datasets'> }

/**
 * What reviewers' verdicts would add to the newest version, without what a custodian has declined. The
 * dataset need not be there yet.
 */
export async function* proposalsFor(
  { store: { datasets } }: Host,
  newest: Newest,
  reviewed: AsyncIterable<ReviewedExample>,
): AsyncGenerator<Proposal> {
  const { dataset, entries } = newest
  const declined = await datasets.declined(dataset)
  const bySource = new Map(entries.map((entry) => [entry.provenance?.source ?? '', entry]))
  const hashes = new Set(entries.map(({ hash }) => hash))
  const taken = new Set(entries.map(({ id }) => id))
  for await (const some of inTurns(reviewed)) {
    const fresh = some.filter((one) => !hashes.has(hashOf(one, contentOf(one).extra)))
    const known = fresh.flatMap(({ document }) => bySource.get(document.id) ?? [])
    const extras = await extrasOf(datasets, newest, known)
    for (const one of fresh) {
      const entry = bySource.get(one.document.id)
      const { extra } = contentOf(one, extras.get(entry?.id ?? ''))
      const hash = hashOf(one, extra)
      if (hashes.has(hash) || declined.has(`${one.review} ${hash}`)) continue
      const id = entry?.id ?? freeId(one, taken)
      taken.add(id)
      yield { reviewed: one, id, hash, relabels: entry !== undefined, extra }
    }
  }
}

/** Reviewed documents that are looked up together: a few statements for all of them. */
const atOnce = 20

async function* inTurns<One>(all: AsyncIterable<One>): AsyncGenerator<One[]> {
  let some: One[] = []
  for await (const one of all) {
    some.push(one)
    if (some.length < atOnce) continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}

/** What examples have besides what we have words for, by their ids. */
async function extrasOf(
  datasets: Pick<Store['datasets'], 'examples'>,
  { version }: Newest,
  entries: readonly DatasetEntry[],
): Promise<Map<string, Extra>> {
  if (version === null || entries.length === 0) return new Map()
  const ids = entries.map(({ id }) => id)
  const found = await datasets.examples('everything', version.id, { ids, limit: atOnce })
  return new Map(found.map(({ id, content }) => [id, content?.labels.extra]))
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

function hashOf({ paragraphs, issues }: ReviewedExample, extra: Extra): string {
  return exampleHash({ document: documentHash(paragraphs), issues, extra })
}

/** @param kept fields of the example that is there already */
export function contentOf(
  {
    paragraphs,
    issues,
    document: { language },
  }: Pick<ReviewedExample, 'paragraphs' | 'issues' | 'document'>,
  kept?: Extra,
): Pick<LoadedExample, 'paragraphs' | 'issues' | 'extra'> {
  const extra = { ...withoutEmpty({ lang: language }), ...kept }
  return { paragraphs, issues, ...(Object.keys(extra).length > 0 && { extra }) }
}

/** What a new example of a document is called: never as one that is there. */
export function freeId(
  { document: { name, sha256 } }: Pick<ReviewedExample, 'document'>,
  taken: ReadonlySet<string>,
): string {
  const wanted = name ?? sha256
  if (!taken.has(wanted)) return wanted
  const named = `${wanted} ${sha256}`
  let id = named
  for (let number = 2; taken.has(id); number += 1) id = `${named} ${number}`
  return id
}

/** What these reviews propose. @throws UserFacingError proposal-not-found */
export async function chosenProposals(
  host: Host,
  reviewed: AsyncIterable<ReviewedExample>,
  { newest, reviews }: { newest: Newest; reviews: readonly string[] },
): Promise<Proposal[]> {
  const all = await Array.fromAsync(proposalsFor(host, newest, reviewed))
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

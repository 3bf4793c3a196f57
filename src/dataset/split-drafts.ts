import { groupOfText } from '../document/document-group.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Split, SplitShares } from '../schema/access.ts'
import type { DatasetEntry, VersionProvenance } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'
import { assignSplits, settledSplit } from './assign-splits.ts'
import { copiesInEvaluation } from './copies-in-evaluation.ts'
import { withoutEmpty } from './fields.ts'
import { type FiledDocuments, filedGroupOf } from './filed-groups.ts'
import { groupExamples } from './group-examples.ts'
import { type HiddenKin, hiddenKinOf } from './hidden-kin.ts'
import { quoted } from './line-error.ts'
import type { Draft, ExampleText, Together } from './version-drafts.ts'

export type ImportHost = {
  store: Pick<Store, 'datasets' | 'groups' | 'signatures'> & { documents: FiledDocuments }
  /** Of the installation. */
  splitKey: string
  /** Of groups that have no split yet. */
  shares: SplitShares
}

export type Claimed = { textGroup: string; split: Split }

type Assigned = {
  entries: DatasetEntry[]
  groups: VersionProvenance['groups']
  /** Examples that would be hidden, but of which engineers have a copy among their own documents. */
  leftOut: string[]
  /** Hidden texts for which another split is chosen than they had. */
  said: Claimed[]
  /** Groups of texts that it shows although they are hidden until now. */
  shows: string[]
  known: Map<string, Split>
  /** Texts and documents that are hidden by themselves, whatever they go with. */
  hidden: Map<string, Split>
  /** Of texts that were not known themselves. */
  kin: HiddenKin
}

type Related = {
  together: readonly Together[]
  /** Ids of what comes: a refusal names nothing else, which may be hidden. */
  fresh: ReadonlySet<string>
  texts: readonly ExampleText[]
  /** Of the version before. */
  old: readonly DatasetEntry[]
  /** As `filedGroups` says. */
  filed: ReadonlyMap<string, string>
}

/**
 * Groups what belongs together, and gives each group its split.
 * @throws UserFacingError group-shown, group-straddles, dataset-empty
 */
export async function withSplits(
  host: ImportHost,
  drafts: Draft[],
  related: Related,
): Promise<Assigned> {
  const { together, fresh, texts, old, filed } = related
  const { datasets } = host.store
  const groupable = drafts.map(({ named, ...draft }) => ({
    ...draft,
    ...withoutEmpty({ group: named, filedIn: filedGroupOf(filed, draft) }),
  }))
  const groupOf = groupExamples(groupable, together)
  const grouped = drafts.map((draft) => ({ ...draft, group: groupOf.get(draft.id) ?? '' }))
  const { known, hidden } = await knownSplits(datasets, drafts)
  const kin = await addSplitsOfKin(host, known, { drafts, texts })
  const ground = { key: host.splitKey, shares: host.shares, known }
  const { splits, shown, straddling } = assignSplits(grouped, ground)
  if (straddling.length > 0) throw straddles(straddling.filter((id) => fresh.has(id)))
  if (shown.length > 0) throw wasShown(shown.filter((id) => fresh.has(id)))
  const said = grouped.flatMap((draft) => {
    const { split, by } = splits.get(draft.group) ?? {}
    if (by !== 'chosen' || split === undefined || split === 'evaluation') return []
    const texts = [draft.textGroup, draft.documentGroup ?? draft.textGroup]
    return texts
      .filter((textGroup) => known.has(textGroup) && known.get(textGroup) !== split)
      .map((textGroup) => ({ textGroup, split }))
  })
  const all = grouped.map(({ named: _named, documentGroup: _group, group, ...draft }) => ({
    ...draft,
    group,
    split: splits.get(group)?.split ?? ('evaluation' as const),
  }))
  const shows = all.flatMap(({ split, textGroup }) => {
    const isHidden = hidden.has(textGroup) || (known.get(textGroup) ?? split) !== 'evaluation'
    return split === 'evaluation' && isHidden ? [textGroup] : []
  })
  const out = await seenElsewhere(host, all, { texts, old })
  const refusedChoice = grouped.filter(({ id, split }) => out.has(id) && split !== undefined)
  if (refusedChoice.length > 0) throw wasShown(refusedChoice.map(({ id }) => id))
  if (out.size === 0)
    return {
      entries: all,
      groups: countGroups(splits),
      leftOut: [],
      said,
      shows,
      known,
      hidden,
      kin,
    }
  const rest = drafts.filter(({ id }) => !out.has(id))
  if (rest.length === 0) throw allLeftOut(all.map(({ id }) => id))
  // Once more: what is left out is to join nothing and to move nothing.
  const found = await withSplits(host, rest, related)
  return { ...found, leftOut: [...out, ...found.leftOut] }
}

function countGroups(
  splits: ReturnType<typeof assignSplits>['splits'],
): VersionProvenance['groups'] {
  const groups = { kept: 0, drawn: 0, chosen: 0 }
  for (const { by } of splits.values()) groups[by] += 1
  return groups
}

/**
 * Examples that would be hidden anew, but of which engineers have a copy among their documents, and with each what
 * else of its group would be. They are left out and not shown: that would tell an engineer who uploads guesses which one
 * was right. So would a test set that is another one after a guess: what was hidden in the version before stays, also when
 * its text is corrected, and its check tells of it.
 * @returns their ids
 */
async function seenElsewhere(
  host: ImportHost,
  entries: readonly DatasetEntry[],
  { texts, old }: Pick<Related, 'texts' | 'old'>,
): Promise<Set<string>> {
  const before = old.filter(({ split }) => split !== 'evaluation')
  const oldTexts = new Set(before.map(({ textGroup }) => textGroup))
  const oldIds = new Set(before.map(({ id }) => id))
  const anew = entries.filter(
    ({ id, split, textGroup }) =>
      split !== 'evaluation' && !oldTexts.has(textGroup) && !oldIds.has(id),
  )
  const groupOf = new Map(anew.map(({ id, group }) => [id, group]))
  const hidden = texts.filter(({ id }) => groupOf.has(id))
  const ownOf = new Map(
    hidden.map(({ id, document }) => [groupOfText(host.splitKey, document, 'engineers'), id]),
  )
  const same = await host.store.datasets.splitsOf([...ownOf.keys()])
  const ids = [...same.keys()].map((group) => ownOf.get(group) ?? '')
  if ((await host.store.signatures.last()) > 0) {
    const near = await copiesInEvaluation(host, hidden)
    ids.push(...near.map(({ example }) => example))
  }
  const seen = new Set(ids.map((id) => groupOf.get(id) ?? ''))
  return new Set(anew.filter(({ group }) => seen.has(group)).map(({ id }) => id))
}

/** Of texts, and of the documents that they were taken from; and what of both is hidden by itself. */
async function knownSplits(
  datasets: Pick<Store['datasets'], 'splitsOf' | 'chosenSplits'>,
  drafts: readonly Draft[],
): Promise<Pick<Assigned, 'known' | 'hidden'>> {
  const groups = drafts.flatMap(({ textGroup, documentGroup = textGroup }) => [
    textGroup,
    documentGroup,
  ])
  const known = await datasets.splitsOf([...new Set(groups)])
  const hidden = new Map([...known].filter(([, split]) => split !== 'evaluation'))
  const chosen = await datasets.chosenSplits([...new Set(groups)])
  for (const { textGroup, documentGroup = textGroup } of drafts) {
    const split = settledSplit([textGroup, documentGroup], { known, chosen })
    if (split !== null) known.set(textGroup, split)
  }
  return { known, hidden }
}

/** A text that is not known itself goes with what is hidden of which it is a copy. */
async function addSplitsOfKin(
  { store: { signatures } }: ImportHost,
  known: Map<string, Split>,
  { drafts, texts }: { drafts: readonly Draft[]; texts: readonly ExampleText[] },
): Promise<HiddenKin> {
  const isNew = drafts.filter(({ textGroup }) => !known.has(textGroup))
  const textGroupOf = new Map(isNew.map(({ id, textGroup }) => [id, textGroup]))
  const kin = await hiddenKinOf(
    signatures,
    texts.filter(({ id }) => textGroupOf.has(id)),
  )
  for (const [id, [nearest]] of kin) {
    if (nearest !== undefined) known.set(textGroupOf.get(id) ?? id, nearest.split)
  }
  return kin
}

function wasShown(ids: string[]): UserFacingError {
  return new UserFacingError(
    'group-shown',
    `${some(ids)} cannot be hidden: engineers may have seen the text, a copy of it or what it belongs to. Leave them in evaluation.`,
  )
}

function allLeftOut(ids: string[]): UserFacingError {
  return new UserFacingError(
    'dataset-empty',
    `${some(ids)} are all that would be in it, and engineers have copies of their texts among their own documents: they cannot stay hidden. Add examples that engineers have not seen, or these as evaluation.`,
  )
}

function straddles(ids: string[]): UserFacingError {
  return new UserFacingError(
    'group-straddles',
    `${some(ids)} belong together, or with what is there, but are to be in several splits. Give them one split, or another group.`,
  )
}

function some(ids: string[]): string {
  const named = ids.slice(0, 5).map(quoted).join(', ')
  const more = ids.length > 5 ? ` and ${ids.length - 5} more` : ''
  return `The examples ${named}${more}`
}

import { splitOf } from '../document/document-group.ts'
import { Split, type SplitShares } from '../schema/access.ts'
import type { ChosenSplit } from '../schema/stored-dataset.ts'

export type Assignable = {
  id: string
  group: string
  textGroup: string
  /** Chosen by a custodian, for small sets; left out: it is drawn. */
  split?: Split
}

/** `kept`: it had that split before; `drawn` by the key; `chosen` by a custodian. */
type Assignment = { split: Split; by: 'kept' | 'drawn' | 'chosen' }

type Ground = {
  /** Of the installation. */
  key: string
  shares: SplitShares
  /** What texts are in already, by text group: on this server or in an earlier version. */
  known: ReadonlyMap<string, Split>
}

type Assigned = {
  /** By group. */
  splits: Map<string, Assignment>
  /** Examples that were to be hidden, though engineers may have seen their group. */
  shown: string[]
  /** Examples of groups that were to be in several splits. */
  straddling: string[]
}

/**
 * The split of each group, as a whole. One that engineers may have seen stays in `evaluation` for ever;
 * one that is hidden stays hidden, unless a custodian chooses to show it.
 */
export function assignSplits(examples: readonly Assignable[], ground: Ground): Assigned {
  const assigned: Assigned = { splits: new Map(), shown: [], straddling: [] }
  for (const [group, members] of Map.groupBy(examples, (example) => example.group)) {
    const known = openest(members.flatMap(({ textGroup }) => ground.known.get(textGroup) ?? []))
    const chosen = new Set(members.flatMap(({ split }) => split ?? []))
    const [choice] = chosen
    const ids = members.map(({ id }) => id)
    if (chosen.size > 1) assigned.straddling.push(...ids)
    else if (choice !== undefined && choice !== 'evaluation' && known === 'evaluation') {
      assigned.shown.push(...ids)
    } else assigned.splits.set(group, assignmentOf(group, { known, choice, ground }))
  }
  return assigned
}

type Question = { known: Split | null; choice: Split | undefined; ground: Ground }

function assignmentOf(group: string, { known, choice, ground }: Question): Assignment {
  if (choice !== undefined && choice !== known) return { split: choice, by: 'chosen' }
  if (known !== null) return { split: known, by: 'kept' }
  return { split: splitOf(ground.key, group, ground.shares), by: 'drawn' }
}

type Settled = {
  known: ReadonlyMap<string, Split>
  /** Of them, by a custodian. */
  chosen: ReadonlyMap<string, Pick<ChosenSplit, 'split'>>
}

/**
 * The split of groups that belong together: what engineers may have seen is of evaluation; then counts what a
 * custodian has chosen, then what was drawn.
 */
export function settledSplit(groups: readonly string[], { known, chosen }: Settled): Split | null {
  const splits = groups.flatMap((group) => known.get(group) ?? [])
  if (splits.includes('evaluation')) return 'evaluation'
  return openest(groups.flatMap((group) => chosen.get(group)?.split ?? [])) ?? openest(splits)
}

/** Copies that were found late may be in several: what most people may have seen counts. */
function openest(splits: Split[]): Split | null {
  return Split.options.find((split) => splits.includes(split)) ?? null
}

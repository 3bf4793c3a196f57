import type { CandidatePair } from './candidate-pairs.ts'
import type { Comparable } from './comparable-issue.ts'
import type { Counts } from './metrics.ts'
import type { Pairing } from './pair-up.ts'

export interface Sides {
  detections: readonly Comparable[]
  truths: readonly Comparable[]
}

export type DetectionKind =
  | 'match'
  /** A same-type hit on a debatable truth. */
  | 'ignored'
  | 'wrong_type'
  | 'duplicate'
  | 'duplicate_other_type'
  | 'spurious'

/** `null` stands for "none": nothing detected, or nothing there. */
export interface ConfusionCell {
  truth: string | null
  detected: string | null
  count: number
}

/** Each type's counts, the types in order; `types` have a row even when no issue has them. */
export function typeCounts(
  { detections, truths }: Sides,
  { pairs, ignored }: Pairing,
  types: readonly string[],
): Record<string, Counts> {
  const counts = new Map(types.map((type) => [type, { tp: 0, fp: 0, fn: 0 }]))
  const of = (type: string) => {
    const known = counts.get(type)
    if (known !== undefined) return known
    const made = { tp: 0, fp: 0, fn: 0 }
    counts.set(type, made)
    return made
  }
  for (const { index, type } of detections) of(type).fp += ignored.has(index) ? 0 : 1
  for (const { type, ignore } of truths) of(type).fn += ignore ? 0 : 1
  for (const { truth } of pairs) {
    const own = of(truth.type)
    own.tp++
    own.fp--
    own.fn--
  }
  const inOrder = [...counts.keys()].toSorted()
  return Object.fromEntries(
    inOrder.map((type): [string, Counts] => {
      const { tp, fp, fn } = of(type)
      return [type, [tp, fp, fn]]
    }),
  )
}

/** Whether something was found at all, of whatever type. */
export function anyTypeCounts({ detections, truths }: Sides, { pairs, ignored }: Pairing): Counts {
  const real = truths.filter(({ ignore }) => !ignore).length
  return [pairs.length, detections.length - ignored.size - pairs.length, real - pairs.length]
}

/** Pairs by their types, then what was detected where nothing is, and what was missed. */
export function confusionCells(
  { detections, kinds }: { detections: readonly Comparable[]; kinds: readonly DetectionKind[] },
  pairs: readonly CandidatePair[],
  missed: readonly Comparable[],
): ConfusionCell[] {
  const rows = new Map<string | null, Map<string | null, number>>()
  const add = (truth: string | null, detected: string | null): void => {
    const row = rows.get(truth) ?? new Map<string | null, number>()
    rows.set(truth, row.set(detected, (row.get(detected) ?? 0) + 1))
  }
  for (const { detection, truth } of pairs) add(truth.type, detection.type)
  for (const { index, type } of detections) {
    const kind = kinds[index]
    if (kind !== 'match' && kind !== 'wrong_type' && kind !== 'ignored') add(null, type)
  }
  for (const { type } of missed) add(type, null)
  return inOrder(rows).flatMap(([truth, row]) =>
    inOrder(row).map(([detected, count]) => ({ truth, detected, count })),
  )
}

/** By name; none comes last. */
function inOrder<Value>(cells: ReadonlyMap<string | null, Value>): [string | null, Value][] {
  return [...cells].toSorted(([a], [b]) => {
    if (a === null) return 1
    return b === null || a < b ? -1 : 1
  })
}

import type { AgentFigures } from '../schema/api/evaluations.ts'

/** Fewer issues of a kind could tell of single examples. */
const fewestIssues = 10
/** One that is left out alone is what all together have more than those that are told. */
const fewestKinds = 2

type Sizes = Pick<AgentFigures, 'tp' | 'fn'>

/**
 * Kinds of issues of which approvers are not told the figures: those with few issues on any side, and the next
 * smallest ones until those that are left out have enough issues together.
 * @param sides figures by kind, each over the same examples
 */
export function untoldKinds(sides: readonly Record<string, Sizes>[]): Set<string> {
  const sizes = smallestFirst(sides)
  const few = sizes.filter(({ size }) => size < fewestIssues).length
  if (few === 0) return new Set()
  let count = Math.max(few, fewestKinds)
  while (count < sizes.length && issuesOf(sizes.slice(0, count)) < fewestIssues) count += 1
  return new Set(sizes.slice(0, count).map(({ kind }) => kind))
}

type KindSize = { kind: string; size: number }

/** By name where sizes are equal: two reports of one set leave out the same. */
function smallestFirst(sides: readonly Record<string, Sizes>[]): KindSize[] {
  const entries = sides.flatMap((side) => Object.entries(side))
  const byKind = Map.groupBy(entries, ([kind]) => kind)
  const sizes = Array.from(byKind, ([kind, own]) => {
    return { kind, size: Math.min(...own.map(([, { tp, fn }]) => Math.round(tp + fn))) }
  })
  return sizes.toSorted((a, b) => a.size - b.size || (a.kind < b.kind ? -1 : 1))
}

function issuesOf(sizes: readonly KindSize[]): number {
  return sizes.reduce((sum, { size }) => sum + size, 0)
}

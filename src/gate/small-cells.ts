import type { AgentFigures } from '../schema/api/evaluations.ts'

/** Fewer issues of a kind could tell of single examples. */
const fewestIssues = 10
/** One that is left out alone is what all together have more than those that are told. */
const fewestKinds = 2

type Sizes = Pick<AgentFigures, 'tp' | 'fp' | 'fn'>
type Sides = readonly Record<string, Sizes>[]

/**
 * Kinds of issues of which approvers are not told the figures: those with few issues on any side, and, of what is pooled,
 * the next smallest ones until those that are left out have enough issues together. What a side finds nothing of hides
 * nothing there: in the pool it is a zero, and everybody may know that a version has no agent for it.
 * @param sides figures by kind, each over the same examples
 * @param pooled kinds that the figures of all together are made of, on each side
 */
export function untoldKinds(sides: Sides, pooled: ReadonlySet<string>): Set<string> {
  const sizes = smallestFirst(sides)
  const inPool = sizes.filter(({ kind }) => pooled.has(kind))
  const few = sizes.filter(isSmall).map(({ kind }) => kind)
  const hidden = inPool.slice(0, hiddenOf(inPool)).map(({ kind }) => kind)
  return new Set([...few, ...hidden])
}

type KindSize = { kind: string; size: number; isFound: boolean }

/** How many of the smallest: always a beginning of one order, so that no two reports together tell what each leaves out. */
function hiddenOf(sizes: readonly KindSize[]): number {
  let count = sizes.filter(isSmall).length
  if (count === 0) return 0
  while (count < sizes.length && !hideEachOther(sizes.slice(0, count))) count += 1
  return count
}

function hideEachOther(sizes: readonly KindSize[]): boolean {
  const found = sizes.filter(({ isFound }) => isFound)
  return found.length >= fewestKinds && issuesOf(found) >= fewestIssues
}

function isSmall({ size }: KindSize): boolean {
  return size < fewestIssues
}

/** By name where sizes are equal: two reports of one set leave out the same. */
function smallestFirst(sides: Sides): KindSize[] {
  const entries = sides.flatMap((side) => Object.entries(side))
  const byKind = Map.groupBy(entries, ([kind]) => kind)
  const sizes = Array.from(byKind, ([kind, entriesOfKind]) => {
    const own = entriesOfKind.map(([, figures]) => figures)
    const isFound = own.length === sides.length && own.every(({ tp, fp }) => tp + fp > 0)
    return { kind, size: Math.min(...own.map(({ tp, fn }) => Math.round(tp + fn))), isFound }
  })
  return sizes.toSorted((a, b) => a.size - b.size || (a.kind < b.kind ? -1 : 1))
}

function issuesOf(sizes: readonly KindSize[]): number {
  return sizes.reduce((sum, { size }) => sum + size, 0)
}

/** A place in the one list and the place in the other that holds the same. */
type Pair = readonly [number, number]

/**
 * What two lists have in common, in order, by the shortest way from one to the other (Myers).
 * @param mostEdits where more differs, what lies between the common ends counts as all different
 */
export function commonPairs(
  before: readonly string[],
  after: readonly string[],
  mostEdits = 1000,
): Pair[] {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start += 1
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1
  const middle = shortestWay(
    before.slice(start, before.length - end),
    after.slice(start, after.length - end),
    mostEdits,
  )
  return [
    ...Array.from({ length: start }, (_, at): Pair => [at, at]),
    ...middle.map(([one, other]): Pair => [start + one, start + other]),
    ...Array.from({ length: end }, (_, at): Pair => [
      before.length - end + at,
      after.length - end + at,
    ]),
  ]
}

/** How far one comes on each diagonal, by the number of edits; one place holds diagonal 0. */
type Reached = { on: (diagonal: number) => number }

function shortestWay(
  before: readonly string[],
  after: readonly string[],
  mostEdits: number,
): Pair[] {
  const most = Math.min(before.length + after.length, mostEdits)
  const furthest = new Int32Array(2 * most + 2)
  const reached: Reached = { on: (diagonal) => furthest[most + diagonal] ?? 0 }
  const trace: Reached[] = []
  for (let edits = 0; edits <= most; edits += 1) {
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = edits === 0 ? 0 : firstOn(reached, { diagonal, edits })
      while (isCommon(before, after, [x, x - diagonal])) x += 1
      furthest[most + diagonal] = x
      if (x >= before.length && x - diagonal >= after.length) {
        return wayBack(trace, [before.length, after.length])
      }
    }
    const kept = furthest.slice(most - edits, most + edits + 1)
    trace.push({ on: (diagonal) => kept[edits + diagonal] ?? 0 })
  }
  return []
}

function isCommon(before: readonly string[], after: readonly string[], [x, y]: Pair): boolean {
  return x < before.length && y < after.length && before[x] === after[y]
}

type On = { diagonal: number; edits: number }

/** Whether the last edit adds one of the other list; otherwise it removes one. */
function isAdded(reached: Reached, { diagonal, edits }: On): boolean {
  if (diagonal === -edits) return true
  return diagonal !== edits && reached.on(diagonal - 1) < reached.on(diagonal + 1)
}

function firstOn(reached: Reached, on: On): number {
  return isAdded(reached, on) ? reached.on(on.diagonal + 1) : reached.on(on.diagonal - 1) + 1
}

function wayBack(trace: Reached[], [before, after]: Pair): Pair[] {
  const pairs: Pair[] = []
  let [x, y] = [before, after]
  for (let edits = trace.length; edits > 0; edits -= 1) {
    const reached = trace[edits - 1]
    if (reached === undefined) break
    const diagonal = x - y
    const from = isAdded(reached, { diagonal, edits }) ? diagonal + 1 : diagonal - 1
    const [fromX, fromY] = [reached.on(from), reached.on(from) - from]
    while (x > fromX && y > fromY) pairs.push([(x -= 1), (y -= 1)])
    ;[x, y] = [fromX, fromY]
  }
  while (x > 0 && y > 0) pairs.push([(x -= 1), (y -= 1)])
  return pairs.toReversed()
}

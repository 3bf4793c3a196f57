import { unlimited, type Work } from '../place/work.ts'

export interface Edge {
  row: number
  column: number
  weight: number
}

/** Groups edges that share rows or columns, directly or through others. */
function components<E extends Edge>(edges: readonly E[]): E[][] {
  // A row's node stands at twice its number, a column's behind that.
  const parents: number[] = []
  const root = (node: number): number => {
    let top = node
    for (let up = parents[top]; up !== undefined && up !== top; up = parents[top]) top = up
    // Paths are flattened, or long chains would make this quadratic.
    for (let at = node; at !== top;) {
      const up = parents[at] ?? top
      parents[at] = top
      at = up
    }
    return top
  }
  for (const { row, column } of edges) parents[root(2 * row)] = root(2 * column + 1)

  const groups = new Map<number, E[]>()
  for (const edge of edges) {
    const key = root(2 * edge.row)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [edge])
    else group.push(edge)
  }
  return [...groups.values()]
}

/** A component with rows and columns renumbered from 0. */
interface Graph<E extends Edge> {
  edgesOfRow: { column: number; edge: E }[][]
  columns: number
}

function toGraph<E extends Edge>(edges: readonly E[]): Graph<E> {
  const rows = new Map<number, number>()
  const columns = new Map<number, number>()
  const edgesOfRow: { column: number; edge: E }[][] = []
  for (const edge of edges) {
    const row = rows.get(edge.row) ?? rows.size
    const column = columns.get(edge.column) ?? columns.size
    rows.set(edge.row, row)
    columns.set(edge.column, column)
    const known = edgesOfRow[row]
    if (known === undefined) edgesOfRow[row] = [{ column, edge }]
    else known.push({ column, edge })
  }
  return { edgesOfRow, columns: columns.size }
}

/** What one edge costs where it is looked at, in steps of an LCS. */
const stepsPerEdge = 8

/** What the shortest-path search keeps between rows: potentials and who holds which column. */
interface Matching {
  work: Work
  rowPotential: Float64Array
  columnPotential: Float64Array
  /** The row that holds a column, -1 while it is free. */
  holder: Int32Array
  /** Scratch space of one search; infinite for columns that it has not touched. */
  distance: Float64Array
  from: Int32Array
  /** The last search that settled a column. */
  settledBy: Int32Array
}

interface Search {
  touched: number[]
  settled: number[]
  end: number
}

/**
 * Takes the nearest column out of `open`. Of equals a free one, which ends the search: with many
 * identical spans, going through those that are held would cost a power of n.
 */
function takeNearest(open: number[], { distance, holder, work }: Matching): number {
  work.spend(open.length)
  let best = 0
  let least = Number.POSITIVE_INFINITY
  let bestIsFree = false
  for (const [i, column] of open.entries()) {
    const candidate = distance[column] ?? 0
    const free = holder[column] === -1
    if (candidate > least || (candidate === least && (bestIsFree || !free))) continue
    least = candidate
    best = i
    bestIsFree = free
  }
  const nearest = open[best] ?? 0
  open[best] = open.at(-1) ?? 0
  open.pop()
  return nearest
}

/** Dijkstra over reduced costs from `source` to the nearest free column. */
function search<E extends Edge>(graph: Graph<E>, matching: Matching, source: number): Search {
  const { rowPotential, columnPotential, holder, distance, from, settledBy, work } = matching
  const open: number[] = []
  const touched: number[] = []
  const settled: number[] = []
  let row = source
  let reached = 0

  const reach = (column: number, cost: number): void => {
    const known = distance[column] ?? 0
    const candidate = reached + cost - (rowPotential[row] ?? 0) - (columnPotential[column] ?? 0)
    // Rounding must not reach a settled column again: the path back would run in a circle.
    if (settledBy[column] === source || candidate >= known) return
    if (known === Number.POSITIVE_INFINITY) {
      open.push(column)
      touched.push(column)
    }
    distance[column] = candidate
    from[column] = row
  }
  while (true) {
    const edges = graph.edgesOfRow[row] ?? []
    work.spend(stepsPerEdge * (edges.length + 1))
    for (const { column, edge } of edges) reach(column, -edge.weight)
    // Each row may stay alone: a column of its own that costs nothing.
    reach(graph.columns + row, 0)

    const nearest = takeNearest(open, matching)
    reached = distance[nearest] ?? 0
    const next = holder[nearest] ?? -1
    if (next === -1) return { touched, settled, end: nearest }
    settled.push(nearest)
    settledBy[nearest] = source
    row = next
  }
}

function augment(matching: Matching, source: number, found: Search): void {
  const { rowPotential, columnPotential, holder, distance, from } = matching
  const total = distance[found.end] ?? 0
  for (const column of found.settled) {
    const slack = total - (distance[column] ?? 0)
    const row = holder[column] ?? 0
    rowPotential[row] = (rowPotential[row] ?? 0) + slack
    columnPotential[column] = (columnPotential[column] ?? 0) - slack
  }
  rowPotential[source] = (rowPotential[source] ?? 0) + total

  const previousColumn = new Map(found.settled.map((column) => [holder[column] ?? 0, column]))
  let column: number | undefined = found.end
  while (column !== undefined) {
    const row: number = from[column] ?? 0
    holder[column] = row
    column = row === source ? undefined : previousColumn.get(row)
  }
  for (const touched of found.touched) distance[touched] = Number.POSITIVE_INFINITY
}

function assignComponent<E extends Edge>(edges: readonly E[], work: Work): E[] {
  if (edges.length === 1) return [...edges]
  const graph = toGraph(edges)
  const rows = graph.edgesOfRow.length
  const matching: Matching = {
    work,
    rowPotential: new Float64Array(rows),
    columnPotential: new Float64Array(graph.columns + rows),
    holder: new Int32Array(graph.columns + rows).fill(-1),
    distance: new Float64Array(graph.columns + rows).fill(Number.POSITIVE_INFINITY),
    from: new Int32Array(graph.columns + rows),
    settledBy: new Int32Array(graph.columns + rows).fill(-1),
  }
  for (let row = 0; row < rows; row++) augment(matching, row, search(graph, matching, row))
  return graph.edgesOfRow.flatMap((options, row) =>
    options.filter(({ column }) => matching.holder[column] === row).map(({ edge }) => edge),
  )
}

/**
 * The one-to-one choice of edges with the greatest total weight: connected components, then shortest
 * augmenting paths in each (Jonker & Volgenant 1987) on the edges that exist, so that a sparse
 * component costs far less than a square matrix. Does not force as many pairs as possible.
 *
 * @param edges at most one for a row and column; those without a positive weight are never chosen
 * @throws TooMuchWork
 */
export function maxWeightAssignment<E extends Edge>(
  edges: readonly E[],
  work: Work = unlimited,
): E[] {
  const useful = edges.filter(({ weight }) => weight > 0)
  if (useful.length < 2) return useful
  return components(useful).flatMap((own) => assignComponent(own, work))
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Edge, maxWeightAssignment } from './assignment.ts'

function total(edges: readonly Edge[]): number {
  return edges.reduce((sum, { weight }) => sum + weight, 0)
}

/** Tries everything: take the first edge, or leave it. */
function bruteForce([edge, ...rest]: readonly Edge[]): number {
  if (edge === undefined) return 0
  const free = rest.filter(({ row, column }) => row !== edge.row && column !== edge.column)
  return Math.max(bruteForce(rest), edge.weight + bruteForce(free))
}

function greedy(edges: readonly Edge[]): number {
  const rows = new Set<number>()
  const columns = new Set<number>()
  let sum = 0
  for (const { row, column, weight } of edges.toSorted((a, b) => b.weight - a.weight)) {
    if (rows.has(row) || columns.has(column)) continue
    rows.add(row)
    columns.add(column)
    sum += weight
  }
  return sum
}

function graphs(side: number, maxLength: number) {
  const node = fc.integer({ min: 0, max: side })
  const edge = fc.record({
    row: node,
    column: node,
    weight: fc.integer({ min: 1, max: 20 }).map((weight) => weight / 20),
  })
  const selector = ({ row, column }: Edge): string => `${row},${column}`
  return fc.uniqueArray(edge, { selector, maxLength })
}

test('the total is the greatest there is, and no row or column is used twice', () => {
  fc.assert(
    fc.property(graphs(4, 12), (edges) => {
      const chosen = maxWeightAssignment(edges)
      expect(total(chosen)).toBeCloseTo(bruteForce(edges), 9)
      expect(new Set(chosen.map(({ row }) => row)).size).toBe(chosen.length)
      expect(new Set(chosen.map(({ column }) => column)).size).toBe(chosen.length)
      for (const edge of chosen) expect(edges).toContain(edge)
    }),
    { numRuns: 500 },
  )
})

test('the total is never below what taking the best pair first gives', () => {
  fc.assert(
    fc.property(graphs(30, 300), (edges) => {
      expect(total(maxWeightAssignment(edges))).toBeGreaterThanOrEqual(greedy(edges) - 1e-9)
    }),
  )
})

test('one certain pair is kept though two doubtful ones would be possible', () => {
  const certain = { row: 1, column: 1, weight: 0.95 }
  const edges = [certain, { row: 1, column: 2, weight: 0.31 }, { row: 2, column: 1, weight: 0.31 }]
  expect(maxWeightAssignment(edges)).toEqual([certain])
})

test('an edge without weight is never chosen', () => {
  expect(maxWeightAssignment([{ row: 0, column: 0, weight: 0 }])).toEqual([])
})

test('two hundred rows that all want the same columns are assigned', () => {
  const side = Array.from({ length: 200 }, (_, i) => i)
  const edges = side.flatMap((row) => side.map((column) => ({ row, column, weight: 0.5 })))
  expect(maxWeightAssignment(edges)).toHaveLength(200)
})

test('a long chain is one component and is solved as such', () => {
  const links = Array.from({ length: 20_000 }, (_, i) => [
    { row: i, column: i, weight: 0.6 },
    { row: i, column: i + 1, weight: 0.5 },
  ]).flat()
  expect(total(maxWeightAssignment(links))).toBeCloseTo(12_000, 6)
})

function sum(side: readonly number[], value: (at: number) => number): number {
  return side.reduce((all, at) => all + value(at), 0)
}

test('a thousand rows and a thousand columns, all joined, are assigned with the greatest total', () => {
  const side = Array.from({ length: 1000 }, (_, i) => i)
  // What a row and a column add is the same in every full assignment; the best one is never short.
  const ofRow = (row: number): number => 0.5 + 1 / (row + 3)
  const ofColumn = (column: number): number => 1 / (column + 7)
  const short = (row: number, column: number): number => ((column + 7 * (1000 - row)) % 1000) / 2500
  const edges = side.flatMap((row) =>
    side.map((column) => ({
      row,
      column,
      weight: ofRow(row) + ofColumn(column) - short(row, column),
    })),
  )
  const chosen = maxWeightAssignment(edges)
  expect(chosen).toHaveLength(1000)
  expect(total(chosen)).toBeCloseTo(sum(side, ofRow) + sum(side, ofColumn), 9)
})

test('weights whose sums are rounded do not lead the search round in a circle', () => {
  const side = Array.from({ length: 100 }, (_, i) => i)
  const ofRow = (row: number): number => 1 / (row + 3)
  const ofColumn = (column: number): number => 1 / (column + 7)
  const edges = side.flatMap((row) =>
    side.map((column) => ({ row, column, weight: ofRow(row) + ofColumn(column) })),
  )
  const chosen = maxWeightAssignment(edges)
  expect(new Set(chosen.map(({ column }) => column)).size).toBe(100)
  expect(total(chosen)).toBeCloseTo(sum(side, ofRow) + sum(side, ofColumn), 9)
})

import type { Quad, Word } from '../schema/document.ts'
import type { IssueLocation } from '../schema/issue.ts'

type PlacedQuad = IssueLocation['quads'][number]
type Point = { x: number; y: number }

/** A wider gap than this many line heights is another column or table cell, not a space. */
const maxGap = 3

/** One quadrilateral for each line of text that the words stand on, in reading order. */
export function mergeQuads(words: Word[]): PlacedQuad[] {
  const lines: Word[][] = []
  for (const word of words) {
    const line = lines.at(-1)
    const previous = line?.at(-1)
    if (line && previous && continuesLine(previous, word)) line.push(word)
    else lines.push([word])
  }
  return lines.flatMap((line) => {
    const [first] = line
    return first ? [{ page: first.page, quad: hull(first.quad, line) }] : []
  })
}

function continuesLine(previous: Word, next: Word): boolean {
  if (previous.page !== next.page) return false
  const { origin, along, across } = axes(previous.quad)
  const height = extent(corners(previous.quad), across)
  const width = extent(corners(previous.quad), along)
  const start = minus(corners(next.quad)[2], origin)
  const gap = dot(start, along) - width
  return (
    Math.abs(dot(start, across)) < height / 2 && gap > -height && gap < maxGap * Math.max(height, 1)
  )
}

/** The smallest quadrilateral in the first word's direction that holds all words. */
function hull(direction: Quad, words: Word[]): Quad {
  const { origin, along, across } = axes(direction)
  const points = words.flatMap((word) => corners(word.quad)).map((point) => minus(point, origin))
  const us = points.map((point) => dot(point, along))
  const vs = points.map((point) => dot(point, across))
  const at = (u: number, v: number): [number, number] => [
    origin.x + u * along.x + v * across.x,
    origin.y + u * along.y + v * across.y,
  ]
  const [left, right] = [Math.min(...us), Math.max(...us)]
  const [bottom, top] = [Math.min(...vs), Math.max(...vs)]
  return [...at(left, top), ...at(right, top), ...at(left, bottom), ...at(right, bottom)]
}

/** The text's own axes: `along` its baseline, `across` from the baseline up. */
function axes(quad: Quad): { origin: Point; along: Point; across: Point } {
  const [, , origin, bottomRight] = corners(quad)
  const baseline = minus(bottomRight, origin)
  const length = Math.hypot(baseline.x, baseline.y)
  const along = length > 0 ? { x: baseline.x / length, y: baseline.y / length } : { x: 1, y: 0 }
  return { origin, along, across: { x: -along.y, y: along.x } }
}

function corners(quad: Quad): [Point, Point, Point, Point] {
  return [
    { x: quad[0], y: quad[1] },
    { x: quad[2], y: quad[3] },
    { x: quad[4], y: quad[5] },
    { x: quad[6], y: quad[7] },
  ]
}

function extent(points: Point[], axis: Point): number {
  const values = points.map((point) => dot(point, axis))
  return Math.max(...values) - Math.min(...values)
}

const minus = (a: Point, b: Point): Point => ({ x: a.x - b.x, y: a.y - b.y })
const dot = (a: Point, b: Point): number => a.x * b.x + a.y * b.y

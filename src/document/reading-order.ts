import type { Line } from './lines.ts'

/** Columns of text have at least so many lines, and lines at least so many font sizes wide. */
const minColumnLines = 3
const minColumnWidth = 9

/**
 * Orders the lines of a page as a person reads them: columns of running text one after the other,
 * between the lines that span them; everything else row by row. A recursive X-Y cut (Nagy and Seth
 * 1984) that cuts columns only where both sides look like running text, so that tables stay rows.
 */
export function orderLines(lines: Line[]): Line[] {
  const gutter = findGutter(lines)
  if (gutter === undefined) return inRows(lines)
  const spanning = lines.filter((line) => line.left < gutter && line.right > gutter)
  if (spanning.length === 0) return inColumns(lines, gutter)
  return bandsBetween(lines, spanning).flatMap((band) =>
    band.some((line) => spanning.includes(line)) ? inRows(band) : orderLines(band),
  )
}

function inColumns(lines: Line[], gutter: number): Line[] {
  const left = lines.filter((line) => line.right <= gutter)
  const right = lines.filter((line) => line.right > gutter)
  return [...orderLines(left), ...orderLines(right)]
}

/** The x of a strip that few lines cross, with running text on both of its sides. */
function findGutter(lines: Line[]): number | undefined {
  const candidates = [...new Set(lines.map((line) => Math.round(line.left)))].map((x) => x - 1)
  let best: { x: number; crossing: number } | undefined
  for (const x of candidates) {
    const left = lines.filter((line) => line.right <= x)
    const right = lines.filter((line) => line.left >= x)
    const crossing = lines.length - left.length - right.length
    const sides = Math.min(left.length, right.length)
    if (crossing >= sides || !isRunningText(left) || !isRunningText(right)) continue
    if (!sideBySide(left, right)) continue
    if (best === undefined || crossing < best.crossing) best = { x, crossing }
  }
  return best?.x
}

function isRunningText(lines: Line[]): boolean {
  if (lines.length < minColumnLines) return false
  const widths = lines.map((line) => (line.right - line.left) / line.fontSize)
  const median = widths.toSorted((a, b) => a - b)[Math.floor(widths.length / 2)] ?? 0
  return median >= minColumnWidth
}

/** Columns share most of their height; a heading that is set to the right does not make two. */
function sideBySide(left: Line[], right: Line[]): boolean {
  const [a, b] = [verticalExtent(left), verticalExtent(right)]
  const shared = Math.min(a.top, b.top) - Math.max(a.bottom, b.bottom)
  return shared > 0.4 * Math.min(a.top - a.bottom, b.top - b.bottom)
}

function verticalExtent(lines: Line[]): { top: number; bottom: number } {
  return {
    top: Math.max(...lines.map((line) => line.top)),
    bottom: Math.min(...lines.map((line) => line.bottom)),
  }
}

/** Cuts the page from top to bottom into the spanning lines and what lies between them. */
function bandsBetween(lines: Line[], spanning: Line[]): Line[][] {
  const bands: Line[][] = []
  let rest = lines
  for (const spanner of spanning.toSorted((a, b) => b.top - a.top)) {
    const middle = (spanner.top + spanner.bottom) / 2
    const above = rest.filter((line) => line !== spanner && line.bottom >= middle)
    rest = rest.filter((line) => line !== spanner && line.bottom < middle)
    if (above.length > 0) bands.push(above)
    bands.push([spanner])
  }
  return rest.length > 0 ? [...bands, rest] : bands
}

function inRows(lines: Line[]): Line[] {
  const rows: Line[][] = []
  for (const line of lines.toSorted((a, b) => b.bottom - a.bottom)) {
    const row = rows.at(-1)
    const [first] = row ?? []
    if (row && first && first.bottom - line.bottom < first.fontSize * 0.4) row.push(line)
    else rows.push([line])
  }
  return rows.flatMap((row) => row.toSorted((a, b) => a.left - b.left))
}

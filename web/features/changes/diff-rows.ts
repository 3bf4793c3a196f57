import { commonPairs } from './common-pairs.ts'

type Piece = { text: string; differs: boolean }
export type DiffLine = { number: number; pieces: Piece[] }

/** A line of both sides, or where they differ, of one or the other or both. */
export type DiffRow =
  | { kind: 'same'; before: DiffLine; after: DiffLine }
  | { kind: 'changed'; before: DiffLine | null; after: DiffLine | null }

/** Rows that are shown, or some of both sides that are left out between them. */
export type DiffPart = { kind: 'rows' | 'left-out'; rows: DiffRow[] }

/** Lines of two texts beside each other; null: there is no such file on that side. */
export function diffRows(before: string | null, after: string | null): DiffRow[] {
  const [one, other] = [linesOf(before), linesOf(after)]
  const rows: DiffRow[] = []
  let [x, y] = [0, 0]
  for (const [nextX, nextY] of [...commonPairs(one, other), [one.length, other.length] as const]) {
    rows.push(
      ...changedRows({ lines: one, from: x, to: nextX }, { lines: other, from: y, to: nextY }),
    )
    const text = one[nextX]
    if (text !== undefined) {
      const pieces = [{ text, differs: false }]
      const sides = { before: { number: nextX + 1, pieces }, after: { number: nextY + 1, pieces } }
      rows.push({ kind: 'same', ...sides })
    }
    ;[x, y] = [nextX + 1, nextY + 1]
  }
  return rows
}

function linesOf(text: string | null): string[] {
  if (text === null || text === '') return []
  return text.replace(/\r?\n$/u, '').split(/\r?\n/u)
}

type Some = { lines: readonly string[]; from: number; to: number }

/** What was removed beside what was added, line by line. */
function changedRows(removed: Some, added: Some): DiffRow[] {
  const rows = Math.max(removed.to - removed.from, added.to - added.from)
  return Array.from({ length: rows }, (_, at) => {
    const before = lineAt(removed, at)
    const after = lineAt(added, at)
    const [one, other] =
      before === null || after === null
        ? [whole(before), whole(after)]
        : differentWords(before, after)
    return {
      kind: 'changed' as const,
      before: one && { number: removed.from + at + 1, pieces: one },
      after: other && { number: added.from + at + 1, pieces: other },
    }
  })
}

function lineAt({ lines, from, to }: Some, at: number): string | null {
  return from + at < to ? (lines[from + at] ?? null) : null
}

function whole(text: string | null): Piece[] | null {
  return text === null ? null : [{ text, differs: false }]
}

const mostWords = 4000

/** Two lines, each with the words that the other has not; as a whole where they have little in common. */
function differentWords(before: string, after: string): [Piece[], Piece[]] {
  const [one, other] = [wordsOf(before), wordsOf(after)]
  const plain: [Piece[], Piece[]] = [
    [{ text: before, differs: false }],
    [{ text: after, differs: false }],
  ]
  if (one.length + other.length > mostWords) return plain
  const pairs = commonPairs(one, other)
  const shared = pairs.reduce((sum, [at]) => sum + (one[at] ?? '').trim().length, 0)
  if (shared * 3 < Math.max(before.length, after.length)) return plain
  const places = (side: 0 | 1): Set<number> => new Set(pairs.map((pair) => pair[side]))
  return [joined(one, places(0)), joined(other, places(1))]
}

function wordsOf(line: string): string[] {
  return line.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? []
}

function joined(words: readonly string[], common: ReadonlySet<number>): Piece[] {
  const pieces: Piece[] = []
  words.forEach((text, at) => {
    const differs = !common.has(at)
    const last = pieces.at(-1)
    if (last?.differs === differs) last.text += text
    else pieces.push({ text, differs })
  })
  return pieces
}

/** Around what differs some lines are shown; where more than a few others lie between, they are left out. */
export function diffParts(rows: readonly DiffRow[], around = 3): DiffPart[] {
  const near = new Uint8Array(rows.length)
  rows.forEach(({ kind }, at) => {
    if (kind === 'changed') near.fill(1, Math.max(0, at - around), at + around + 1)
  })
  const parts: DiffPart[] = []
  rows.forEach((row, at) => {
    const kind = near[at] === 1 ? 'rows' : 'left-out'
    const last = parts.at(-1)
    if (last?.kind === kind) last.rows.push(row)
    else parts.push({ kind, rows: [row] })
  })
  return parts
}

/** One below the other: of lines in a row that differ, first all that were removed, then all that were added. */
export function unified(rows: readonly DiffRow[]): DiffRow[] {
  const below: DiffRow[] = []
  let added: DiffRow[] = []
  for (const row of rows) {
    if (row.kind === 'same') {
      below.push(...added, row)
      added = []
      continue
    }
    if (row.before !== null) below.push({ ...row, after: null })
    if (row.after !== null) added.push({ ...row, before: null })
  }
  return [...below, ...added]
}

export function changedLines(rows: readonly DiffRow[]): { removed: number; added: number } {
  const changed = rows.filter(({ kind }) => kind === 'changed')
  return {
    removed: changed.filter(({ before }) => before !== null).length,
    added: changed.filter(({ after }) => after !== null).length,
  }
}

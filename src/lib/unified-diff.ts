/** Lines around a change that show where it is. */
const contextLines = 3
/** Cells of the table of common lines; more are not worth their time, and all counts as changed. */
const largestTable = 4_000_000

type Line = { kind: ' ' | '-' | '+'; text: string }

/**
 * The change of one text file as `git apply` takes it; empty when there is none.
 * @param file with `/` between folders
 * @param before null when the file is new, `after` null when it is deleted
 */
export function unifiedDiff(file: string, before: string | null, after: string | null): string {
  if (before === after) return ''
  const lines = diffLines(linesOf(before ?? ''), linesOf(after ?? ''))
  const header = [
    `diff --git ${quoted(`a/${file}`)} ${quoted(`b/${file}`)}`,
    ...(before === null ? ['new file mode 100644'] : []),
    ...(after === null ? ['deleted file mode 100644'] : []),
  ]
  const hunks = hunksOf(lines)
  const sides = [
    `--- ${before === null ? '/dev/null' : side(`a/${file}`)}`,
    `+++ ${after === null ? '/dev/null' : side(`b/${file}`)}`,
  ]
  const all = hunks.length === 0 ? header : [...header, ...sides]
  return `${all.join('\n')}\n${hunks.join('')}`
}

/** A name with a space ends with a tab: what comes after it is a time. */
function side(name: string): string {
  return name.includes(' ') ? `${quoted(name)}\t` : quoted(name)
}

/** As C has strings, where git needs it. */
function quoted(name: string): string {
  return /["\\\p{Cc}]/u.test(name) ? JSON.stringify(name) : name
}

/** Each with its line break; only the last one may lack it. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function diffLines(before: string[], after: string[]): Line[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1
  let end = 0
  const most = Math.min(before.length, after.length) - start
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end += 1
  const same = (lines: string[]): Line[] => lines.map((text) => ({ kind: ' ', text }))
  return [
    ...same(before.slice(0, start)),
    ...changedLines(
      before.slice(start, before.length - end),
      after.slice(start, after.length - end),
    ),
    ...same(before.slice(before.length - end)),
  ]
}

function changedLines(before: string[], after: string[]): Line[] {
  const width = after.length + 1
  const isTooLarge = (before.length + 1) * width > largestTable
  const common = isTooLarge ? null : commonLengths(before, after)
  const lines: Line[] = []
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    const [old = '', fresh = ''] = [before[i], after[j]]
    const below = common?.[(i + 1) * width + j] ?? 0
    const beside = common?.[i * width + j + 1] ?? 0
    if (common !== null && i < before.length && j < after.length && old === fresh) {
      lines.push({ kind: ' ', text: old })
      i += 1
      j += 1
    } else if (i < before.length && (j >= after.length || below >= beside)) {
      lines.push({ kind: '-', text: old })
      i += 1
    } else {
      lines.push({ kind: '+', text: fresh })
      j += 1
    }
  }
  return lines
}

/** At `i * width + j`: how many lines `before` from `i` and `after` from `j` have in common, in order. */
function commonLengths(before: string[], after: string[]): Uint32Array {
  const width = after.length + 1
  const table = new Uint32Array((before.length + 1) * width)
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const longest = Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0)
      const both = (table[(i + 1) * width + j + 1] ?? 0) + 1
      table[i * width + j] = before[i] === after[j] ? both : longest
    }
  }
  return table
}

function hunksOf(lines: Line[]): string[] {
  const changed = lines.flatMap(({ kind }, at) => (kind === ' ' ? [] : [at]))
  const groups: { from: number; to: number }[] = []
  for (const at of changed) {
    const last = groups.at(-1)
    if (last !== undefined && at - last.to <= 2 * contextLines) last.to = at
    else groups.push({ from: at, to: at })
  }
  return groups.map(({ from, to }) => {
    const first = Math.max(0, from - contextLines)
    return hunk(lines, { first, end: Math.min(lines.length, to + 1 + contextLines) })
  })
}

function hunk(lines: Line[], { first, end }: { first: number; end: number }): string {
  const count = (from: number, to: number, other: Line['kind']): number =>
    lines.slice(from, to).filter(({ kind }) => kind !== other).length
  const range = (other: Line['kind']): string => {
    const length = count(first, end, other)
    return `${count(0, first, other) + (length === 0 ? 0 : 1)},${length}`
  }
  const body = lines
    .slice(first, end)
    .map(({ kind, text }) =>
      text.endsWith('\n') ? `${kind}${text}` : `${kind}${text}\n\\ No newline at end of file\n`,
    )
  return `@@ -${range('+')} +${range('-')} @@\n${body.join('')}`
}

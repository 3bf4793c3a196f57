/** Deeper data is refused: nothing we read nests like this, and walking it could end the process. */
export const maxJsonDepth = 100

/** A walk through JSON: strict, and no deeper than `maxJsonDepth`. */
type Scan = {
  text: string
  /** An index into `text`. */
  at: number
  /** Of the value or the field that the walk is at. */
  path: PropertyKey[]
}

type Visitor = {
  /** At the start of every value. */
  visit?: (scan: Scan) => void
  /** At every field of an object, `before` holding the names of those before it. */
  field?: (scan: Scan, name: string, before: ReadonlySet<string>) => void
}

type Walk = Scan & Visitor

/**
 * Walks through the value that starts at `at`, and no further. When it is not `sound`, `at` is where
 * it stops being JSON, or where it is too deep.
 */
export function scanJson(
  text: string,
  at: number,
  visitor: Visitor,
): { isSound: boolean; at: number; isTooDeep: boolean } {
  const scan: Walk = { text, at, path: [], ...visitor }
  const isSound = value(scan)
  const isTooDeep = !isSound && scan.path.length >= maxJsonDepth
  return { isSound, at: scan.at, isTooDeep }
}

/** Where `text` stops being JSON (an index into it), or null when it is sound. */
export function syntaxErrorPosition(text: string): number | null {
  const scan: Walk = { text, at: 0, path: [] }
  if (!value(scan)) return scan.at
  skipSpace(scan)
  return scan.at < text.length ? scan.at : null
}

/**
 * Where the value at `path` starts in `text`, which must be JSON. A path that leads nowhere (a
 * missing field) gives the start of the innermost object that exists.
 */
export function positionOf(text: string, path: readonly PropertyKey[]): number {
  let position = 0
  let depth = -1
  const visit = (scan: Scan): void => {
    const isPrefix = scan.path.every((key, index) => String(key) === String(path[index]))
    if (!isPrefix || scan.path.length <= depth) return
    depth = scan.path.length
    position = scan.at
  }
  value({ text, at: 0, path: [], visit })
  return position
}

const literal = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/** On false, `scan.at` is where it went wrong. */
function value(scan: Walk): boolean {
  skipSpace(scan)
  scan.visit?.(scan)
  const first = scan.text[scan.at]
  if (first === '"') return string(scan)
  if (first !== '{' && first !== '[') return match(scan, literal)
  if (scan.path.length >= maxJsonDepth) return false
  return first === '{' ? members(scan) : elements(scan)
}

function members(scan: Walk): boolean {
  take(scan, '{')
  if (take(scan, '}')) return true
  const names = new Set<string>()
  do {
    skipSpace(scan)
    const start = scan.at
    if (scan.text[start] !== '"' || !string(scan)) return false
    const name = String(JSON.parse(scan.text.slice(start, scan.at)))
    scan.field?.(scan, name, names)
    names.add(name)
    if (!take(scan, ':') || !child(scan, name)) return false
  } while (take(scan, ','))
  return take(scan, '}')
}

function elements(scan: Walk): boolean {
  take(scan, '[')
  if (take(scan, ']')) return true
  let index = 0
  do {
    if (!child(scan, index)) return false
    index += 1
  } while (take(scan, ','))
  return take(scan, ']')
}

function child(scan: Walk, key: PropertyKey): boolean {
  scan.path.push(key)
  const isSound = value(scan)
  if (isSound) scan.path.pop()
  return isSound
}

function string(scan: Walk): boolean {
  scan.at += 1
  while (scan.at < scan.text.length) {
    const char = scan.text[scan.at]
    if (char === '"') {
      scan.at += 1
      return true
    }
    if (char === '\\') {
      if (!match(scan, escape)) return false
    } else if (scan.text.charCodeAt(scan.at) < 0x20) return false
    else scan.at += 1
  }
  return false
}

function match(scan: Walk, pattern: RegExp): boolean {
  pattern.lastIndex = scan.at
  const found = pattern.exec(scan.text)
  if (found === null) return false
  scan.at += found[0].length
  return true
}

function take(scan: Walk, char: string): boolean {
  skipSpace(scan)
  if (scan.text[scan.at] !== char) return false
  scan.at += 1
  return true
}

function skipSpace(scan: Walk): void {
  while (/[ \t\r\n]/.test(scan.text[scan.at] ?? '')) scan.at += 1
}

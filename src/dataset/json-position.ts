/** Deeper data is refused: nothing we read nests like this, and walking it could end the process. */
export const maxJsonDepth = 100

type Scan = {
  text: string
  at: number
  path: PropertyKey[]
  /** Called at the start of every value; `scan.path` says which. */
  visit: (scan: Scan) => void
}

/** Where `text` stops being JSON (an index into it), or null when it is sound. */
export function syntaxErrorPosition(text: string): number | null {
  const scan: Scan = { text, at: 0, path: [], visit: () => {} }
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
function value(scan: Scan): boolean {
  skipSpace(scan)
  scan.visit(scan)
  const first = scan.text[scan.at]
  if (first === '"') return string(scan)
  if (first !== '{' && first !== '[') return match(scan, literal)
  if (scan.path.length >= maxJsonDepth) return false
  return first === '{' ? members(scan) : elements(scan)
}

function members(scan: Scan): boolean {
  take(scan, '{')
  if (take(scan, '}')) return true
  do {
    skipSpace(scan)
    const start = scan.at
    if (scan.text[start] !== '"' || !string(scan)) return false
    const key: unknown = JSON.parse(scan.text.slice(start, scan.at))
    if (!take(scan, ':') || !child(scan, String(key))) return false
  } while (take(scan, ','))
  return take(scan, '}')
}

function elements(scan: Scan): boolean {
  take(scan, '[')
  if (take(scan, ']')) return true
  let index = 0
  do {
    if (!child(scan, index)) return false
    index += 1
  } while (take(scan, ','))
  return take(scan, ']')
}

function child(scan: Scan, key: PropertyKey): boolean {
  scan.path.push(key)
  const sound = value(scan)
  scan.path.pop()
  return sound
}

function string(scan: Scan): boolean {
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

function match(scan: Scan, pattern: RegExp): boolean {
  pattern.lastIndex = scan.at
  const found = pattern.exec(scan.text)
  if (found === null) return false
  scan.at += found[0].length
  return true
}

function take(scan: Scan, char: string): boolean {
  skipSpace(scan)
  if (scan.text[scan.at] !== char) return false
  scan.at += 1
  return true
}

function skipSpace(scan: Scan): void {
  while (/[ \t\r\n]/.test(scan.text[scan.at] ?? '')) scan.at += 1
}

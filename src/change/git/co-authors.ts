/**
 * Whom lines of `NAME <ADDRESS>` name; others name nobody. Anybody writes them, at any length: a pattern that tries
 * each of many spaces would hold up the whole server.
 */
export function coAuthorsIn(lines: string): { name: string; email: string }[] {
  return lines.split('\n').flatMap((line) => {
    const text = line.trim()
    const opened = text.lastIndexOf('<')
    if (opened === -1 || text.indexOf('>', opened) !== text.length - 1) return []
    return [{ name: text.slice(0, opened).trim(), email: text.slice(opened + 1, -1) }]
  })
}

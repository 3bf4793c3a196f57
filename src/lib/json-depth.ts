import { maxJsonDepth } from './scan-json.ts'

const code = (char: string): number => char.charCodeAt(0)
const [quote, backslash] = [code('"'), code('\\')]
const opening = new Set([code('{'), code('[')])
const closing = new Set([code('}'), code(']')])

/**
 * Whether text that may be JSON nests deeper than `maxJsonDepth`: one look at each byte, so that what is not trusted
 * costs little. Of what is no JSON it says something, too: parse it then.
 * @param bytes UTF-8
 */
export function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0
  let isInString = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (isInString) {
      if (byte === backslash) at += 1
      else if (byte === quote) isInString = false
    } else if (byte === quote) isInString = true
    else if (byte > 90 && opening.has(byte)) {
      depth += 1
      if (depth > maxJsonDepth) return true
    } else if (byte > 90 && closing.has(byte)) depth -= 1
  }
  return false
}

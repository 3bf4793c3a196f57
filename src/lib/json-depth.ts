import { maxJsonDepth } from './scan-json.ts'

const code = (char: string): number => char.charCodeAt(0)
const [quote, backslash] = [code('"'), code('\\')]
const opening = new Set([code('{'), code('[')])
const closing = new Set([code('}'), code(']')])

const comma = code(',')

/**
 * Whether text that may be JSON nests deeper than `maxJsonDepth`, and how many values it has at most, but for one: each stands
 * behind a comma or an opening. One look at each byte, so that what is not trusted costs little; what is too deep is not read
 * on. Of what is no JSON it says something, too: parse it then.
 * @param bytes UTF-8
 */
export function jsonShape(bytes: Uint8Array): { isTooDeep: boolean; values: number } {
  let depth = 0
  let values = 0
  let isInString = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    if (isInString) {
      if (byte === backslash) at += 1
      else if (byte === quote) isInString = false
    } else if (byte === quote) isInString = true
    else if (byte === comma) values += 1
    else if (byte > 90 && opening.has(byte)) {
      depth += 1
      values += 1
      if (depth > maxJsonDepth) return { isTooDeep: true, values }
    } else if (byte > 90 && closing.has(byte)) depth -= 1
  }
  return { isTooDeep: false, values }
}

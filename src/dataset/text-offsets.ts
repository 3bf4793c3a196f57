/**
 * The UTF-16 offset of a code-point offset in `text`. Behind the end it keeps counting in single
 * units, so that a span over the end stays one.
 */
export function toUtf16Offset(text: string, codePoints: number): number {
  let offset = 0
  let left = codePoints
  while (left > 0 && offset < text.length) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1
    left -= 1
  }
  return offset + left
}

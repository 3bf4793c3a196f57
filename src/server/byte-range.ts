/** First and last byte, from 0. */
export type ByteRange = { start: number; end: number }

/**
 * What of a file a `Range` header asks for (RFC 9110, 14.2). A header that is malformed, of another unit
 * or of several ranges stands for the whole file, which every client must be ready for.
 */
export function byteRange(
  header: string | undefined,
  size: number,
): ByteRange | 'whole' | 'unsatisfiable' {
  const [match, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header ?? '') ?? []
  if (match === undefined || (first === '' && last === '')) return 'whole'
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  if (last !== '' && first !== '' && Number(last) < Number(first)) return 'whole'
  return start > end ? 'unsatisfiable' : { start, end }
}

/**
 * `key=value,other=value` of OpenTelemetry's variables (W3C Baggage), percent-encoded; a pair that
 * cannot be read is left out.
 */
export function keyValuePairs(text = ''): Record<string, string> {
  const pairs = text.split(',').flatMap((entry): [string, string][] => {
    const [pair = ''] = entry.split(';')
    const at = pair.indexOf('=')
    if (at < 1) return []
    const key = decode(pair.slice(0, at).trim())
    const value = decode(pair.slice(at + 1).trim())
    return key && value ? [[key, value]] : []
  })
  return Object.fromEntries(pairs)
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

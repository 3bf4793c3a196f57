/**
 * Bytes of a text file → text. A byte-order mark decides, then what only UTF-8 can look like, then
 * what the file declares of itself; text that is neither is taken for Windows-1252.
 * @param declared a label of the WHATWG encoding standard; one that is unknown counts as none
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  return new TextDecoder(encodingOf(bytes, declared)).decode(bytes)
}

function encodingOf(bytes: Uint8Array, declared: string | undefined): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  // Encodings that switch by escape sequences (ISO-2022-JP) are plain ASCII, too.
  const ascii = bytes.every((byte) => byte < 0x80)
  if (!ascii && isUtf8(bytes)) return 'utf-8'
  if (declared !== undefined && isKnown(declared)) return declared
  return ascii ? 'utf-8' : 'windows-1252'
}

function isUtf8(bytes: Uint8Array): boolean {
  return decodes(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes), TypeError)
}

/** A page that declares UTF-16 and has no byte-order mark does not use it: browsers say the same. */
function isKnown(label: string): boolean {
  return !/^utf-?16/iu.test(label) && decodes(() => new TextDecoder(label), RangeError)
}

function decodes(attempt: () => unknown, refusal: ErrorConstructor): boolean {
  try {
    attempt()
    return true
  } catch (error) {
    if (error instanceof refusal) return false
    throw error
  }
}

/** Characters that no text has, and every binary file. */
export function looksBinary(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- these characters are what tells a binary file
  return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text)
}

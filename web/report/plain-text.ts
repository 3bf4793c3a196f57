/** Control characters and bidirectional overrides, which show another text than the document's. */
const deceptive = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu

/**
 * Text, or HTML whose text is escaped, without what deceives: nothing is put in, so what is escaped
 * stays so.
 */
export function withoutDeception(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/gu, '\n')
    .replace(deceptive, (character) => (/[\n\t]/u.test(character) ? character : ''))
}

/**
 * Text of a document, safe for a terminal: without control characters (escape sequences, bells),
 * bidirectional overrides and other invisible format characters; white space as single spaces.
 */
export function printable(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '')
}

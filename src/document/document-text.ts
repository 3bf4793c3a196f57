/** The text that copies and leaks are looked for in: a paragraph a line. */
export function textOf(paragraphs: readonly { text: string }[]): string {
  return paragraphs.map(({ text }) => text).join('\n')
}

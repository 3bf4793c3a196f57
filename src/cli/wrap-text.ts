/** Breaks text at spaces so that each line, with its indent, has at most `width` characters. */
export function wrapText(text: string, indent: string, width: number): string {
  const room = Math.max(20, width - indent.length)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((part) => `${indent}${part}`).join('\n')
}

/** Less than this is given up of a text so that it ends with a word. */
const longestWord = 40

/** The beginning of a text, with an ellipsis where more would follow. */
export function cutText(text: string, longest: number): string {
  if (text.length <= longest) return text
  const space = text.lastIndexOf(' ', longest)
  const isNear = space > 0 && space > longest - longestWord
  const end = isNear ? space : longest - Number(isInsidePair(text, longest))
  return `${text.slice(0, end)} …`
}

/** Whether an offset is in the middle of a character of two UTF-16 units. */
export function isInsidePair(text: string, offset: number): boolean {
  const unit = text.charCodeAt(offset)
  return unit >= 0xdc00 && unit <= 0xdfff
}

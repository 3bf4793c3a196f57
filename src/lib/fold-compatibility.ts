/**
 * What can stand in a run of marks: all that normalising may move behind another. Halfwidth voiced sound marks are letters
 * by their category.
 */
const marks = /[\p{M}\uFF9E\uFF9F]+/gu

/** Code points of a run that are normalised together: no writing has a tenth of it on one letter. */
const longest = 128
const pieces = new RegExp(`.{1,${longest}}`, 'gsu')

/**
 * Compatibility forms folded (NFKC), in a time that grows with the length of the text alone: normalising sorts the marks of
 * a run, which takes the square of its length. A longer run than any writing has is folded in pieces.
 */
export function foldCompatibility(text: string): string {
  if (text.length <= longest) return text.normalize('NFKC')
  let folded = ''
  let from = 0
  for (const { 0: run, index } of text.matchAll(marks)) {
    if (run.length <= longest) continue
    let to = index
    for (const [piece] of run.matchAll(pieces)) {
      to += piece.length
      folded += text.slice(from, to).normalize('NFKC')
      from = to
    }
  }
  return folded + text.slice(from).normalize('NFKC')
}

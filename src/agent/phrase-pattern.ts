/*
 * The phrase language of rule files: words separated by spaces. `a|b` is either word, a trailing `?`
 * makes a word optional, `*` is any word and `*{0,3}` none to three of them. Whole words are matched,
 * whatever their case. Rules arrive from people whom we need not trust: a phrase has at most
 * two gaps of at most nine words and, unless it is looked for at one place only, begins with a word,
 * so that the time it takes grows with the text and not faster.
 */

const gap = /^\*(?:\{(\d),(\d)\})?$/u
const edge = { before: String.raw`(?<![\p{L}\p{N}_])`, after: String.raw`(?![\p{L}\p{N}_])` }
const anyWord = String.raw`[\p{L}\p{N}$%’'-]+[,;:]?`
const space = String.raw`\s+`

const words = /^[^\s|?*{}]+(?:\|[^\s|?*{}]+)*(\?)?$/u

const maxGaps = 2

/** Whether a text is a phrase of the language; a phrase without a fixed word would match anything. */
export function isPhrase(text: string): boolean {
  const tokens = text.trim().split(/\s+/u)
  const isFixed = (token: string): boolean => words.test(token) && !token.endsWith('?')
  return (
    tokens.every((token) => words.test(token) || isGap(token)) &&
    tokens.some(isFixed) &&
    tokens.filter(isGap).length <= maxGaps
  )
}

/** Whether it can be searched for anywhere: a gap in front would be tried at every word. */
export function startsWithWord(phrase: string): boolean {
  return !isGap(phrase.trim().split(/\s+/u)[0] ?? '')
}

function isGap(token: string): boolean {
  const [whole, low = '1', high = '1'] = gap.exec(token) ?? []
  return whole !== undefined && +low <= +high && +high > 0
}

/** The source of a regular expression for a phrase, without edges. */
function compilePhrase(phrase: string): string {
  const tokens = phrase.trim().split(/\s+/u)
  let source = ''
  let spaced = false
  for (const token of tokens) {
    const { body, optional } = compileToken(token)
    // The space belongs to the optional word, so that leaving it out leaves one space.
    if (optional) source += spaced ? `(?:${space}${body})?` : `(?:${body}${space})?`
    else source += spaced ? `${space}${body}` : body
    spaced ||= !optional
  }
  return source
}

function compileToken(token: string): { body: string; optional: boolean } {
  const [, low, high] = gap.exec(token) ?? []
  if (token === '*') return { body: anyWord, optional: false }
  if (low !== undefined && high !== undefined)
    return { body: repeated(+low, +high), optional: low === '0' }
  const optional = token.endsWith('?')
  const alternatives = (optional ? token.slice(0, -1) : token).split('|').map(escapeWord)
  return { body: `(?:${alternatives.join('|')})`, optional }
}

function repeated(low: number, high: number): string {
  return `${anyWord}(?:${space}${anyWord}){${Math.max(0, low - 1)},${Math.max(0, high - 1)}}`
}

/** Straight and curly apostrophes are the same. */
function escapeWord(word: string): string {
  return word
    .split(/['’]/u)
    .map((part) => RegExp.escape(part))
    .join("['’]")
}

/** Any of the phrases, as whole words, anywhere. */
export function anyPhrase(phrases: string[]): RegExp {
  return new RegExp(`${edge.before}(?:${phrases.map(compilePhrase).join('|')})${edge.after}`, 'giu')
}

/** Any of the phrases right at the end of a text. */
export function endsInPhrase(phrases: string[]): RegExp {
  return new RegExp(`${edge.before}(?:${phrases.map(compilePhrase).join('|')})[\\s,]*$`, 'iu')
}

/** Any of the phrases right at the start of a text. */
export function startsWithPhrase(phrases: string[]): RegExp {
  return new RegExp(`^[\\s,]*(?:${phrases.map(compilePhrase).join('|')})${edge.after}`, 'iu')
}

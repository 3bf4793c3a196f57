export type Sentence = { start: number; end: number; text: string }

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

/** What ends in a period without ending a sentence. */
const abbreviation =
  /(?:^|[\s(“"'])(?:e\.g|i\.e|etc|vs|cf|al|approx|no|nos|fig|figs|sec|art|par|p|pp|vol|ed|dept|est|inc|ltd|co|corp|mr|mrs|ms|dr|prof|rev|hon|st|jr|sr|[A-Z]|[a-z]\.[a-z])\.$/iu
const listNumber = /^\s*(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]|[•◦▪–—-])$/iu

/**
 * Sentences of a paragraph with UTF-16 offsets, without white space around them. Unicode's sentence
 * breaks (UAX 29), joined again after abbreviations and list numbers.
 */
export function splitSentences(text: string): Sentence[] {
  const parts: { start: number; end: number }[] = []
  for (const { index, segment } of segmenter.segment(text)) {
    const previous = parts.at(-1)
    if (previous && isOpen(text.slice(previous.start, previous.end))) {
      previous.end = index + segment.length
    } else parts.push({ start: index, end: index + segment.length })
  }
  return parts
    .map(({ start, end }) => trim(text, start, end))
    .filter(({ text: part }) => part !== '')
}

function isOpen(sentence: string): boolean {
  const trimmed = sentence.trimEnd()
  if (listNumber.test(trimmed)) return true
  return abbreviation.test(trimmed)
}

function trim(text: string, start: number, end: number): Sentence {
  const part = text.slice(start, end)
  const from = start + part.length - part.trimStart().length
  const trimmed = part.trim()
  return { start: from, end: from + trimmed.length, text: trimmed }
}

/** The sentence that holds an offset; the whole text when there is none. */
export function sentenceAt(sentences: Sentence[], offset: number, text: string): Sentence {
  return sentences.findLast(({ start }) => start <= offset) ?? { start: 0, end: text.length, text }
}

import { detectAll } from 'tinyld/light'
import { functionWords } from './function-words.ts'

/** Fewer letters than this do not tell a language by themselves. */
const minLetters = 100
/** Of another script; fewer may stand for a quantity or be a mark. */
const minOtherLetters = 6
/** Less is a name or a heading. */
const minWords = 4
const longest = 20_000

/**
 * The language of a text, ISO 639-1; null when it cannot be told.
 * @param declared what the file says of itself: many say what their program was set to, so it counts
 * only where the text leaves a doubt
 */
export function detectLanguage(text: string, declared: string | null = null): string | null {
  const sample = text.slice(0, longest)
  const [likeliest] = detectAll(sample)
  if (likeliest === undefined) return declared
  if (hasOtherScript(sample))
    return isListed(declared) ? likeliest.lang : (declared ?? likeliest.lang)
  const byLetters = isLong(sample) ? likeliest.lang : null
  const certain = byWords(sample, likeliest)
  if (certain !== null) return certain
  // What has no list of words is told by its letters alone.
  return byLetters === null || isListed(byLetters) ? (declared ?? byLetters) : byLetters
}

function isListed(language: string | null): boolean {
  return language !== null && functionWords.has(language)
}

/** Most letters are none of those that all listed languages are written in, be there ever so few. */
function hasOtherScript(text: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? []
  const latin = letters.filter((letter) => /\p{Script=Latin}/u.test(letter)).length
  return letters.length >= minOtherLetters && latin < letters.length / 2
}

function isLong(text: string): boolean {
  return text.replace(/\P{L}/gu, '').length >= minLetters
}

type Likeliest = { lang: string; accuracy: number }

/**
 * The language whose function words a text has, if its letters agree, or if the words leave no doubt
 * and the letters some. A foreign name or a rare word misleads the letters of any English sentence, so
 * words that only English has outweigh them.
 */
function byWords(text: string, likeliest: Likeliest): string | null {
  const words =
    withoutNames(text)
      .toLowerCase()
      .match(/\p{L}+(?:-\p{L}+)*/gu) ?? []
  if (words.length < minWords) return null
  const counts = countHits(words)
  const onlyEnglish = words.filter(isOnlyEnglish).length
  if (counts[0]?.name === 'en' && onlyEnglish >= 3) return 'en'
  const language = languageOfWords(counts, likeliest)
  if (language === null || language.name === 'en') return language?.name ?? null
  return language.hits >= 5 * onlyEnglish ? language.name : null
}

type Hits = { name: string; hits: number }

/** @param counts most first */
function languageOfWords(counts: Hits[], { lang, accuracy }: Likeliest): Hits | null {
  const [best, second] = counts
  if (!best || !second || best.hits === 0) return null
  const own = counts.find(({ name }) => name === lang)
  if (own?.hits === best.hits) {
    if (own.name === 'en') return own
    // One word may be a name or a prefix, or stand in several languages.
    return own.hits >= 2 && (own.hits > second.hits || accuracy > 0.9) ? own : null
  }
  const isPlain = best.hits >= 3 && best.hits >= 2 * second.hits
  return isPlain && accuracy < 0.5 ? best : null
}

function countHits(words: string[]): Hits[] {
  return [...functionWords]
    .map(([name, known]) => ({ name, hits: words.filter((word) => known.has(word)).length }))
    .toSorted((a, b) => b.hits - a.hits)
}

function isOnlyEnglish(word: string): boolean {
  return [...functionWords].every(([name, known]) => known.has(word) === (name === 'en'))
}

/** “i.e.”, “Juan de la Cruz” and “Anne van der Berg” say nothing of the sentence that they stand in. */
function withoutNames(text: string): string {
  const inNames =
    /(\p{Lu}\p{L}*)(?:\s(?:de|del|della|di|da|du|la|las|los|le|van|von|den|der))+(?=\s\p{Lu})/gu
  return text.replace(/(?<!\p{L})(?:\p{L}\.){2,}/gu, '').replace(inNames, '$1')
}

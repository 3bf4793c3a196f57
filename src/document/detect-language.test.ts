import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { detectLanguage } from './detect-language.ts'

function sentencesOf(language: string): string[] {
  const file = new URL(`../../test/fixtures/sentences/${language}.txt`, import.meta.url)
  return readFileSync(file, 'utf8').trimEnd().split('\n')
}

/** Sentences of texts that models wrote in English, with foreign names in them. */
function englishOfModels(): string[] {
  const file = new URL('../../examples/span-review/dataset/documents.jsonl', import.meta.url)
  const documents = readFileSync(file, 'utf8').trimEnd().split('\n')
  const texts = documents.flatMap((line) =>
    JSON.parse(line).paragraphs.map(({ text }: { text: string }) => text),
  )
  return texts.flatMap((text: string) => text.split(/(?<=[.!?])\s+/u))
}

test.each(['de', 'fr', 'es', 'nl', 'it'])(
  'an ordinary sentence is told to be %s, and never another language',
  (language) => {
    const told = sentencesOf(language).map((sentence) => detectLanguage(sentence))
    expect(told.filter((one) => one !== language && one !== null)).toEqual([])
    expect(told.filter((one) => one === language).length).toBeGreaterThanOrEqual(28)
  },
)

test('an English sentence is never taken for another language, whatever names it has', () => {
  const sentences = [...sentencesOf('en'), ...englishOfModels()]
  expect(sentences.length).toBeGreaterThan(100)
  const wrong = sentences.filter((sentence) => !['en', null].includes(detectLanguage(sentence)))
  expect(wrong).toEqual([])
})

test('a sentence in a language without a list of words is not taken for one that has one', () => {
  const wrong = sentencesOf('others').filter((sentence) => detectLanguage(sentence) !== null)
  expect(wrong).toEqual([])
})

test.each([
  ['ru', 'Офис всегда открыт.'],
  ['el', 'Το γραφείο είναι πάντα ανοιχτό.'],
  ['zh', '办公室总是开放。'],
  ['ja', 'オフィスはいつも開いています。'],
  ['ko', '사무실은 항상 열려 있습니다.'],
  ['ar', 'المكتب مفتوح دائما.'],
  ['hi', 'कार्यालय हमेशा खुला रहता है।'],
])('a short sentence in letters of its own is told to be %s', (language, sentence) => {
  expect(detectLanguage(sentence)).toBe(language)
  expect(detectLanguage(sentence, 'en')).toBe(language)
})

test('among languages with the same letters the file decides', () => {
  expect(detectLanguage('Офіс завжди відкритий для всіх.', 'uk')).toBe('uk')
})

test('a foreign word or sign does not make an English sentence foreign', () => {
  const sentence = 'The angle αβγδεζ in the figure named Москва is always the same as before.'
  expect(detectLanguage(sentence)).toBe('en')
})

test('words that two languages share tell neither of them', () => {
  // Luxembourgish and Interlingua have no list; French and Spanish words make up each of them in part.
  for (const sentence of [
    "De Mann an d'Fra sinn um Wee an d'Stad, mee si hunn keng Zäit.",
    'Le contracto es pro un anno e non pote esser cambiate sin le accordo de le partes.',
  ]) {
    expect(detectLanguage(sentence)).toBeNull()
  }
})

test('an English title does not make a German sentence English', () => {
  const title = '„What They Had and Why They Left“'
  const sentence = `Das Buch ${title} ist bei uns und in der Bibliothek nicht mehr zu haben.`
  expect(detectLanguage(sentence)).not.toBe('en')
})

test.each(['', 'Vertraulichkeitsvereinbarung', 'Der Vertrag gilt', '12.345,67 €', 'das ist der'])(
  'less than four words tell nothing: %j',
  (text) => expect(detectLanguage(text)).toBeNull(),
)

test('what the file says of itself counts where the text leaves a doubt', () => {
  expect(detectLanguage('Anlage 3', 'de')).toBe('de')
  expect(detectLanguage('', 'de')).toBe('de')
  // Word says en-US of whatever is written in an English Word.
  expect(detectLanguage('Der Vertrag gilt für zwei Jahre und endet dann.', 'en')).toBe('de')
  const portuguese = sentencesOf('others').slice(0, 8).join(' ')
  expect(detectLanguage(portuguese, 'en')).toBe('pt')
})

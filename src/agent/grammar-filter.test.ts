import { expect, test } from 'vitest'
import { filterGrammar, type GrammarFinding } from './grammar-filter.ts'

const words = new Set(['receive', 'colour', 'price', 'dialyze'])
const dictionary = {
  isKnown: (word: string) => words.has(word),
  suggest: () => ['receive'],
}

function finding(part: Partial<GrammarFinding>): GrammarFinding {
  const place = { paragraph: 0, start: 0, end: 7, before: '', after: ' x' }
  const problem = { rule: 'SpellCheck', kind: 'Spelling', text: 'recieve', message: 'Misspelt.' }
  return { ...place, ...problem, fix: 'receive', ...part }
}
const kept = (...findings: GrammarFinding[]) =>
  filterGrammar(findings, dictionary).map(({ text }) => text)

test('a lower-case word that no dictionary knows and two edits mend is a mistake', () => {
  expect(kept(finding({}))).toEqual(['recieve'])
})

test('a word that stands twice in the document is a term', () => {
  expect(kept(finding({}), finding({ paragraph: 5 }))).toEqual([])
})

test('names, known words, words far from any other and other languages are left alone', () => {
  expect(kept(finding({ text: 'Recieve' }))).toEqual([])
  expect(kept(finding({ text: 'colour', fix: 'color' }))).toEqual([])
  expect(kept(finding({ text: 'qwertyuiop' }))).toEqual([])
  expect(kept(finding({ text: 'reçieve' }))).toEqual([])
})

test('a paragraph full of unknown words is in another language', () => {
  const foreign = ['recieva', 'recievo', 'recievi', 'recievu'].map((text) => finding({ text }))
  expect(kept(...foreign)).toEqual([])
  expect(kept(...foreign.slice(1))).toHaveLength(3)
})

test('derived words are words', () => {
  expect(kept(finding({ text: 'dialyzers', fix: 'dialyzes' }))).toEqual([])
  expect(kept(finding({ text: 'reprice', fix: 'receive' }))).toEqual([])
})

test('a rule that fires four times in a document fires on its style', () => {
  const repeats = (n: number) =>
    Array.from({ length: n }, () => finding({ rule: 'Some', kind: 'Grammar' }))
  expect(kept(...repeats(3))).toHaveLength(3)
  expect(kept(...repeats(4))).toEqual([])
})

test('style is not a mistake, and a list label is no article', () => {
  expect(kept(finding({ rule: 'OxfordComma', kind: 'Style' }))).toEqual([])
  const article = { rule: 'AnA', kind: 'Miscellaneous' }
  expect(kept(finding({ ...article, text: 'a', after: ') ', before: '(' }))).toEqual([])
  expect(kept(finding({ ...article, text: 'a', after: ' apple' }))).toEqual(['a'])
})

import { expect, test } from 'vitest'
import { filterGrammar, type GrammarFinding } from './grammar-filter.ts'

const words = new Set(['covered', 'policy', 'dialyze', 'price', 'receive'])
const dictionary = {
  isKnown: (word: string) => words.has(word),
  suggest: (word: string) => (word === 'recieve' ? ['receive'] : []),
}

function finding(part: Partial<GrammarFinding>): GrammarFinding {
  const text = part.text ?? 'recieve'
  return {
    paragraph: 0,
    rule: 'SpellCheck',
    kind: 'Spelling',
    start: 0,
    end: text.length,
    text,
    before: ' ',
    after: ' x',
    message: 'Did you mean that?',
    fix: null,
    ...part,
  }
}
const kept = (findings: GrammarFinding[]) =>
  filterGrammar(findings, dictionary).map(({ text }) => text)

test('a misspelt word is kept', () => {
  expect(kept([finding({}), finding({ text: 'coverd', fix: 'covered' })])).toEqual([
    'recieve',
    'coverd',
  ])
})

test.each([
  ['a word that the second dictionary knows', { text: 'policy' }],
  ['a name', { text: 'Recieve' }],
  ['an acronym', { text: 'RCV' }],
  ['a short word', { text: 'hsa', fix: 'has' }],
  ['a word with an accent', { text: 'présente', fix: 'presente' }],
  ['a repeated letter that stands for a blank', { text: 'yyyy', fix: 'yay' }],
  ['a word that no word is near to', { text: 'acetaminophen', fix: 'policy' }],
  ['a word that is formed from a known one', { text: 'dialyzers', fix: 'dialyzed' }],
  ['a word with a common prefix', { text: 'reprice', fix: 'replace' }],
  ['a matter of style', { kind: 'Style', rule: 'LongSentences' }],
])('%s is not a mistake', (_, part) => {
  expect(kept([finding(part)])).toEqual([])
})

test('two edits away is near, three are not; a swap of neighbours is one', () => {
  expect(kept([finding({ text: 'cvoeerd', fix: 'covered' })])).toEqual(['cvoeerd'])
  expect(kept([finding({ text: 'kuverdt', fix: 'covered' })])).toEqual([])
})

test('a word that the document uses twice is a term of it', () => {
  expect(kept([finding({}), finding({ paragraph: 1 })])).toEqual([])
})

test('a paragraph full of unknown words is in another language', () => {
  const foreign = ['recieve', 'coverd', 'polici', 'prise'].map((text) =>
    finding({ text, fix: 'price' }),
  )
  expect(kept(foreign)).toEqual([])
})

test('a rule other than spelling is heard three times in a document, not four', () => {
  const lints = (count: number) =>
    Array.from({ length: count }, (_, paragraph) =>
      finding({
        paragraph,
        rule: 'RepeatedWords',
        kind: 'Repetition',
        text: 'the the',
        fix: 'the',
      }),
    )
  expect(kept(lints(3))).toHaveLength(3)
  expect(kept(lints(4))).toEqual([])
})

test('letters that label something are not articles', () => {
  const article = { rule: 'AnA', kind: 'Grammar', fix: 'an' }
  expect(kept([finding({ ...article, text: 'a', after: ' apple' })])).toEqual(['a'])
  expect(kept([finding({ ...article, text: 'a', before: '(', after: ') apple' })])).toEqual([])
  expect(kept([finding({ ...article, text: 'A', after: ' apple' })])).toEqual([])
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type EvaluatedDocument, evaluateOutputs } from './evaluate-outputs.ts'
import type { MatchableIssue } from './match-issues.ts'
import { listMistakes } from './mistakes.ts'
import { normalizeText } from '../place/normalize-text.ts'
import type { MistakeInContext } from '../schema/evaluation-details.ts'
import { listMistakesInContext } from './mistake-context.ts'

type Truth = { type: string; text: string }

function evaluated(
  texts: string[],
  truths: Truth[],
  issues: MatchableIssue[],
): EvaluatedDocument[] {
  return evaluateOutputs({
    documents: [
      {
        id: 'memo',
        paragraphs: texts.map((text, index) => ({ index, text })),
        truths: truths.map((truth) => ({ ...truth, location: {} })),
      },
    ],
    repeats: [new Map([['memo', { issues, error: null }]])],
    types: null,
  })
}

const at = (type: string, text: string): MatchableIssue => ({ type, text, location: {} })

function marked({ paragraph, detectedRange, truthRange }: MistakeInContext) {
  const text = (range: typeof detectedRange) =>
    range && paragraph && paragraph.text.slice(range.start, range.end)
  return {
    paragraph: paragraph?.index ?? null,
    detected: text(detectedRange),
    truth: text(truthRange),
  }
}

test('each kind of mistake has its paragraph and its ranges', () => {
  const texts = ['The plan will always cover you.', 'They was late. It rains.']
  const truths = [
    { type: 'Grammar', text: 'was' },
    { type: 'Promise', text: 'will always' },
    { type: 'Tone', text: 'rains' },
  ]
  const issues = [
    at('Grammar', 'was'),
    at('Grammar', 'was'),
    at('Grammar', 'will always'),
    at('Grammar', 'plan'),
  ]
  const found = listMistakesInContext(evaluated(texts, truths, issues))
  expect(found.map((mistake) => [mistake.kind, marked(mistake)])).toEqual([
    ['wrong type', { paragraph: 0, detected: 'will always', truth: 'will always' }],
    ['duplicate', { paragraph: 1, detected: 'was', truth: null }],
    ['spurious', { paragraph: 0, detected: 'plan', truth: null }],
    ['missed', { paragraph: 1, detected: null, truth: 'rains' }],
  ])
})

test('a range is of the text as it stands, not of its normalised form', () => {
  const text = 'É  one\u00AD \t “ﬁrst”  cafe\u0301s — it’s  late  '
  const quotes = ['“first”', 'cafés', "it's late", 'one']
  const documents = evaluated(
    [text],
    [],
    quotes.map((quote) => at('Tone', quote)),
  )
  const shown = listMistakesInContext(documents).map((mistake) => marked(mistake).detected)
  expect(shown).toEqual(['“ﬁrst”', 'cafe\u0301s', 'it’s  late', 'one'])
})

test('a quote that begins inside a ligature marks the ligature', () => {
  const documents = evaluated(['The oﬃce'], [], [at('Tone', 'ice')])
  expect(listMistakesInContext(documents).map((mistake) => marked(mistake).detected)).toEqual([
    'ﬃce',
  ])
})

test('what is not in the document has no paragraph, and an insertion an empty range', () => {
  const insertion = { type: 'Tone', text: '', location: { paragraph: 0, start: 4, end: 4 } }
  const documents = evaluated(['They late.'], [], [at('Tone', 'pear'), insertion])
  expect(listMistakesInContext(documents).map(marked)).toEqual([
    { paragraph: null, detected: null, truth: null },
    { paragraph: 0, detected: '', truth: null },
  ])
})

test('a repeat that is not there has no mistakes', () => {
  expect(listMistakesInContext(evaluated(['a'], [], [at('Tone', 'a')]), 1)).toEqual([])
})

test('whatever the mistakes, their ranges mark what they name', () => {
  const words = ['was', 'late', 'ﬁne', 'É', '“so”', 'cafe\u0301', '  ', '\n', '—', '😀']
  const text = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((list) => list.join(' '))
  const quote = fc.constantFrom(...words.map(normalizeText).filter((word) => word !== ''))
  const issue = fc.record({ type: fc.constantFrom('A', 'B'), text: quote })
  const issues = fc.array(issue, { maxLength: 8 })
  fc.assert(
    fc.property(text, issues, issues, (paragraph, truths, detections) => {
      const found = detections.map(({ type, text: own }) => at(type, own))
      const documents = evaluated([paragraph, 'was É'], truths, found)
      const mistakes = listMistakesInContext(documents)
      expect(mistakes).toMatchObject(listMistakes(documents))
      const sides = mistakes.flatMap((mistake) => {
        const { detected, truth } = marked(mistake)
        return [
          { shown: detected, named: mistake.detected?.text },
          { shown: truth, named: mistake.truth?.text },
        ]
      })
      const wrong = sides.filter(({ shown, named }) => shown && normalizeText(shown) !== named)
      expect(wrong).toEqual([])
    }),
  )
})

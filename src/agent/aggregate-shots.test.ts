import { expect, test } from 'vitest'
import type { Paragraph } from '../schema/document.ts'
import { aggregateShots } from './aggregate-shots.ts'
import type { FoundIssues } from './answers.ts'

const sentence = 'The plan always covers all your needs.'
const paragraphs = ['Read this.', `${sentence} You never pay.`].map((text, index): Paragraph => {
  return { index, page: 1, text, role: 'body', words: [] }
})

type Found = FoundIssues['issues'][number]
function issue(part: Partial<Found>): Found {
  return {
    para_index: 1,
    source_sentence: sentence,
    text: 'always',
    explanation: 'Too certain.',
    suggested_fix: 'generally',
    ...part,
  }
}
function aggregate(...shots: Found[][]) {
  const answers = shots.map((issues) => ({ issues }))
  const { candidates, leftOut } = aggregateShots(answers, paragraphs)
  const found = candidates.map(({ quote, fix, foundBy }) => [quote.text, fix, foundBy])
  return { found, leftOut, candidates }
}

test('two issues in one sentence are two issues', () => {
  const all = issue({ text: 'all your', suggested_fix: 'many of your' })
  expect(aggregate([issue({}), all]).found).toEqual([
    ['always', 'generally', 1],
    ['all your', 'many of your', 1],
  ])
})

test('the same place with the same fix is one issue, however it is quoted and explained', () => {
  const again = issue({ para_index: 0, text: 'ALWAYS', explanation: 'Never say always.' })
  expect(aggregate([issue({})], [again], [issue({ suggested_fix: null })]).found).toEqual([
    ['always', 'generally', 2],
    ['always', null, 1],
  ])
})

test('a shot that says it twice has found it once', () => {
  expect(aggregate([issue({}), issue({})], [issue({})]).found).toEqual([['always', 'generally', 2]])
})

test('a fix that changes nothing is none', () => {
  expect(aggregate([issue({ suggested_fix: 'always' })]).found).toEqual([['always', null, 1]])
})

test('what cannot be placed is kept, once, after the rest', () => {
  const lost = issue({ text: 'forever', source_sentence: 'Covered forever.' })
  const { found, candidates } = aggregate([lost, issue({})], [{ ...lost, para_index: 7 }])
  expect(found).toEqual([
    ['always', 'generally', 1],
    ['forever', 'generally', 2],
  ])
  expect(candidates.map(({ place }) => place?.paragraph ?? null)).toEqual([1, null])
})

test('a thousand issues for one sentence are ten, those that most shots found first', () => {
  const many = Array.from({ length: 90 }, (_, i) => issue({ suggested_fix: `fix ${i}` }))
  const { found, leftOut } = aggregate(many, [issue({ suggested_fix: 'fix 89' })])
  expect([found.length, leftOut]).toEqual([10, 80])
  expect(found).toContainEqual(['always', 'fix 89', 2])
})

test('ten thousand issues in one answer are a hundred', () => {
  const many = Array.from({ length: 10_000 }, (_, i) =>
    issue({ text: `lost ${i}`, source_sentence: `Lost ${i}.` }),
  )
  const { found, leftOut } = aggregate(many)
  expect([found.length, leftOut]).toEqual([100, 9900])
})

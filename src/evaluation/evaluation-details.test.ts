import { expect, test } from 'vitest'
import { evaluateOutputs } from './evaluate-outputs.ts'
import { detailsOf } from './evaluation-details.ts'

function detailsFor(count: number, length: number) {
  const issues = Array.from({ length: count }, (_, n) => ({
    type: 'Long',
    text: String(n).padEnd(length, 'x'),
    location: { paragraph: 0 },
  }))
  const repeats = [new Map([['a', { issues, error: null }]])]
  const documents = [{ id: 'a', paragraphs: [{ index: 0, text: 'Short.' }], truths: [] }]
  const evaluated = evaluateOutputs({ documents, repeats, types: null })
  const { mistakes, mistakesLeftOut } = detailsOf({ evaluated })
  return [mistakes.length, mistakesLeftOut]
}

test('the first 2,000 mistakes are kept, the others counted', () => {
  expect(detailsFor(10, 10)).toEqual([10, 0])
  expect(detailsFor(2005, 10)).toEqual([2000, 5])
})

test('mistakes that quote more than 16 MB together are counted only', () => {
  const [kept = 0, leftOut = 0] = detailsFor(200, 100_000)
  expect(kept).toBeGreaterThan(80)
  expect(kept).toBeLessThan(168)
  expect(kept + leftOut).toBe(200)
})

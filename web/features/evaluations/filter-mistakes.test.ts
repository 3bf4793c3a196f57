import { expect, test } from 'vitest'
import type { MistakeInContext } from '../../../src/schema/evaluation-details.ts'
import { filterMistakes, noFilter } from './filter-mistakes.ts'

function mistake(change: Partial<MistakeInContext>): MistakeInContext {
  return {
    kind: 'missed',
    document: 'a',
    detected: null,
    truth: { type: 'Tone', text: 'rude' },
    sentence: 'That is rude.',
    paragraph: null,
    detectedRange: null,
    truthRange: null,
    ...change,
  }
}

test('mistakes are narrowed down by kind, agent on either side, document and text', () => {
  const all = [
    mistake({}),
    mistake({ kind: 'wrong type', detected: { type: 'Grammar', text: 'rude' } }),
    mistake({ document: 'b', paragraph: { index: 0, text: 'ÜBER all' } }),
  ]
  const found = (change: object): number[] =>
    filterMistakes(all, { ...noFilter, ...change }).map((one) => all.indexOf(one))
  expect(found({})).toEqual([0, 1, 2])
  expect(found({ kind: 'wrong type' })).toEqual([1])
  expect(found({ type: 'Grammar' })).toEqual([1])
  expect(found({ document: 'b' })).toEqual([2])
  expect(found({ text: ' über ' })).toEqual([2])
  expect(found({ type: 'Tone', kind: 'missed', document: 'a' })).toEqual([0])
})

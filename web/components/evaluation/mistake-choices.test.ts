import { expect, test } from 'vitest'
import type { MistakeInContext } from '../../../src/schema/evaluation-details.ts'
import { mistakeChoices, shownMistakes } from './mistake-choices.ts'

const tone = { type: 'Tone', text: 'rude' }
const grammar = { type: 'Grammar', text: 'rude' }

function mistake(
  kind: MistakeInContext['kind'],
  document: string,
  sides: Partial<MistakeInContext>,
): MistakeInContext {
  const nowhere = { sentence: '', paragraph: null, detectedRange: null, truthRange: null }
  return { kind, document, detected: null, truth: null, ...nowhere, ...sides }
}

test('a filter offers what occurs, kinds in their order, each with how often', () => {
  const choices = mistakeChoices([
    mistake('missed', 'b', { truth: tone }),
    mistake('duplicate', 'a', { detected: tone }),
    mistake('wrong type', 'b', { truth: tone, detected: grammar }),
    mistake('bad span', 'b', { truth: tone, detected: tone }),
  ])
  const labels = (list: { label: string }[]): string[] => list.map(({ label }) => label)
  expect(labels(choices.kind)).toEqual([
    'wrong type (1)',
    'bad span (1)',
    'duplicate (1)',
    'missed (1)',
  ])
  expect(labels(choices.type)).toEqual(['Grammar (1)', 'Tone (4)'])
  expect(choices.document).toEqual([
    { value: 'a', label: 'a (1)' },
    { value: 'b', label: 'b (3)' },
  ])
})

test('how many are shown is said, and of how many where some are not', () => {
  expect([shownMistakes(1, 1), shownMistakes(0, 1), shownMistakes(3, 87)]).toEqual([
    '1 mistake',
    '0 of 1 mistake',
    '3 of 87 mistakes',
  ])
})

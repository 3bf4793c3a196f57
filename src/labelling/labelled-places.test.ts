import { expect, test } from 'vitest'
import type { LabelledIssue } from '../schema/example.ts'
import { labelledPlaces } from './labelled-places.ts'

const paragraphs = ['We will always pay. You has to write.', 'Thank you.'].map((text, index) => ({
  index,
  text,
}))

function label(type: string, text: string, more: Partial<LabelledIssue> = {}): LabelledIssue {
  return { type, text, location: {}, ...more }
}

/** Whose labels are at each place, by the first letter of the person and the number of the label. */
function placesOf(...sets: LabelledIssue[][]): string[] {
  const people = sets.map((labels, i) => ({ person: 'abc'[i] ?? '', labels }))
  return labelledPlaces(paragraphs, people).map(
    ({ labels, isAgreed, paragraph }) =>
      `${labels.map(({ person, number }) => `${person}${number}`).join('+')}${isAgreed ? ' agreed' : ''} in ${paragraph}`,
  )
}

test('labels that overlap are of one place, in the order of the text', () => {
  const one = [label('Tone', 'Thank you'), label('Promise', 'will always')]
  const other = [label('Promise', 'always pay'), label('Grammar', 'has')]
  expect(placesOf(one, other)).toEqual(['a1+b0 agreed in 0', 'b1 in 0', 'a0 in 1'])
  expect(placesOf(other, one)).toEqual(['a0+b1 agreed in 0', 'a1 in 0', 'b0 in 1'])
})

test('another type, and a label that does not count, are the same place without agreement', () => {
  expect(placesOf([label('Promise', 'always')], [label('Tone', 'always')])).toEqual(['a0+b0 in 0'])
  const ignored = label('Promise', 'always', { ignore: true })
  expect(placesOf([label('Promise', 'always')], [ignored])).toEqual(['a0+b0 in 0'])
  expect(placesOf([ignored], [ignored])).toEqual(['a0+b0 agreed in 0'])
})

test('what two of three labelled is not agreed, and a person has one label at a place', () => {
  const always = label('Promise', 'always')
  expect(placesOf([always], [], [always])).toEqual(['a0+c0 in 0'])
  expect(placesOf([always], [always], [always])).toEqual(['a0+b0+c0 agreed in 0'])
  expect(placesOf([always, always], [always])).toHaveLength(2)
})

test('a label whose words are not in the text comes last, in no paragraph', () => {
  expect(placesOf([label('Tone', 'nowhere'), label('Grammar', 'has')])).toEqual([
    'a1 agreed in 0',
    'a0 agreed in null',
  ])
})

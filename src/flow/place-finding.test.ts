import { expect, test } from 'vitest'
import type { Paragraph } from '../schema/document.ts'
import type { Finding } from '../schema/issue.ts'
import { placeFinding } from './place-finding.ts'

const text = 'The plan covers teeth. The plan covers 😀 eyes.'
const paragraph: Paragraph = {
  index: 7,
  page: 2,
  text,
  role: 'body',
  words: [...text.matchAll(/\S+/g)].map((match, i) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
    page: i < 4 ? 2 : 3,
    quad: [i * 50, 10, i * 50 + 40, 10, i * 50, 0, i * 50 + 40, 0],
  })),
}

function finding(part: Partial<Finding>): Finding {
  return {
    paragraph: 7,
    text: 'covers',
    sourceSentence: '',
    explanation: '',
    suggestedFix: null,
    score: null,
    ...part,
  }
}

test('offsets place a finding whose text is literally there', () => {
  const location = placeFinding(finding({ start: 32, end: 38 }), paragraph)
  expect(location).toMatchObject({ page: 3, paragraph: 7, start: 32, end: 38 })
  expect(location.quads).toHaveLength(1)
})

test('wrong offsets fall back on the text, when it stands there once', () => {
  const location = placeFinding(finding({ text: 'teeth', start: 3, end: 8 }), paragraph)
  expect(text.slice(location.start ?? 0, location.end ?? 0)).toBe('teeth')
})

test('the sentence chooses between two places', () => {
  const found = placeFinding(finding({ sourceSentence: 'The plan covers 😀 eyes.' }), paragraph)
  expect(found.start).toBe(32)
})

test.each([
  ['a text that is not in the paragraph', finding({ text: 'insures' })],
  ['a text that stands there twice', finding({})],
  ['an empty text', finding({ text: '' })],
])('%s gets no place', (_, lost) => {
  expect(placeFinding(lost, paragraph)).toMatchObject({ page: null, start: null, quads: [] })
})

test('a finding in a paragraph that was not asked about gets no place', () => {
  expect(placeFinding(finding({ start: 9, end: 15 }), undefined).start).toBeNull()
})

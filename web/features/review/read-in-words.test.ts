import { expect, test } from 'vitest'
import { readInWords } from './read-in-words.ts'

const [ada, ben] = ['Ada', 'Ben'].map((name) => ({ id: name, name }))

test('who has read all of a document is told with oneself first, and the others by number', () => {
  const told = [
    { own: false, others: [] },
    { own: true, others: [] },
    { own: false, others: [ada!] },
    { own: true, others: [ada!] },
    { own: false, others: [ada!, ben!, ben!] },
  ].map(readInWords)
  expect(told).toEqual([
    'Nobody has read all of it.',
    'You have read all of it.',
    'Ada has read all of it.',
    'You and 1 more have read all of it.',
    'Ada and 2 more have read all of it.',
  ])
})

import { expect, test } from 'vitest'
import { findBreaks } from './find-breaks.ts'

/** Entries of a chain, newest first. */
function chain(...sequences: number[]) {
  return sequences.map((sequence) => ({
    sequence,
    previous: `hash-${sequence - 1}`,
    hash: `hash-${sequence}`,
  }))
}

test('a chain that is whole has no break, also where older entries follow', () => {
  expect(findBreaks(chain(3, 2, 1), { isEnd: true })).toEqual([])
  expect(findBreaks(chain(9, 8), { isEnd: false })).toEqual([])
  expect(findBreaks([], { isEnd: true })).toEqual([])
})

test('what is missing is told where it was, also before the first', () => {
  expect(findBreaks(chain(9, 8, 6, 2), { isEnd: true })).toEqual([
    { below: 8, sentence: 'Entry 7 is missing here.' },
    { below: 6, sentence: 'Entries 3 to 5 are missing here.' },
    { below: 2, sentence: 'Entry 1 is missing here.' },
  ])
})

test('an entry with the hash of another one before it does not follow', () => {
  const [third, second] = chain(3, 2)
  const forged = { ...chain(2)[0], sequence: 2, previous: 'hash-1', hash: 'other' }
  expect(findBreaks([third ?? forged, forged], { isEnd: false })).toEqual([
    {
      below: 3,
      sentence: 'Entry 3 does not follow entry 2: it has the hash of another one.',
    },
  ])
  expect(findBreaks([third ?? forged, second ?? forged], { isEnd: false })).toEqual([])
})

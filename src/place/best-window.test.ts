import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createWindowFinder, isWordCharacter, type Window } from './best-window.ts'
import { indelSimilarity } from './indel.ts'
import { createWork, TooMuchWork } from './work.ts'

const bestWindow = (text: string, sentence: string, least: number) =>
  createWindowFinder(sentence)(text, least)

test('letters, digits and the underscore make words, whatever the script', () => {
  const characters = 'azAZ09_éßЖ字٣'.split('')
  expect(characters.filter((character) => !isWordCharacter(character, 0))).toEqual([])
})

test('what stands beside them in ASCII, punctuation and spaces do not', () => {
  const characters = '`{@[/:^ -.\'"—“\u00A0'.split('').concat('')
  expect(characters.filter((character) => isWordCharacter(character, 0))).toEqual([])
  expect(isWordCharacter('a—b', 1)).toBe(false)
})

test('there is no word character before or behind a text', () => {
  expect([-1, 0, 1, 2].map((at) => isWordCharacter('é1', at))).toEqual([false, true, true, false])
})

test('a window starts at a word, also behind a bracket, and is as long as the sentence', () => {
  expect(bestWindow('so (members pay it)', 'members pay', 0.9)).toEqual({
    start: 4,
    end: 15,
    similarity: 1,
  })
  expect(bestWindow('somembers pay it', 'members pay', 0.9)).toBeNull()
})

test('the first of equal windows wins', () => {
  expect(bestWindow('we pay. we pay.', 'we pax.', 0.5)).toMatchObject({ start: 0, end: 7 })
})

test('a text that is shorter than the sentence is a window as a whole', () => {
  expect(bestWindow('abcd', 'abcdef', 0.8)).toEqual({ start: 0, end: 4, similarity: 0.8 })
  expect(bestWindow('abcd', 'abcdef', 0.81)).toBeNull()
})

test('nothing is like an empty sentence, or in an empty text', () => {
  expect(bestWindow('abc', '', 0)).toBeNull()
  expect(bestWindow('', 'abc', 0)).toBeNull()
})

function isWordStart(text: string, at: number): boolean {
  if (at === 0 || text[at - 1] === ' ') return true
  return isWordCharacter(text, at) && !isWordCharacter(text, at - 1)
}

/** All windows, one by one. */
function bestByTrying(text: string, sentence: string, least: number): Window | null {
  let best: Window | null = null
  for (let start = 0; start < text.length; start += 1) {
    const end = Math.min(start + sentence.length, text.length)
    const similarity = indelSimilarity(text.slice(start, end), sentence)
    if (!isWordStart(text, start) || similarity < least) continue
    if (best === null || similarity > best.similarity) best = { start, end, similarity }
  }
  return best
}

test('no better window is overlooked', () => {
  const letters = fc.constantFrom('a', 'b', 'c', 'd', ' ', '(')
  fc.assert(
    fc.property(
      fc.string({ unit: letters, maxLength: 40 }),
      fc.string({ unit: letters, minLength: 1, maxLength: 12 }),
      fc.constantFrom(0.3, 0.5, 0.8),
      (text, sentence, least) => {
        expect(bestWindow(text, sentence, least)).toEqual(bestByTrying(text, sentence, least))
      },
    ),
    { numRuns: 1000 },
  )
})

test('what was searched before changes nothing', () => {
  const words = fc.string({ unit: fc.constantFrom('a', 'b', 'é', ' '), maxLength: 30 })
  fc.assert(
    fc.property(words, fc.array(words), (sentence, texts) => {
      const find = createWindowFinder(sentence)
      const inTurn = texts.map((text) => find(text, 0.5))
      expect(inTurn).toEqual(texts.map((text) => bestWindow(text, sentence, 0.5)))
    }),
  )
})

test('a search that takes more steps than it may ends', () => {
  const sentence = 'always open on monday '.repeat(20)
  const text = 'open monday on always '.repeat(200)
  expect(() => createWindowFinder(sentence, createWork(100_000))(text, 0.8)).toThrow(TooMuchWork)
  expect(createWindowFinder(sentence, createWork(10_000_000))(text, 0.8)).not.toBeUndefined()
})

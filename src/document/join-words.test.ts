import { expect, test } from 'vitest'
import { joinWords } from './join-words.ts'
import type { PageWord } from './page-word.ts'

function word(text: string, left = 0, spaceBefore = false): PageWord {
  const right = left + 5 * text.length
  return { text, left, right, bottom: 0, top: 10, turn: 0, fontSize: 10, bold: false, spaceBefore }
}
const known = (...words: string[]) => ({
  sameLine: false,
  isKnown: (candidate: string) => words.includes(candidate),
})

test('on one line a gap or white space in the file makes a space', () => {
  const context = { ...known(), sameLine: true }
  expect(joinWords(word('one'), word('two', 16), context)).toBe('touch')
  expect(joinWords(word('one'), word('two', 16, true), context)).toBe('space')
  expect(joinWords(word('one'), word('two', 20), context)).toBe('space')
})

test('a hyphen at a line end is dropped unless the document writes the word with it', () => {
  expect(joinWords(word('infor-'), word('mation'), known())).toBe('drop-hyphen')
  expect(joinWords(word('in-'), word('network'), known('in-network'))).toBe('touch')
  expect(joinWords(word('in-'), word('network'), known('in-network', 'innetwork'))).toBe(
    'drop-hyphen',
  )
})

test('a hyphen before a capital or a number belongs to the word', () => {
  expect(joinWords(word('Anglo-'), word('American'), known())).toBe('touch')
  expect(joinWords(word('–'), word('next'), known())).toBe('space')
})

test('lines of scripts without spaces touch', () => {
  expect(joinWords(word('漢'), word('字'), known())).toBe('touch')
})

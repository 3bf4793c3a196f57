import { expect, test } from 'vitest'
import { cutText } from './cut-text.ts'

test('a text is cut after a word, or inside of one that is very long, and never inside a character', () => {
  expect(cutText('We always pay.', 14)).toBe('We always pay.')
  expect(cutText('We always pay.', 8)).toBe('We …')
  expect(cutText('We always pay.', 9)).toBe('We always …')
  expect(cutText('x'.repeat(99), 50)).toBe(`${'x'.repeat(50)} …`)
  expect(cutText(`a ${'x'.repeat(99)}`, 50)).toBe(`a ${'x'.repeat(48)} …`)
  expect(cutText('🙂🙂🙂', 3)).toBe('🙂 …')
})

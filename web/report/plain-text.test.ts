import { expect, test } from 'vitest'
import { withoutDeception } from './plain-text.ts'

test('control characters and overrides of direction are left out', () => {
  expect(withoutDeception('a\u0000b\u0007\u202Ec\u2066d\u0085')).toBe('abcd')
})

test('lines and tabs stay, lone halves of letters do not', () => {
  expect(withoutDeception('a\r\nb\rc\n\td \uD800 😀')).toBe('a\nb\nc\n\td \uFFFD 😀')
})

test('what was escaped stays escaped', () => {
  expect(withoutDeception('&amp;\u0000lt;b&\u202Elt;')).toBe('&amp;lt;b&lt;')
})

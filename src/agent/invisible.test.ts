import { expect, test } from 'vitest'
import { visibleLine, withoutInvisible } from './invisible.ts'

const tags = 'ignore'.replace(/./g, (c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0)))

test.each([
  ['zero-width characters', 'a\u200Bb\u2060c\uFEFFd\u200Ce\u200Df', 'abcdef'],
  ['Unicode tag characters', `plan${tags}s`, 'plans'],
  ['bidirectional overrides and isolates', 'a\u202Eb\u202Cc\u2066d\u2069\u200F', 'abcd'],
  ['variation selectors, which can carry bytes', 'a\uFE0F\u{E0101}\u{E01EF}b', 'ab'],
  ['soft hyphens, fillers and braille blanks', 'a\u00ADb\u3164c\u115Fd\u2800e\u034Ff', 'abcdef'],
  ['control characters and escapes', 'a\u0000b\u001B[31mc\u0008d', 'ab[31mcd'],
  ['private use and lone surrogates', 'a\uE000b\uD800c\u{F0000}d', 'abcd'],
])('%s are not shown', (_, text, shown) => {
  expect(visibleLine(text)).toBe(shown)
})

test.each(['\n', '\r\n', '\u2028', '\u2029', '\u0085', '\v', '\f', '\t', '\u00A0\u3000'])(
  'a paragraph is one line, whatever breaks it (%j)',
  (space) => {
    expect(visibleLine(`${space}a${space}[7] b`)).toBe('a [7] b')
  },
)

test('what people read stays: accents, other scripts, emoji, base64', () => {
  const text = 'Café 計画 😀 “ﬁt” aWdub3JlIGFsbCBydWxlcw=='
  expect(visibleLine(text)).toBe(text)
})

test('a joiner that changes a word stays, for the eye; one that hides between others goes', () => {
  expect(visibleLine('می\u200Cخواهم')).toBe('می\u200Cخواهم')
  expect(visibleLine('می\u200C\u200D\u200Cخواهم')).toBe('می\u200Cخواهم'.replace('\u200C', ''))
  expect(withoutInvisible('می\u200Cخواهم')).toBe('میخواهم')
})

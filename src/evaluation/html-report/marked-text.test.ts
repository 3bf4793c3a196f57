import { expect, test } from 'vitest'
import { markedText } from './marked-text.ts'

test('what is there and what was detected are marked, and where they overlap both', () => {
  const ranges = { truth: { start: 4, end: 11 }, detected: { start: 8, end: 15 } }
  expect(markedText('One two & three four', ranges).html).toBe(
    'One <mark class="truth">two </mark><mark class="truth detected">&amp; t</mark><mark class="detected">hree</mark> four',
  )
})

test('text without a place is shown unmarked', () => {
  expect(markedText('a < b', { truth: null, detected: null }).html).toBe('a &lt; b')
})

test('an insertion is an empty mark at its place', () => {
  const insertion = { truth: { start: 4, end: 4 }, detected: { start: 0, end: 9 } }
  expect(markedText('They late', insertion).html).toBe(
    '<mark class="detected">They</mark><mark class="truth"></mark><mark class="detected"> late</mark>',
  )
  const atEnd = { truth: { start: 4, end: 4 }, detected: null }
  expect(markedText('They', atEnd).html).toBe('They<mark class="truth"></mark>')
})

test('a mark at the very start or end of the text is kept', () => {
  const whole = { truth: { start: 0, end: 3 }, detected: null }
  expect(markedText('abc', whole).html).toBe('<mark class="truth">abc</mark>')
})

test('of a long paragraph the surroundings are shown, and how much is left out', () => {
  const text = `${'before '.repeat(1000)}HERE${' after'.repeat(1000)}`
  const ranges = { truth: null, detected: { start: 7000, end: 7004 } }
  const { html } = markedText(text, ranges)
  const [, before, shown, after] =
    /^<span class="left-out">\[… (\d+) characters\]<\/span> ([^[]*)<span class="left-out">\[… (\d+) characters\]<\/span>$/s.exec(
      html,
    ) ?? []
  expect(shown).toMatch(/^before .*before <mark class="detected">HERE<\/mark> after.*after $/)
  const shownLength = (shown ?? '').replace(/<[^>]*>/g, '').length
  expect(Number(before) + shownLength + Number(after)).toBe(text.length)
})

test('a long text without white space is not cut inside a letter', () => {
  const [few, many] = ['😀'.repeat(100), '😀'.repeat(1000)]
  const text = `${many}-${few}HERE${few}-${many}`
  const start = text.indexOf('HERE')
  const { html } = markedText(text, { truth: { start, end: start + 4 }, detected: null })
  expect(html).toContain('left-out')
  expect(html).not.toContain('\uFFFD')
})

test('a paragraph that is only a little longer than what is shown is whole', () => {
  const text = `${'a '.repeat(340)}HERE${' b'.repeat(340)}`
  const { html } = markedText(text, { truth: { start: 680, end: 684 }, detected: null })
  expect(html.replace(/<[^>]*>/g, '')).toBe(text)
})

test('a long text without a place is shown from its start', () => {
  const { html } = markedText('word '.repeat(1000), { truth: null, detected: null })
  expect(html).toMatch(/^word .*<span class="left-out">\[… \d+ characters\]<\/span>$/)
})

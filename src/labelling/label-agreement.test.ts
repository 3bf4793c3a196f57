import { expect, test } from 'vitest'
import { labelAgreement, type SeveralLabelled } from './label-agreement.ts'

/** A paragraph for each letter: labelled by `a`, by `b`, by both (`x`), by nobody (`.`). */
function text(letters: string, types: { a?: string; b?: string } = {}): SeveralLabelled {
  const all = letters.split('')
  const labelsOf = (who: 'a' | 'b') =>
    all.flatMap((letter, paragraph) => {
      if (letter !== who && letter !== 'x') return []
      const location = { paragraph, start: 0, end: 4 }
      return [{ type: types[who] ?? 'Tone', text: 'Word', location }]
    })
  return {
    paragraphs: all.map((_, index) => ({ index, text: 'Words of a paragraph.' })),
    sets: ['a' as const, 'b' as const].map((person) => ({ person, labels: labelsOf(person) })),
  }
}

test('the coefficients of paragraphs are those that Gwet published for his table', () => {
  const { paragraphs } = labelAgreement([
    text(`${'x'.repeat(118)}${'a'.repeat(5)}${'b'.repeat(2)}`),
  ])
  expect(paragraphs.things).toBe(125)
  expect(paragraphs.percent.value).toBeCloseTo(0.944, 3)
  expect(paragraphs.ac1.value).toBeCloseTo(0.94, 2)
  expect(paragraphs.alpha.value).toBeLessThan(0)
  expect(paragraphs.ac1.lower).toBeNull()
})

test('issues are agreed where both labelled them as the same type', () => {
  const texts = [text('xx.a.'), text('x.b..'), text('x....', { b: 'Grammar' })]
  const { issues, types, examples } = labelAgreement(texts)
  expect(examples).toBe(3)
  expect(issues).toMatchObject({ things: 6, percent: { value: 3 / 6 } })
  expect(issues.percent.lower).toBeLessThan(0.5)
  expect(issues.percent.upper).toBeGreaterThan(0.5)
  expect(types).toMatchObject({ things: 4, percent: { value: 3 / 4 } })
})

test('intervals of coefficients come from several texts, the same each time', () => {
  const texts = [text('xxa..'), text('x....'), text('.b...'), text('xx..a')]
  const { paragraphs } = labelAgreement(texts)
  const { value, lower, upper } = paragraphs.alpha
  expect(lower).toBeLessThan(value ?? 0)
  expect(upper).toBeGreaterThan(value ?? 1)
  expect(labelAgreement(texts).paragraphs).toEqual(paragraphs)
})

test('texts that are all alike tell no interval of a coefficient', () => {
  const { paragraphs } = labelAgreement([text('x....'), text('.x...'), text('....x')])
  expect(paragraphs.ac1).toEqual({ value: 1, lower: null, upper: null })
  expect(paragraphs.percent.lower).toBeLessThan(1)
})

test('what nobody labelled twice, and types of which there is one, say nothing', () => {
  const nothing = { value: null, lower: null, upper: null }
  expect(labelAgreement([])).toMatchObject({
    examples: 0,
    issues: { things: 0, percent: nothing },
    paragraphs: { things: 0, percent: nothing, ac1: nothing, alpha: nothing },
    isDoubtful: false,
  })
  const { types, issues } = labelAgreement([text('....')])
  expect(issues.percent).toEqual(nothing)
  expect(types.percent).toEqual(nothing)
  expect(labelAgreement([text('xx')]).types.ac1).toEqual(nothing)
})

test('labels are doubtful when people agree little on fifty issues', () => {
  const apart = text('ab'.repeat(13))
  expect(labelAgreement([apart]).isDoubtful).toBe(false)
  expect(labelAgreement([apart, apart]).isDoubtful).toBe(true)
  expect(labelAgreement([text('x.'.repeat(30)), text('x.'.repeat(30))]).isDoubtful).toBe(false)
})

import { describe, expect, it } from 'vitest'
import { exampleHash, splitHash } from './version-hash.ts'

const issue = {
  type: 'Tone',
  text: 'always',
  explanation: 'A promise.',
  location: { paragraph: 0, start: 4, end: 10 },
}
const other = { type: 'Grammar', text: 'was', location: {} }
const content = { document: 'd1', issues: [issue, other] }

describe('the hash of an example', () => {
  it('does not depend on who labelled it, when, in which order, nor on how nothing is written', () => {
    const told = {
      ...issue,
      id: '7',
      suggestedFix: null,
      ignore: false,
      extra: { annotator: 'ann', submitted_at: '2026-01-05' },
    }
    expect(exampleHash({ document: 'd1', issues: [other, told] })).toBe(exampleHash(content))
  })

  it.each([
    ['another document', { ...content, document: 'd2' }],
    ['one issue less', { ...content, issues: [issue] }],
    ['one issue twice', { ...content, issues: [issue, issue, other] }],
    ['another explanation', { ...content, issues: [{ ...issue, explanation: 'No.' }, other] }],
    ['a fix', { ...content, issues: [{ ...issue, suggestedFix: '' }, other] }],
    ['a mark', { ...content, issues: [{ ...issue, ignore: true }, other] }],
    ['another place', { ...content, issues: [issue, { ...other, location: { page: 2 } }] }],
    ['another language', { ...content, extra: { lang: 'de' } }],
  ])('differs with %s', (_, changed) => {
    expect(exampleHash(changed)).not.toBe(exampleHash(content))
  })
})

const entries = [
  { id: 'a', document: 'd1', hash: 'h1', group: 'g1' },
  { id: 'b', document: 'd2', hash: 'h2', group: 'g1' },
  { id: 'c', document: 'd3', hash: 'h3', group: 'g2' },
]

describe('the hash of a split', () => {
  it('depends neither on the order nor on what groups are called', () => {
    const renamed = entries.map((entry) => ({ ...entry, group: `other ${entry.group}` }))
    expect(splitHash('test', renamed.toReversed())).toBe(splitHash('test', entries))
  })

  it('differs with the split, an id, a content and who belongs together', () => {
    const [a, b, c] = entries
    const changed = [
      entries.slice(1),
      [{ ...a!, id: 'z' }, b!, c!],
      [{ ...a!, hash: 'z' }, b!, c!],
      [a!, { ...b!, group: 'g3' }, c!],
      [a!, { ...b!, group: 'g2' }, c!],
    ]
    const hashes = changed.map((some) => splitHash('test', some))
    const all = [splitHash('test', entries), splitHash('audit', entries), ...hashes]
    expect(new Set(all).size).toBe(7)
  })
})

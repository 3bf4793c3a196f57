import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Split } from '../schema/access.ts'
import { diffIssues, diffVersions } from './diff-versions.ts'

const entry = (id: string, more: { split?: Split; hash?: string; document?: string } = {}) => ({
  id,
  document: `document ${id}`,
  hash: `content ${id}`,
  group: `group ${id}`,
  split: 'evaluation' as Split,
  ...more,
})

describe('the difference of two versions', () => {
  it('tells what came, went, moved, and got other labels or another document', () => {
    const before = ['same', 'gone', 'moved', 'labels', 'document'].map((id) => entry(id))
    const after = [
      entry('same'),
      entry('new', { split: 'test' }),
      entry('labels', { hash: 'other' }),
      entry('document', { hash: 'other', document: 'other' }),
      entry('moved', { split: 'audit', hash: 'other' }),
    ]
    expect(diffVersions(before, after)).toEqual({
      added: [{ id: 'new', split: 'test' }],
      removed: [{ id: 'gone', split: 'evaluation' }],
      moved: [{ id: 'moved', from: 'evaluation', to: 'audit' }],
      regrouped: [],
      replaced: ['document'],
      relabelled: ['moved', 'labels'],
    })
  })

  it('tells who belongs together with others', () => {
    const after = [{ ...entry('a'), group: 'group b' }, entry('b')]
    expect(diffVersions([entry('a'), entry('b')], after)).toMatchObject({ regrouped: ['a'] })
  })

  it('of a version and itself is empty', () => {
    const some = ['a', 'b'].map((id) => entry(id))
    expect(Object.values(diffVersions(some, some.toReversed())).flat()).toEqual([])
  })
})

const issue = (start: number, more: object = {}) => ({
  type: 'Tone',
  text: 'always',
  location: { paragraph: 0, start, end: start + 6 },
  ...more,
})

describe('the difference of the labels of an example', () => {
  it('tells what came and went, and what is told otherwise at its place', () => {
    const fixed = issue(40, { suggestedFix: 'often' })
    const diff = diffIssues(
      [issue(0), issue(20), issue(40)],
      [fixed, issue(0, { id: 'x', extra: { annotator: 'bob' } }), issue(60)],
    )
    expect(diff).toEqual({
      added: [issue(60)],
      removed: [issue(20)],
      changed: [{ before: issue(40), after: fixed }],
    })
  })

  it('pairs issues that are alike one by one', () => {
    expect(diffIssues([issue(0)], [issue(0), issue(0)])).toEqual({
      added: [issue(0)],
      removed: [],
      changed: [],
    })
  })

  it('knows what has no place by its text', () => {
    const somewhere = (text: string, more = {}) => ({ type: 'Tone', text, location: {}, ...more })
    const diff = diffIssues([somewhere('a'), somewhere('b')], [somewhere('b', { ignore: true })])
    expect(diff).toMatchObject({
      removed: [{ text: 'a' }],
      changed: [{ before: { text: 'b' }, after: { ignore: true } }],
      added: [],
    })
  })

  it('leaves no issue out and counts none twice', () => {
    const issues = fc.array(
      fc.nat(4).chain((start) => fc.constantFrom(issue(start), issue(start, { score: 1 }))),
    )
    fc.assert(
      fc.property(issues, issues, (before, after) => {
        const { added, removed, changed } = diffIssues(before, after)
        expect(before.length - removed.length).toBe(after.length - added.length)
        expect(removed.length + changed.length).toBeLessThanOrEqual(before.length)
      }),
    )
  })
})

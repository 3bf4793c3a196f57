import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupExamples } from './group-examples.ts'

describe('groups of examples', () => {
  it('have the name of their text where a document stands alone', () => {
    const groups = groupExamples([
      { id: 'memo', textGroup: 't1' },
      { id: 'letter', textGroup: 't2' },
    ])
    expect(Object.fromEntries(groups)).toEqual({ memo: 't1', letter: 't2' })
  })

  it('hold what shares a text, a named group or near-copies, over any number of steps', () => {
    const examples = [
      { id: 'a', textGroup: 't9', group: 'booklet' },
      { id: 'b', textGroup: 't3', group: 'booklet' },
      { id: 'b again', textGroup: 't3' },
      { id: 'near b', textGroup: 't7' },
      { id: 'other', textGroup: 't1' },
    ]
    const groups = groupExamples(examples, [['near b', 'b again']])
    expect(Object.fromEntries(groups)).toEqual({
      a: 't3',
      b: 't3',
      'b again': 't3',
      'near b': 't3',
      other: 't1',
    })
  })

  it('hold what was made of documents that were filed together, whose text may be there itself', () => {
    const examples = [
      { id: 'page 1', textGroup: 't9', filedIn: 't7' },
      { id: 'page 2', textGroup: 't8', filedIn: 't7' },
      { id: 'contract', textGroup: 't7' },
      { id: 'other', textGroup: 't1', filedIn: 't2' },
    ]
    expect(Object.fromEntries(groupExamples(examples))).toEqual({
      'page 1': 't7',
      'page 2': 't7',
      contract: 't7',
      other: 't1',
    })
  })

  it('are no mixture of names and texts', () => {
    const examples = [
      { id: 'a', textGroup: 'same', group: 'x' },
      { id: 'b', textGroup: 'other', group: 'same' },
    ]
    expect(new Set(groupExamples(examples).values()).size).toBe(2)
  })

  it('do not depend on the order of examples and pairs', () => {
    const example = fc.record({
      textGroup: fc.constantFrom('t1', 't2', 't3', 't4', 't5'),
      group: fc.option(fc.constantFrom('g1', 'g2'), { nil: undefined }),
    })
    const pair = fc.tuple(fc.nat(9), fc.nat(9))
    fc.assert(
      fc.property(fc.array(example, { maxLength: 10 }), fc.array(pair), (some, numbers) => {
        const examples = some.map((one, i) => ({ ...one, id: `${i}` }))
        const pairs = numbers.map(([a, b]) => [`${a}`, `${b}`] as const)
        const groups = groupExamples(examples, pairs)
        const turned = groupExamples(
          examples.toReversed(),
          pairs.map(([a, b]) => [b, a] as const).toReversed(),
        )
        expect(turned).toEqual(groups)
        for (const [a, b] of pairs)
          expect(groups.get(a) ?? groups.get(b)).toBe(groups.get(b) ?? groups.get(a))
      }),
    )
  })

  it('of a chain of 100,000 near-copies are one', () => {
    const examples = Array.from({ length: 100_000 }, (_, i) => ({ id: `${i}`, textGroup: `t${i}` }))
    const pairs = examples.slice(1).map(({ id }, i) => [`${i}`, id] as const)
    expect(new Set(groupExamples(examples, pairs).values())).toEqual(new Set(['t0']))
  })
})

import { describe, expect, it } from 'vitest'
import { untoldKinds } from './small-cells.ts'

type Sizes = Record<string, number>

/** Figures of kinds with so many issues, of which half are found, but nothing of some kinds. */
function side(sizes: Sizes, silent: readonly string[] = []) {
  const figures = Object.entries(sizes).map(([kind, n]) => {
    const tp = silent.includes(kind) ? 0 : n / 2
    return [kind, { tp, fp: tp, fn: n - tp }] as const
  })
  return Object.fromEntries(figures)
}

/** Of one side, in whose pool all of its kinds are. */
function untold(sizes: Sizes, silent: readonly string[] = []): string[] {
  return [...untoldKinds([side(sizes, silent)], new Set(Object.keys(sizes)))]
}

describe('kinds that approvers are not told of', () => {
  it('are none where each has ten issues', () => {
    expect(untold({ a: 10, b: 30 })).toEqual([])
  })

  it('are never one alone, which is what the others lack of all', () => {
    expect(untold({ a: 40, b: 4, c: 20, d: 30 })).toEqual(['b', 'c'])
  })

  it('have ten issues together, or are all', () => {
    expect(untold({ a: 40, b: 4, c: 3, d: 30 })).toEqual(['c', 'b', 'd'])
    expect(untold({ b: 4, c: 3 })).toEqual(['c', 'b'])
    expect(untold({ b: 4 })).toEqual(['b'])
  })

  it('are the same of each report: equal ones by name', () => {
    const told = untold({ c: 12, b: 12, a: 2, d: 12 })
    expect(told).toEqual(['a', 'b'])
    expect(untold({ d: 12, a: 2, b: 12, c: 12 })).toEqual(told)
  })

  it('are those that are small on any side', () => {
    const sides = [side({ a: 12, b: 20, c: 30 }), side({ a: 8, b: 20, c: 30 })]
    expect([...untoldKinds(sides, new Set(['a', 'b', 'c']))]).toEqual(['a', 'b'])
  })

  it('are not hidden by what a side finds nothing of', () => {
    expect(untold({ a: 4, b: 8, c: 20, d: 30 }, ['b'])).toEqual(['a', 'b', 'c'])
    const sizes = { a: 4, b: 20, c: 30, d: 40 }
    const all = new Set(Object.keys(sizes))
    const sides = [side(sizes), side(sizes, ['b'])]
    for (const both of [sides, sides.toReversed()])
      expect([...untoldKinds(both, all)]).toEqual(['a', 'b', 'c'])
  })

  it('are not hidden by what is not in the pool, and hide nothing there', () => {
    const sizes = { a: 4, b: 8, c: 20, d: 30 }
    expect([...untoldKinds([side(sizes)], new Set(['a', 'c', 'd']))]).toEqual(['a', 'b', 'c'])
    expect([...untoldKinds([side(sizes)], new Set(['c', 'd']))]).toEqual(['a', 'b'])
  })
})

import { describe, expect, it } from 'vitest'
import { untoldKinds } from './small-cells.ts'

/** Figures of kinds with so many issues. */
function side(sizes: Record<string, number>) {
  const figures = Object.entries(sizes).map(([kind, n]) => [kind, { tp: n / 2, fn: n / 2 }])
  return Object.fromEntries(figures) as Record<string, { tp: number; fn: number }>
}

describe('kinds that approvers are not told of', () => {
  it('are none where each has ten issues', () => {
    expect(untoldKinds([side({ a: 10, b: 30 })])).toEqual(new Set())
  })

  it('are never one alone, which is what the others lack of all', () => {
    expect(untoldKinds([side({ a: 40, b: 4, c: 20, d: 30 })])).toEqual(new Set(['b', 'c']))
  })

  it('have ten issues together, or are all', () => {
    expect(untoldKinds([side({ a: 40, b: 4, c: 3, d: 30 })])).toEqual(new Set(['b', 'c', 'd']))
    expect(untoldKinds([side({ b: 4, c: 3 })])).toEqual(new Set(['b', 'c']))
    expect(untoldKinds([side({ b: 4 })])).toEqual(new Set(['b']))
  })

  it('are the same of each report: equal ones by name', () => {
    const told = untoldKinds([side({ c: 12, b: 12, a: 2, d: 12 })])
    expect(told).toEqual(new Set(['a', 'b']))
    expect(untoldKinds([side({ d: 12, a: 2, b: 12, c: 12 })])).toEqual(told)
  })

  it('are those that are small on any side', () => {
    const sides = [side({ a: 12, b: 20, c: 30 }), side({ a: 8, b: 20, c: 30 })]
    expect(untoldKinds(sides)).toEqual(new Set(['a', 'b']))
  })
})

import { describe, expect, it } from 'vitest'
import { splitOf } from '../document/document-group.ts'
import type { Split } from '../schema/access.ts'
import { assignSplits } from './assign-splits.ts'

const shares = { evaluation: 0.5, test: 0.3, audit: 0.2 }
const ground = (known: Record<string, Split> = {}) => ({
  key: 'key',
  shares,
  known: new Map(Object.entries(known)),
})
const example = (textGroup: string, more: { group?: string; split?: Split } = {}) => ({
  id: `example ${textGroup}`,
  textGroup,
  group: textGroup,
  ...more,
})

describe('splits of groups', () => {
  it('are drawn as for documents that are uploaded', () => {
    const examples = Array.from({ length: 300 }, (_, i) => example(`t${i}`))
    const { splits } = assignSplits(examples, ground())
    for (const { group } of examples) {
      expect(splits.get(group)).toEqual({ split: splitOf('key', group, shares), by: 'drawn' })
    }
    expect(new Set(Array.from(splits.values(), ({ split }) => split)).size).toBe(3)
  })

  it('are kept where a text has one already, whatever the key would draw', () => {
    const examples = Array.from({ length: 50 }, (_, i) => example(`t${i}`))
    const known = Object.fromEntries(examples.map(({ textGroup }) => [textGroup, 'audit' as const]))
    const { splits } = assignSplits(examples, ground(known))
    for (const given of splits.values()) expect(given).toEqual({ split: 'audit', by: 'kept' })
    expect(splits.size).toBe(50)
  })

  it('hold a whole group, in the openest split that one of it is in', () => {
    const group = 'g'
    const examples = [example('t1', { group }), example('t2', { group }), example('t3', { group })]
    const of = (known: Record<string, Split>) => assignSplits(examples, ground(known)).splits
    expect(of({ t1: 'audit', t2: 'test' })).toEqual(
      new Map([[group, { split: 'test', by: 'kept' }]]),
    )
    expect(of({ t1: 'audit', t3: 'evaluation' })).toEqual(
      new Map([[group, { split: 'evaluation', by: 'kept' }]]),
    )
  })

  it('are chosen by a custodian for some, and the others of their group go with them', () => {
    const group = 'g'
    const examples = [example('t1', { group, split: 'test' }), example('t2', { group })]
    expect(assignSplits(examples, ground()).splits).toEqual(
      new Map([[group, { split: 'test', by: 'chosen' }]]),
    )
    expect(assignSplits(examples, ground({ t2: 'test' })).splits).toEqual(
      new Map([[group, { split: 'test', by: 'kept' }]]),
    )
  })

  it('never hide what engineers may have seen, but may show what was hidden', () => {
    const hide = [example('t1', { group: 'g', split: 'audit' }), example('t2', { group: 'g' })]
    const refused = assignSplits(hide, ground({ t2: 'evaluation' }))
    expect(refused).toMatchObject({ shown: ['example t1', 'example t2'], straddling: [] })
    expect(refused.splits.size).toBe(0)
    const show = assignSplits([example('t1', { split: 'evaluation' })], ground({ t1: 'test' }))
    expect(show.splits.get('t1')).toEqual({ split: 'evaluation', by: 'chosen' })
  })

  it('refuse groups that are to be in two', () => {
    const examples = [
      example('t1', { group: 'g', split: 'test' }),
      example('t2', { group: 'g', split: 'evaluation' }),
      example('t3', { split: 'test' }),
    ]
    const assigned = assignSplits(examples, ground())
    expect(assigned.straddling).toEqual(['example t1', 'example t2'])
    expect([...assigned.splits.keys()]).toEqual(['t3'])
  })
})

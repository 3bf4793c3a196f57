import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signatureOf, packSignature } from '../document/text-signature.ts'
import type { Split } from '../schema/access.ts'
import type { DocumentGroup } from '../schema/stored-document.ts'
import { chooseGroup, nearCopies, type NearCopy } from './find-group.ts'

const ids = { everybody: 'text', engineers: 'text-of-engineers' }
const groupOf = (id: string, split: Split, shownToEngineer = false): DocumentGroup => ({
  id,
  split,
  shownToEngineer,
})
const near = (group: DocumentGroup, jaccard = 0.6): NearCopy => ({
  group,
  overlap: { jaccard, contained: Math.max(0.8, jaccard), sizes: 0.9, compared: 'long' },
})
const choose = (
  byEngineer: boolean,
  { known = null as DocumentGroup | null, copies = [] as NearCopy[], drawn = 'test' as Split } = {},
) => chooseGroup({ ids, known, near: copies, byEngineer, drawn: () => drawn })

const hidden = groupOf('hidden', 'test')
const open = groupOf('open', 'evaluation')

describe('the document of an engineer', () => {
  it('is a group of its own, or goes with copies that engineers see', () => {
    const own = groupOf('text', 'evaluation', true)
    expect(choose(true)).toEqual({ group: own, ofText: own })
    expect(choose(true, { copies: [near(open)] })).toEqual({
      group: groupOf('open', 'evaluation', true),
      ofText: own,
    })
    expect(choose(true, { known: groupOf('text', 'evaluation') }).group).toEqual(own)
  })

  it('of which the text is hidden is a group of engineers', () => {
    const own = groupOf('text-of-engineers', 'evaluation', true)
    expect(choose(true, { known: groupOf('text', 'audit') })).toEqual({ group: own, ofText: own })
  })
})

describe('the document of anybody else', () => {
  it('gets a split by the draw when it is new', () => {
    const own = groupOf('text', 'test')
    expect(choose(false)).toEqual({ group: own, ofText: own })
  })

  it('goes with its copies, and an exact copy finds their split when it is gone', () => {
    expect(choose(false, { copies: [near(hidden)], drawn: 'evaluation' })).toEqual({
      group: hidden,
      ofText: groupOf('text', 'test'),
    })
    const shown = groupOf('open', 'evaluation', true)
    expect(choose(false, { copies: [near(shown)] })).toEqual({
      group: shown,
      ofText: groupOf('text', 'evaluation'),
    })
  })

  it('goes with the same text before versions of it, and with hidden ones before others', () => {
    const known = groupOf('text', 'audit')
    expect(choose(false, { known, copies: [near(hidden)] }).group).toEqual(known)
    expect(choose(false, { known, copies: [near(hidden, 1)] }).group).toEqual(hidden)
    expect(choose(false, { copies: [near(open, 1), near(hidden)] }).group).toEqual(hidden)
    const guessed = groupOf('text', 'evaluation', true)
    expect(choose(false, { known: guessed, copies: [near(hidden)] }).group).toEqual(hidden)
  })
})

describe('whatever is there', () => {
  const split = fc.constantFrom<Split>('evaluation', 'test', 'audit')
  const copies = fc.array(
    fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), split, fc.constantFrom(0.5, 0.9, 1)),
    { maxLength: 5 },
  )
  const known = fc.option(split, { nil: null })

  it('an engineer gets what is open, a shown group, and the same with hidden copies as without', () => {
    fc.assert(
      fc.property(copies, known, (drawnCopies, knownSplit) => {
        const all = drawnCopies.map(([id, of, jaccard]) =>
          near(groupOf(`${id}-${of}`, of), jaccard),
        )
        const visible = all.filter(({ group }) => group.split === 'evaluation')
        const exact = knownSplit === null ? null : groupOf('text', knownSplit)
        const { group, ofText } = choose(true, { known: exact, copies: all })
        expect(group).toMatchObject({ split: 'evaluation', shownToEngineer: true })
        expect(ofText).toMatchObject({ split: 'evaluation', shownToEngineer: true })
        const without = knownSplit === 'evaluation' ? exact : null
        const bare = choose(true, { known: without, copies: visible }).group
        // But for the name of the group of engineers, which nobody is told.
        expect(group.id.replace('-of-engineers', '')).toBe(bare.id)
      }),
    )
  })

  it('nobody’s document is open that has a hidden copy, and none joins a group of another split', () => {
    fc.assert(
      fc.property(copies, known, split, (drawnCopies, knownSplit, drawn) => {
        const all = drawnCopies.map(([id, of, jaccard]) =>
          near(groupOf(`${id}-${of}`, of), jaccard),
        )
        const exact = knownSplit === null ? null : groupOf('text', knownSplit)
        const { group, ofText } = choose(false, { known: exact, copies: all, drawn })
        const groups = [...all.map((copy) => copy.group), ...(exact === null ? [] : [exact])]
        const hiddenSplits = groups.map((one) => one.split).filter((one) => one !== 'evaluation')
        const open: Split = groups.length > 0 ? 'evaluation' : drawn
        expect(hiddenSplits.length > 0 ? hiddenSplits : [open]).toContain(group.split)
        expect(ofText.split).toBe(group.split)
      }),
    )
  })
})

describe('copies among candidates', () => {
  const words = Array.from({ length: 1000 }, (_, i) => `w${i}`)
  const sign = (some: string[]) => {
    const signature = signatureOf(some)
    if (signature === null) throw new Error('Too short to be signed.')
    return signature
  }
  const candidate = (some: string[], group = open) => ({
    document: group.id,
    content: packSignature(sign(some)),
    group,
  })

  it('are versions and the document that a page is from, not pages of it', () => {
    const [whole, half, page] = [words, words.slice(0, 500), words.slice(0, 100)]
    const groups = (own: string[], ...others: string[][]) =>
      nearCopies(
        sign(own),
        others.map((other) => candidate(other)),
      ).length
    expect(groups(whole, half)).toBe(1)
    expect(groups(half, whole)).toBe(1)
    expect(groups(page, whole)).toBe(1)
    expect(groups(whole, page)).toBe(0)
    expect(
      groups(
        whole,
        words.map((word) => `x${word}`),
      ),
    ).toBe(0)
  })

  it('come with the nearest first', () => {
    const found = nearCopies(sign(words), [
      candidate(words.slice(0, 600), groupOf('half', 'test')),
      candidate(words, groupOf('same', 'evaluation')),
    ])
    expect(found.map(({ group }) => group.id)).toEqual(['same', 'half'])
  })
})

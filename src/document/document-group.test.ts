import { describe, expect, it } from 'vitest'
import { Split, type SplitShares } from '../schema/access.ts'
import { groupOfText, splitOf } from './document-group.ts'
import { textWords } from './text-words.ts'

const groups = Array.from({ length: 100_000 }, (_, i) => `group-${i}`)
const usual = { evaluation: 0.6, test: 0.3, audit: 0.1 }

/** Of so many draws: how far a count may be from its expectation, which it is once in 10,000 times. */
function samplingError(draws: number, share: number): number {
  return 3.9 * Math.sqrt(draws * share * (1 - share))
}

function splits(key: string, shares: SplitShares): Split[] {
  return groups.map((group) => splitOf(key, group, shares))
}

describe('splits of 100,000 groups', () => {
  it.each<SplitShares>([usual, { evaluation: 0.8, test: 0.15, audit: 0.05 }])(
    'are as large as $evaluation, $test and $audit say, within sampling error',
    (shares) => {
      const drawn = Map.groupBy(splits('key', shares), (split) => split)
      for (const split of Split.options) {
        const off = Math.abs((drawn.get(split)?.length ?? 0) - shares[split] * groups.length)
        expect(off).toBeLessThan(samplingError(groups.length, shares[split]))
      }
    },
  )

  it('with one key say nothing of those with another', () => {
    const [mine, other] = [splits('key', usual), splits('another key', usual)]
    const pairs = Map.groupBy(mine.keys(), (i) => `${mine[i]} ${other[i]}`)
    for (const a of Split.options) {
      for (const b of Split.options) {
        const share = usual[a] * usual[b]
        const off = Math.abs((pairs.get(`${a} ${b}`)?.length ?? 0) - share * groups.length)
        expect(off).toBeLessThan(samplingError(groups.length, share))
      }
    }
  })

  it('stay the same with the same key, and a split without a share gets none', () => {
    expect(splits('key', usual)).toEqual(splits('key', usual))
    const open = splits('key', { evaluation: 1, test: 0, audit: 0 })
    expect(new Set(open)).toEqual(new Set(['evaluation']))
  })
})

describe('the group of a text', () => {
  const of = (...texts: string[]) =>
    groupOfText('key', { sha256: '0', paragraphs: texts.map((text) => ({ text })) })

  it('is for ever what it is, since it is stored', () => {
    expect(of('Die  Größe „ist“ ﬁn', 'Ärger e\u0301e\u0316\u0301 ｶﾞ 각')).toMatchInlineSnapshot(
      `"f03bdba2d153b89f027f480dbce9e2e6bc6a0d068d0670dcacce4fd327b24641"`,
    )
    expect(of(`Z${'\u0301\u0316'.repeat(30)}alg${'\u0332'.repeat(300)}o`)).toMatchInlineSnapshot(
      `"e6b2fab27871f8eacf1a226e9b10179634729c7fbfd1b5e3d949a565aa4f6dd1"`,
    )
  })

  it('and its words keep nobody waiting, whatever marks it has', () => {
    const text = `a${'\u0301\u0316'.repeat(100_000)}`
    const begun = performance.now()
    of(text)
    textWords(text)
    expect(performance.now() - begun).toBeLessThan(2000)
  })
})

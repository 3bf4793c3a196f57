import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Split } from '../schema/access.ts'
import { checkCopies, type CopyExample } from './check-copies.ts'
import { readDataset } from './read-dataset.ts'

/** Words in a drawn order: texts of two seeds share no run of five. */
function wordsOf(seed: number, count = 200): string[] {
  let state = seed
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return `w${(state >>> 12) % 5000}`
  })
}

/** Every tenth word is another one. */
function edited(words: string[], by: number): string[] {
  return words.map((word, i) => (i % 10 === by % 10 ? `x${by}` : word))
}

const example = (id: string, words: string[], split: Split | null = null): CopyExample => ({
  id,
  split,
  text: words.join(' '),
})
const idsOf = (examples: CopyExample[]) =>
  checkCopies(examples).map((cluster) => cluster.examples.map(({ id }) => id))

describe('copies among examples', () => {
  it('are named with their splits, and with what makes them copies', () => {
    const [guide, letter] = [wordsOf(1), wordsOf(2)]
    const clusters = checkCopies([
      example('guide', guide, 'evaluation'),
      example('letter', letter, 'test'),
      example('guide-2', edited(guide, 3), 'test'),
      { id: 'LETTER', split: 'test', text: letter.join('\n').toUpperCase() },
      example('other', wordsOf(3), 'audit'),
    ])
    expect(clusters).toEqual([
      {
        examples: [
          { id: 'guide', split: 'evaluation' },
          { id: 'guide-2', split: 'test' },
        ],
        pairs: [
          { examples: ['guide', 'guide-2'], kind: 'copy', contained: expect.closeTo(0.495, 3) },
        ],
        acrossSplits: true,
      },
      {
        examples: [
          { id: 'letter', split: 'test' },
          { id: 'LETTER', split: 'test' },
        ],
        pairs: [{ examples: ['letter', 'LETTER'], kind: 'exact', contained: 1 }],
        acrossSplits: false,
      },
    ])
  })

  it('are versions of a short text, and one letter that it stands in', () => {
    const [notice, other] = [wordsOf(1, 30), wordsOf(2, 30)]
    const longer = [...notice, ...wordsOf(3, 22)]
    const letter = [...notice, ...wordsOf(4, 100)]
    expect(
      idsOf([
        example('notice', notice),
        example('other', other),
        example('edited', edited(notice, 3)),
        example('longer', longer),
        example('letter', letter),
        example('another', [...wordsOf(5, 100), ...edited(notice, 7)]),
      ]),
    ).toEqual([['notice', 'edited', 'longer', 'letter']])
  })

  it('are passages of a few lines and the document they are from, whichever comes first', () => {
    const book = wordsOf(1, 3000)
    const whole = example('book', book)
    const passages = [20, 25, 30, 53].map((count) => {
      return example(`${count} words`, book.slice(count * 40, count * 41))
    })
    const all = ['book', ...passages.map(({ id }) => id)]
    expect(idsOf([whole, ...passages])).toEqual([all])
    expect(idsOf([...passages, whole]).map((ids) => ids.toSorted())).toEqual([all.toSorted()])
    expect(idsOf([whole, example('a line', book.slice(0, 19))])).toEqual([])
  })

  it('are not joined by a clause that stands in all of them in versions of its own', () => {
    const clause = wordsOf(9, 40)
    const documents = [1, 2, 3, 4].flatMap((seed) => {
      const own = clause.with(seed * 7, `x${seed}`)
      return [
        example(`contract-${seed}`, [...wordsOf(seed, 900), ...own, ...wordsOf(seed + 50, 300)]),
        example(`clause-${seed}`, own),
      ]
    })
    const [group, ...others] = idsOf(documents)
    expect(others).toEqual([])
    expect(group?.filter((id) => id.startsWith('contract'))).toEqual(['contract-1'])
    expect(group).toHaveLength(5)
  })

  it('are found of a sentence when it is the same, and are none of texts without a word', () => {
    const short = 'Will always pay.'.split(' ')
    expect(
      idsOf([
        example('a', short),
        example('b', ['will', 'always', '(pay)']),
        example('c', ['Will', 'never', 'pay.']),
        example('d', []),
        example('e', ['—', '…']),
      ]),
    ).toEqual([['a', 'b']])
  })

  it('are pages and the document they are from, whichever comes first', () => {
    const book = wordsOf(1, 3000)
    const page = example('page', book.slice(2000, 2300))
    const whole = example('book', book)
    expect(idsOf([page, whole])).toEqual([['page', 'book']])
    expect(idsOf([whole, page])).toEqual([['book', 'page']])
  })

  it('are not joined by a page that stands in several: it goes with one of them', () => {
    const form = wordsOf(9, 100)
    const contracts = [1, 2, 3].map((seed) =>
      example(`contract-${seed}`, [...wordsOf(seed, 900), ...form]),
    )
    expect(idsOf([example('form', form), ...contracts])).toEqual([['form', 'contract-1']])
  })

  it('are found though many unrelated examples share the text of a form', () => {
    const form = wordsOf(999, 80)
    const letters = Array.from({ length: 300 }, (_, i) =>
      example(`letter-${i}`, [...form, ...wordsOf(i + 1, 150)]),
    )
    const copy = example('copy', [...form, ...edited(wordsOf(251, 150), 1)])
    expect(idsOf([...letters, copy])).toEqual([['letter-250', 'copy']])
  })

  it('make the same groups in any order, each example in one at most', () => {
    const size = fc.integer({ min: 60, max: 300 })
    const version = fc.record({ seed: fc.integer({ min: 1, max: 6 }), by: fc.nat(9), size })
    const some = fc.array(version, { maxLength: 12 })
    fc.assert(
      fc.property(
        some.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray([...all.keys()], { minLength: all.length }),
          ),
        ),
        ([all, order]) => {
          const examples = all.map(({ seed, by, size }, i) =>
            example(`${i}`, edited(wordsOf(seed, size), by), 'test'),
          )
          const sorted = (clusters: string[][]) =>
            clusters
              .map((ids) => ids.toSorted())
              .toSorted((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1))
          const found = idsOf(examples)
          expect(sorted(idsOf(order.flatMap((i) => examples[i] ?? [])))).toEqual(sorted(found))
          const ids = found.flat()
          expect(new Set(ids).size).toBe(ids.length)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('connect all examples of a group by as many pairs as that takes', () => {
    const text = wordsOf(1, 400)
    const versions = Array.from({ length: 50 }, (_, i) =>
      example(`v${i}`, i === 0 ? text : edited(text, i)),
    )
    const [cluster] = checkCopies(versions)
    expect(cluster?.examples).toHaveLength(50)
    expect(cluster?.pairs).toHaveLength(49)
  })

  it('compare each text with a few others, however many there are', () => {
    const form = wordsOf(12_345, 60)
    const examples = Array.from({ length: 1600 }, (_, i) =>
      example(`${i}`, [...form, ...edited(wordsOf(1 + (i % 800), 120), i)]),
    )
    let reads = 0
    const watched = examples.map(({ text, ...rest }) => ({
      ...rest,
      get text() {
        reads += 1
        return text
      },
    }))
    checkCopies(watched)
    // Once itself, and once for each that it is compared with: 1,600 times if that were all pairs.
    expect(reads / watched.length).toBeGreaterThan(1)
    expect(reads / watched.length).toBeLessThan(12)
  })
})

const folder = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const present = existsSync(folder)
const skipped = present ? '' : ' (skipped: the data folder ../shared/data is not there)'

it.skipIf(!present)(`find the two versions of one form among 61 contracts${skipped}`, async () => {
  const { examples } = await readDataset('contracts', folder)
  const texts = examples.map(({ id, document }) => ({
    id,
    split: null,
    text: 'paragraphs' in document ? document.paragraphs.map(({ text }) => text).join('\n') : '',
  }))
  expect(idsOf(texts)).toEqual([['contractnli-dev-435', 'contractnli-dev-488'].toSorted()])
})

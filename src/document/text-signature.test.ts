import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyKeys, likelihoodOf } from './copy-keys.ts'
import {
  copyFrom,
  isShort,
  kinship,
  overlapOf,
  packSignature,
  signatureOf,
  type TextOverlap,
  unpackSignature,
} from './text-signature.ts'
import { textWords } from './text-words.ts'

const sign = (text: string) => signatureOf(textWords(text))
const none = new Uint32Array()

/** Words in a drawn order: texts of two seeds share no run of five. */
function textOf(seed: number, words = 400): string {
  let state = seed
  return Array.from({ length: words }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return `w${(state >>> 12) % 5000}`
  }).join(' ')
}

/** The first bytes of what is stored. */
function hexOf(text: string): string {
  const signature = sign(text)
  if (signature === null) throw new Error('Too short to be signed.')
  return Buffer.from(packSignature(signature)).toString('hex').slice(0, 6)
}

function overlap(a: string, b: string): TextOverlap {
  const [left, right] = [sign(a), sign(b)]
  if (left === null || right === null) throw new Error('Too short to be signed.')
  return overlapOf(left, right)
}

describe('a signature', () => {
  it('is the same for a text that is set in another way', () => {
    const text = `${textOf(1)} “It's” the ﬁnal over­view`
    const other = text.toUpperCase().replaceAll(' ', '\n\t').replaceAll("'", '’')
    expect(sign(other)).toEqual(sign(text))
    expect(sign(textOf(2))).not.toEqual(sign(textOf(1)))
  })

  it('comes back from its bytes, whose form stays: they are stored', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(2 ** 32 - 1)), fc.nat(20), (values, exponent) => {
        const shingles = Uint32Array.from(values).sort()
        const long = { shingles, scale: 2 ** exponent, short: none, passages: none }
        expect(unpackSignature(packSignature(long))).toEqual(long)
        const runs = shingles.map((value) => value ^ 1).sort()
        const short = { shingles, scale: 1, short: runs, passages: none }
        fc.pre(values.length > 0)
        expect(unpackSignature(packSignature(short))).toEqual(short)
      }),
    )
    expect(hexOf(textOf(1, 108))).toMatch(/^00/u)
    expect(hexOf(textOf(1, 54))).toMatch(/^ff0034/u)
    expect(hexOf(textOf(1, 20))).toMatch(/^ff0012/u)
  })

  it('has runs of five words from 20 words on, of three up to 107', () => {
    const counts = [19, 20, 53, 54, 107, 108].map((words) => {
      const signature = sign(textOf(1, words))
      return signature === null ? null : [signature.shingles.length, signature.short.length]
    })
    expect(counts).toEqual([null, [16, 18], [49, 51], [50, 52], [103, 105], [104, 0]])
    expect(sign('')).toBeNull()
  })

  it('takes each letter for a word where a script writes no spaces', () => {
    const letters = Array.from({ length: 60 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('')
    expect(textWords(letters)).toHaveLength(60)
    expect(sign(letters)?.shingles).toHaveLength(56)
    expect(textWords('第3条 Abc')).toEqual(['第', '3', '条', 'abc'])
  })

  it('is a sample for a text of hundreds of pages, which still finds its pages', () => {
    const long = textOf(1, 90_000)
    const signature = sign(long)
    expect(signature?.scale).toBe(4)
    expect(signature?.shingles.length).toBeLessThan(2 ** 15)
    const page = long.split(' ').slice(50_000, 50_400).join(' ')
    expect(overlap(long, page)).toMatchObject({ contained: 1 })
    expect(overlap(long, textOf(7)).contained).toBe(0)
  })
})

describe('an overlap', () => {
  it('is that of the sets of all runs of five words, whichever comes first', () => {
    const word = fc.constantFrom('a', 'b', 'c')
    const text = fc.array(word, { minLength: 200, maxLength: 400 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        const runs = (words: string[]) =>
          new Set(words.slice(4).map((_, i) => words.slice(i, i + 5).join(' ')))
        const [left, right] = [runs(a), runs(b)]
        fc.pre(Math.min(left.size, right.size) >= 50)
        const both = left.intersection(right).size
        const found = overlap(a.join(' '), b.join(' '))
        expect(found).toEqual(overlap(b.join(' '), a.join(' ')))
        expect(found.jaccard).toBeCloseTo(both / left.union(right).size, 12)
        expect(found.contained).toBeCloseTo(both / Math.min(left.size, right.size), 12)
      }),
    )
  })

  it('of a text that is too short is that of runs of three words, with one of like length only', () => {
    const text = textOf(1, 40)
    const edited = text.split(' ').with(20, 'other').join(' ')
    expect(overlap(text, edited)).toMatchObject({ contained: 35 / 38, compared: 'short' })
    expect(kinship(overlap(text, edited))).toBe('copy')
    expect(kinship(overlap(text, `${text} ${textOf(2, 38)}`))).toBe('copy')
    expect(kinship(overlap(text, `${text} ${textOf(2, 43)}`))).toBe('excerpt')
    expect(kinship(overlap(edited, `${textOf(2, 43)} ${textOf(4, 40)}`))).toBeNull()
    expect(kinship(overlap(text, textOf(2, 40)))).toBeNull()
    expect(overlap(textOf(3, 54), textOf(3, 60)).compared).toBe('long')
  })

  it('of a text that is too short with a longer one is that of runs of five: it is an excerpt when it stands there', () => {
    const letter = textOf(1, 300).split(' ')
    const passage = letter.slice(100, 130)
    for (const piece of [passage, [...passage, 'page', '4'], passage.with(15, 'other')]) {
      expect(kinship(overlap(letter.join(' '), piece.join(' ')))).toBe('excerpt')
    }
    expect(overlap(letter.join(' '), passage.join(' '))).toMatchObject({ contained: 1 })
    const halved = [...passage.slice(0, 15), ...textOf(2, 15).split(' ')].join(' ')
    expect(kinship(overlap(letter.join(' '), halved))).toBeNull()
    const shuffled = passage.toSorted().join(' ')
    expect(kinship(overlap(letter.join(' '), shuffled))).toBeNull()
    // Of a book a sample is kept, in which too few runs of a sentence are.
    const book = textOf(3, 300_000)
    expect(kinship(overlap(book, book.split(' ').slice(500, 520).join(' ')))).toBeNull()
  })

  it('makes versions copies, pages excerpts and the rest nothing', () => {
    const text = textOf(1)
    const half = text.slice(0, text.length / 2)
    const page = text.slice(0, text.length / 5)
    expect(kinship(overlap(text, `${textOf(2, 100)} ${text}`))).toBe('copy')
    expect(kinship(overlap(text, half))).toBe('copy')
    expect(kinship(overlap(text, page))).toBe('excerpt')
    expect(kinship(overlap(text, textOf(2)))).toBeNull()
  })
})

describe('keys', () => {
  it('have one at least of each passage of 20 words in common with the text that it is of', () => {
    const words = textOf(1, 3000).split(' ')
    const whole = new Set(sign(words.join(' '))?.passages)
    for (let at = 0; at + 20 <= words.length; at += 1) {
      const passages = signatureOf(words.slice(at, at + 20))?.passages ?? none
      expect([at, passages.some((key) => whole.has(key))]).toEqual([at, true])
    }
    expect(whole.size / 2996).toBeCloseTo(2 / 17, 2)
  })

  it('find every copy that is one: what they say likely is never 0 for it', () => {
    let [compared, missed] = [0, 0]
    for (let seed = 1; seed <= 300; seed += 1) {
      const words = textOf(seed, 60 + seed * 3).split(' ')
      const edited = words.map((word, i) => ((i * 7 + seed) % 10 === 0 ? `x${i}` : word))
      const [a, b] = [signatureOf(words), signatureOf(edited)]
      if (a === null || b === null || kinship(overlapOf(a, b)) === null) continue
      compared += 1
      if (likelihoodOf(copyKeys(a), copyKeys(b)) === 0) missed += 1
    }
    expect([compared, missed]).toEqual([300, 0])
  })

  it('are one shingle in sixteen of a long text and sixteen of a short one, besides those of passages', () => {
    const [long, short] = [sign(textOf(1, 8000)), sign(textOf(1, 200))]
    if (long === null || short === null) throw new Error('Too short to be signed.')
    const keys = copyKeys(long)
    expect(keys.long.shingles.length / long.shingles.length).toBeCloseTo(1 / 16, 2)
    expect(keys.keys.length / long.shingles.length).toBeCloseTo(1 / 8, 2)
    expect(copyKeys(short).long.shingles).toHaveLength(16)
  })

  it('are of both lengths of runs for a text of which a version may be too short for one', () => {
    const counts = [20, 53, 54, 107].map((words) => {
      const signature = sign(textOf(1, words))
      if (signature === null) return null
      const { long, short } = copyKeys(signature)
      return long.shingles.length + short.shingles.length
    })
    expect(counts).toEqual([16, 16, 32, 32])
  })
})

const data = new URL('../../../shared/data/', import.meta.url)
const present = existsSync(data)
const skipped = present ? '' : ' (skipped: the data folder ../shared/data is not there)'

/** Drawn places are the same in each run. */
const edits: Record<string, (paragraphs: string[]) => string[]> = {
  'a third of it dropped': (paragraphs) => paragraphs.slice(Math.floor(paragraphs.length / 3)),
  'its second half dropped': (paragraphs) => paragraphs.slice(0, Math.ceil(paragraphs.length / 2)),
  'a header on each page': (paragraphs) =>
    paragraphs.flatMap((text, i) =>
      i % 4 === 0 ? [`Draft of 3 March, page ${i / 4}`, text] : [text],
    ),
  'another typesetting': (paragraphs) =>
    paragraphs.map((text) => text.toUpperCase().replaceAll(' ', '\n').replaceAll("'", '’')),
  'one word in ten changed': (paragraphs) => {
    let state = 1
    return paragraphs.map((text) =>
      text.replaceAll(/\S+/g, (word) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return state < 2 ** 32 / 10 ? `changed${state}` : word
      }),
    )
  },
}

describe.skipIf(!present)(`61 contracts of one kind${skipped}`, () => {
  const contracts = present
    ? readFileSync(new URL('contracts/documents.jsonl', data), 'utf8')
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { paragraphs: { text: string }[] }).paragraphs)
        .map((paragraphs) => paragraphs.map(({ text }) => text))
    : []

  it('have short paragraphs, each a copy of itself with any word changed, few of one elsewhere', () => {
    const paragraphs = contracts.flatMap((texts, contract) =>
      texts
        .map((text) => ({ contract, words: textWords(text) }))
        .filter(({ words }) => words.length >= 20 && words.length < 54),
    )
    const changed = paragraphs.map(({ words }, i) => words.with((i * 7) % words.length, 'other'))
    const isCopy = (a: string[], b: string[]) =>
      kinship(overlap(a.join(' '), b.join(' '))) === 'copy'
    const found = paragraphs.filter(({ words }, i) => isCopy(words, changed[i] ?? []))
    expect([paragraphs.length, found.length]).toEqual([687, 687])
    const signed = paragraphs.map(({ contract, words }) => ({ contract, own: signatureOf(words) }))
    const pairs = signed.flatMap((one, i) =>
      signed.slice(0, i).filter(({ contract, own }) => {
        if (contract === one.contract || own === null || one.own === null) return false
        return kinship(overlapOf(own, one.own)) !== null
      }),
    )
    expect(pairs).toHaveLength(119)
  })

  it('hold each of their short paragraphs, of which few stand in another one', () => {
    const signed = contracts
      .flatMap((texts) => sign(texts.join('\n')) ?? [])
      .map((whole) => ({ whole, wholeKeys: copyKeys(whole) }))
    const found = contracts.flatMap((texts, contract) =>
      texts.flatMap((text) => {
        const signature = sign(text)
        if (signature === null || !isShort(signature)) return []
        const keys = copyKeys(signature)
        const holders = signed.flatMap(({ whole, wholeKeys }, i) => {
          if (likelihoodOf(keys, wholeKeys) === 0) return []
          return kinship(overlapOf(signature, whole)) === null ? [] : [i]
        })
        return [{ own: holders.includes(contract), others: holders.length - 1 }]
      }),
    )
    expect([found.length, found.filter(({ own }) => own).length]).toEqual([696, 696])
    expect(found.reduce((sum, { others }) => sum + others, 0)).toBe(14)
  })

  it.each(Object.keys(edits))('are copies of themselves with %s', (name) => {
    const shares = contracts.flatMap((paragraphs) => {
      const edited = edits[name]?.(paragraphs).join('\n') ?? ''
      const isLong = (sign(edited)?.shingles.length ?? 0) > 0
      return isLong ? [overlap(paragraphs.join('\n'), edited).contained] : []
    })
    expect(shares.length).toBeGreaterThan(58)
    expect(Math.min(...shares)).toBeGreaterThan(0.5)
  })

  it('are no copies of each other, but for two versions of one form', () => {
    const signatures = contracts.flatMap((paragraphs) => sign(paragraphs.join('\n')) ?? [])
    const pairs = signatures.flatMap((one, i) =>
      signatures.slice(0, i).map((other) => overlapOf(one, other)),
    )
    expect(pairs).toHaveLength(1830)
    const [form, ...rest] = pairs.map(({ contained }) => contained).toSorted((a, b) => b - a)
    expect(form).toBeCloseTo(0.86, 2)
    expect(rest[0]).toBeLessThan(0.2)
    expect(rest[0]).toBeLessThan(copyFrom)
  })
})

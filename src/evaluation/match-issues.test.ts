import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMatcher, type MatchableIssue, matchIssues } from './match-issues.ts'
import { type Counts, sumCounts } from './metrics.ts'

const paragraphs = [
  { index: 0, text: 'He go to the shop and buyed a apple. It was the best product ever made.' },
  { index: 1, text: 'Always consult your “doctor”  before you take this medicine.' },
  { index: 7, text: 'Always consult your doctor. The 😀 device is the best in all groups.' },
]

function at(paragraph: number, quote: string, more: Partial<MatchableIssue> = {}): MatchableIssue {
  const text = paragraphs.find(({ index }) => index === paragraph)?.text ?? ''
  const start = text.indexOf(quote)
  const location = { paragraph, start, end: start + quote.length }
  return { type: 'G', text: quote, location, ...more }
}

function quoted(text: string, sourceSentence?: string, paragraph?: number): MatchableIssue {
  return { type: 'G', text, location: { sourceSentence, paragraph } }
}

function match(detections: MatchableIssue[], truths: MatchableIssue[]) {
  return matchIssues(detections, truths, { paragraphs })
}

test('offsets are honoured even where the same words stand earlier', () => {
  const second = at(0, 'the best')
  const late = {
    ...second,
    text: 'the',
    location: { ...second.location, end: second.location.start! + 3 },
  }
  const result = match([late], [quoted('the', undefined, 0)])
  expect(result.detectionPlaces[0]).toMatchObject({ start: 44, end: 47, level: 'offsets' })
  expect(result.truthPlaces[0]).toMatchObject({ start: 9, end: 12, level: 'weak' })
  expect(result.matches).toEqual([])
})

test('an offset and a quote that mean the same place agree after normalisation', () => {
  const result = match([at(1, 'before')], [quoted('before', undefined, 1)])
  expect(result.matches).toEqual([{ detection: 0, truth: 0, similarity: 1 }])
})

test('offsets count UTF-16 units, also behind an emoji', () => {
  const result = match([at(7, 'device')], [quoted('device', undefined, 7)])
  expect(result.matches[0]?.similarity).toBe(1)
})

test('offsets that begin behind the paragraph are not trusted; the quote is searched', () => {
  const issue = { ...quoted('apple'), location: { paragraph: 0, start: 900, end: 905 } }
  expect(match([issue], []).detectionPlaces[0]).toMatchObject({ start: 30, level: 'weak' })
})

test('offsets that run backwards are not trusted', () => {
  const issue = { ...quoted('apple'), location: { paragraph: 0, start: 9, end: 5 } }
  expect(match([issue], []).detectionPlaces[0]).toMatchObject({ start: 30, level: 'weak' })
})

test('a span that runs over the end of its paragraph is cut off there', () => {
  const issue = { ...quoted('made. Always'), location: { paragraph: 0, start: 66, end: 78 } }
  expect(match([issue], []).detectionPlaces[0]).toMatchObject({ start: 66, end: 71 })
})

test('an insertion without width matches another at the same place', () => {
  const insertion = { ...quoted(''), location: { paragraph: 0, start: 6, end: 6 } }
  expect(match([insertion], [insertion]).matches[0]?.similarity).toBe(1)
})

test('a paragraph is named by its own number, not by its position', () => {
  expect(match([quoted('device', undefined, 7)], []).detectionPlaces[0]).toMatchObject({
    position: 2,
  })
})

test('without a sentence the named paragraph comes before the others', () => {
  const result = match([quoted('Always', undefined, 7), quoted('Always')], [])
  expect(result.detectionPlaces.map((place) => place?.position)).toEqual([2, 1])
})

test('with a sentence the text is taken from inside it', () => {
  const issue = quoted('the', 'It was the best product ever made.', 0)
  expect(match([issue], []).detectionPlaces[0]).toMatchObject({ start: 44, level: 'text' })
})

test('a text that is nowhere is placed by its sentence', () => {
  const issue = quoted('a missing word', 'It was the best product ever made.')
  expect(match([issue], []).detectionPlaces[0]).toMatchObject({
    position: 0,
    start: 37,
    end: 71,
    level: 'sentence',
  })
})

test('a sentence in a far paragraph beats the bare text in a near one', () => {
  const issue = quoted('Always', 'Always consult your doctor.', 0)
  expect(match([issue], []).detectionPlaces[0]).toMatchObject({ position: 2, level: 'text' })
})

test('a text in the wrong sentence is still found when the sentence is nowhere', () => {
  const issue = quoted('apple', 'Nothing like this stands anywhere at all.')
  expect(match([issue], []).detectionPlaces[0]).toMatchObject({ position: 0, level: 'weak' })
})

test('a changed sentence is found by its most similar window, and the text inside it', () => {
  const issue = quoted('doctor', 'Always consult your doctor befor you took this medicine.')
  expect(match([issue], []).detectionPlaces[0]).toMatchObject({
    position: 1,
    start: 21,
    end: 27,
    level: 'text',
  })
})

test('an invented quote stays without a place and is counted', () => {
  const result = match([quoted('blue whale', 'The blue whale sings.', 0)], [])
  expect(result.detectionPlaces).toEqual([null])
  expect(result.unresolved).toBe(1)
  expect(result.detectionKind).toEqual(['spurious'])
})

test('a quote that cuts words is taken only when no whole word fits', () => {
  expect(match([quoted('a', undefined, 0)], []).detectionPlaces[0]).toMatchObject({ start: 28 })
  expect(match([quoted('rodu', undefined, 0)], []).detectionPlaces[0]).toMatchObject({
    start: 54,
  })
})

test('copies of a finding are duplicates and false positives', () => {
  const result = match([at(0, 'go'), at(0, 'go'), at(0, 'go')], [at(0, 'go')])
  expect(result.perType).toEqual({ G: [1, 2, 0] })
  expect(result.duplicates).toBe(2)
})

test('a copy of another type is a duplicate too, once the truth is taken', () => {
  const result = match([at(0, 'go'), at(0, 'go', { type: 'D' })], [at(0, 'go')])
  expect(result.detectionKind).toEqual(['match', 'duplicate_other_type'])
  expect(result.duplicates).toBe(1)
})

test('a copy stays one of its own type though a truth of another type lies there too', () => {
  const other = at(0, 'go', { type: 'D' })
  const result = match([at(0, 'go'), at(0, 'go'), other], [at(0, 'go'), other])
  expect(result.detectionKind.toSorted()).toEqual(['duplicate', 'match', 'match'])
})

test('misses are listed in the order of the truths, not of the document', () => {
  const truths = [at(7, 'device'), at(0, 'apple'), at(0, 'go'), at(1, 'doctor')]
  expect(match([at(0, 'apple')], truths).missed).toEqual([0, 2, 3])
})

test('a document can be prepared once for several outputs', () => {
  const matchPrepared = createMatcher([at(0, 'go')], { paragraphs })
  for (const detections of [[at(0, 'go')], [at(1, 'doctor'), quoted('the best', undefined, 7)]]) {
    expect(matchPrepared(detections)).toEqual(match(detections, [at(0, 'go')]))
  }
})

test('a finding of another type is a confusion, found only for the type-agnostic view', () => {
  const result = match([at(0, 'go', { type: 'D' })], [at(0, 'go')])
  expect(result.detectionKind).toEqual(['wrong_type'])
  expect(result.perType).toEqual({ D: [0, 1, 0], G: [0, 0, 1] })
  expect(result.anyType).toEqual([1, 0, 0])
  expect(result.missed).toEqual([])
  expect(result.confusion).toEqual([{ truth: 'G', detected: 'D', count: 1 }])
})

test('cells of the confusion matrix are in order of the types, what is nothing last', () => {
  const truths = [at(0, 'apple', { type: 'B' }), at(0, 'shop', { type: 'A' })]
  const found = [
    at(0, 'apple', { type: 'C' }),
    at(0, 'shop', { type: 'D' }),
    at(7, 'device', { type: 'D' }),
    at(1, 'doctor', { type: 'C' }),
    at(1, 'take', { type: 'E' }),
  ]
  const missed = [at(7, 'groups', { type: 'B' }), at(7, 'best', { type: 'A' })]
  const { confusion } = match(found, [...truths, ...missed])
  expect(confusion.map(({ truth, detected }) => [truth, detected])).toEqual([
    ['A', 'D'],
    ['A', null],
    ['B', 'C'],
    ['B', null],
    [null, 'C'],
    [null, 'D'],
    [null, 'E'],
  ])
})

test('a loose span matches leniently and not strictly', () => {
  const result = match([at(0, 'He go to the shop and buyed a apple.')], [at(0, 'go')])
  expect(result.perType).toEqual({ G: [1, 0, 0] })
  expect(result.strict).toEqual({ G: [0, 1, 1] })
})

test('a span that overlaps by exactly one half is strict', () => {
  const result = match([at(0, 'the best product')], [at(0, 'best')])
  expect(result.strict).toEqual({ G: [1, 0, 0] })
})

test('the least similarity of a match can be set', () => {
  const detection = at(0, 'the best product')
  const result = matchIssues([detection], [at(0, 'best')], { paragraphs, tau: 0.6 })
  expect(result.detectionKind).toEqual(['spurious'])
})

test('types that are asked for have a row even without issues', () => {
  const result = matchIssues([], [], { paragraphs, types: ['D', '__proto__'] })
  expect(Object.keys(result.perType)).toEqual(['D', '__proto__'])
  expect(Object.entries(result.perType)).toContainEqual(['__proto__', [0, 0, 0]])
})

test('a debatable truth counts neither way, however often it is hit', () => {
  const debatable = at(0, 'go', { ignore: true })
  const result = match([at(0, 'go'), at(0, 'go')], [debatable, at(0, 'shop')])
  expect(result.detectionKind).toEqual(['ignored', 'ignored'])
  expect(result.perType).toEqual({ G: [0, 0, 1] })
  expect(result.anyType).toEqual([0, 0, 1])
  expect(result.missed).toEqual([1])
  expect(result.confusion).toEqual([{ truth: 'G', detected: null, count: 1 }])
})

test('a real truth comes before a debatable one', () => {
  const truths = [at(0, 'the shop', { ignore: true }), at(0, 'shop')]
  const result = match([at(0, 'the shop')], truths)
  expect(result.matches).toMatchObject([{ detection: 0, truth: 1 }])
  expect(result.anyType).toEqual([1, 0, 0])
})

test('another type on a debatable truth is no confusion', () => {
  const result = match([at(0, 'go', { type: 'D' })], [at(0, 'go', { ignore: true })])
  expect(result.crossType).toEqual([])
  expect(result.perType).toEqual({ D: [0, 1, 0], G: [0, 0, 0] })
})

test('fixes agree when they are nearly the same; truths without a fix are not asked', () => {
  const truths = [
    at(0, 'go', { suggestedFix: 'goes' }),
    at(0, 'buyed', { suggestedFix: 'bought' }),
    at(0, 'best', { suggestedFix: '' }),
    at(0, 'apple'),
  ]
  const detections = [
    at(0, 'go', { suggestedFix: ' GOES' }),
    at(0, 'buyed', { suggestedFix: 'buys' }),
    at(0, 'best', { suggestedFix: '' }),
    at(0, 'apple', { suggestedFix: 'pear' }),
  ]
  expect(match(detections, truths).fixes).toEqual({ agreed: 2, judged: 3 })
})

test('a fix that shares nine tenths with the right one agrees, and one that shares less does not', () => {
  const truth = at(0, 'go', { suggestedFix: 'abcdefghij' })
  const agreed = (suggestedFix: string): number =>
    match([at(0, 'go', { suggestedFix })], [truth]).fixes.agreed
  expect([agreed('abcdefghiX'), agreed('abcdefghXY')]).toEqual([1, 0])
})

test('of two equal spans the one with the same fix is the match', () => {
  const detections = [at(0, 'go', { suggestedFix: 'went' }), at(0, 'go', { suggestedFix: 'goes' })]
  const result = match(detections, [at(0, 'go', { suggestedFix: 'goes' })])
  expect(result.detectionKind).toEqual(['duplicate', 'match'])
})

test('issues with no place match by what they say', () => {
  const lost = quoted('blue whale', 'The blue whale sings.')
  const result = match([lost, quoted('grey mouse', 'The grey mouse is quiet.')], [lost])
  expect(result.matches).toEqual([{ detection: 0, truth: 0, similarity: 0.9 }])
  expect(result.detectionKind).toEqual(['match', 'spurious'])
})

const words = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta']
const world = [0, 1, 2].map((index) => ({ index, text: words.join(' ') }))
const issue = fc
  .record({
    type: fc.constantFrom('A', 'B'),
    paragraph: fc.integer({ min: 0, max: 2 }),
    start: fc.integer({ min: 0, max: 40 }),
    length: fc.integer({ min: 0, max: 12 }),
    ignore: fc.boolean(),
  })
  .map(({ type, paragraph, start, length, ignore }): MatchableIssue => {
    const end = Math.min(start + length, 43)
    const text = world[0]!.text.slice(start, end)
    return { type, text, ignore, location: { paragraph, start, end } }
  })
const issues = fc.array(issue, { maxLength: 12 })

/** All that may not depend on the order in which issues are listed. */
function summary(detections: MatchableIssue[], truths: MatchableIssue[]) {
  const result = matchIssues(detections, truths, { paragraphs: world })
  const { perType, strict, anyType, confusion, fixes, duplicates, unresolved } = result
  const kinds = result.detectionKind.toSorted()
  const weight = Math.round(result.totalWeight * 1e9)
  return { perType, strict, anyType, confusion, fixes, duplicates, unresolved, kinds, weight }
}

function add(result: { perType: Record<string, Counts> }): Counts {
  return sumCounts(Object.values(result.perType))
}

test('the order in which issues are listed changes nothing', () => {
  const shuffled = fc.tuple(issues, issues).chain(([detections, truths]) =>
    fc.record({
      detections: fc.constant(detections),
      truths: fc.constant(truths),
      otherDetections: fc.shuffledSubarray(detections, { minLength: detections.length }),
      otherTruths: fc.shuffledSubarray(truths, { minLength: truths.length }),
    }),
  )
  fc.assert(
    fc.property(shuffled, ({ detections, truths, otherDetections, otherTruths }) => {
      expect(summary(otherDetections, otherTruths)).toEqual(summary(detections, truths))
    }),
    { numRuns: 300 },
  )
})

test('duplicates never raise recall', () => {
  const word = fc.constantFrom(...words)
  fc.assert(
    fc.property(fc.uniqueArray(word), fc.array(word), (labelled, reported) => {
      const flag = (text: string): MatchableIssue => {
        const start = words.join(' ').search(new RegExp(`\\b${text}\\b`))
        const location = { paragraph: 0, start, end: start + text.length }
        return { type: 'A', text, location }
      }
      const options = { paragraphs: world, types: ['A'] }
      const result = matchIssues(reported.map(flag), labelled.map(flag), options)
      const found = labelled.filter((text) => reported.includes(text)).length
      const expected = [found, reported.length - found, labelled.length - found]
      expect(result.perType).toEqual({ A: expected })
      expect(result.anyType).toEqual(expected)
      expect(result.strict).toEqual({ A: expected })
    }),
  )
})

test('a copy of a detection that is alone on its truth adds only a false positive', () => {
  fc.assert(
    fc.property(issue, fc.integer({ min: 1, max: 5 }), (one, copies) => {
      const truth = { ...one, ignore: false }
      const detections = Array.from({ length: copies }, () => truth)
      const result = matchIssues(detections, [truth], { paragraphs: world })
      expect(result.perType[one.type]).toEqual([1, copies - 1, 0])
    }),
  )
})

test('found and missed make all truths; matches and false positives all detections', () => {
  fc.assert(
    fc.property(issues, issues, (detections, truths) => {
      const result = matchIssues(detections, truths, { paragraphs: world })
      const ignored = result.detectionKind.filter((kind) => kind === 'ignored').length
      const real = truths.filter((truth) => !truth.ignore).length
      for (const [found, , lost] of [add(result), result.anyType]) expect(found + lost).toBe(real)
      const [tp, fp] = add(result)
      expect(tp + fp + ignored).toBe(detections.length)
      const cells = result.confusion.reduce((sum, { count }) => sum + count, 0)
      expect(cells).toBe(tp + fp + add(result)[2] - result.crossType.length)
      expect(result.missed).toHaveLength(real - result.matches.length - result.crossType.length)
    }),
  )
})

test('thousands of issues on one paragraph and many thousands in one document are matched', () => {
  const text = 'word '.repeat(2000)
  const crowd = Array.from({ length: 1000 }, (_, i) => ({
    type: 'G',
    text: '',
    location: { paragraph: 0, start: (i * 7) % 9000, end: ((i * 7) % 9000) + 40 + (i % 50) },
  }))
  const crowded = matchIssues(crowd, crowd, { paragraphs: [{ index: 0, text }] })
  expect(crowded.perType).toEqual({ G: [1000, 0, 0] })

  const many = Array.from({ length: 50_000 }, (_, i) => ({
    type: 'G',
    text: 'word',
    location: { paragraph: i, start: 0, end: 4 },
  }))
  const long = many.map((_, index) => ({ index, text: 'word' }))
  expect(matchIssues(many, many, { paragraphs: long }).perType).toEqual({ G: [50_000, 0, 0] })
})

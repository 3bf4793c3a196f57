import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holm } from './holm.ts'
import { pairedDelta } from './paired-delta.ts'
import { anova, bestRepeats, documentsNeeded } from './planning.ts'
import { swapTest } from './swap-test.ts'

const choice = { metric: 'f', beta: 0.5 } as const
const counts = fc.nat({ max: 9 })
const pair = fc.tuple(fc.tuple(counts, counts, counts), fc.tuple(counts, counts, counts))

test('swapping the sides turns the sign and keeps the error', () => {
  fc.assert(
    fc.property(fc.array(pair, { minLength: 2, maxLength: 20 }), (documents) => {
      const baseline = documents.map(([base]) => base)
      const candidate = documents.map(([, cand]) => cand)
      const forth = pairedDelta(baseline, candidate, choice)
      const back = pairedDelta(candidate, baseline, choice)
      expect(back === null).toBe(forth === null)
      expect(back?.delta ?? 0).toBeCloseTo(-(forth?.delta ?? 0), 12)
      expect(back?.se ?? 0).toBeCloseTo(forth?.se ?? 0, 12)
      expect((back?.pWorse ?? 0.5) + (forth?.pWorse ?? 0.5)).toBeCloseTo(1, 9)
    }),
  )
})

test('a metric that is undefined on one side has no difference', () => {
  expect(pairedDelta([[1, 0, 0]], [[0, 0, 0]], choice)).toBeNull()
  expect(pairedDelta([[0, 0, 0]], [[1, 0, 0]], choice)).toBeNull()
  expect(swapTest([[0, 0, 0]], [[1, 0, 0]], { ...choice, replicates: 9, key: 'k' })).toBeNull()
})

test('runs of different lengths cannot be paired', () => {
  expect(() => pairedDelta([[1, 0, 0]], [], choice)).toThrow('1 documents cannot be paired with 0')
})

test('one document leaves the error unknown', () => {
  expect(pairedDelta([[1, 1, 0]], [[1, 0, 0]], choice)).toMatchObject({ se: Infinity, pWorse: 0.5 })
})

test('adjusted p-values are never below the raw ones nor above 1, and keep their order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (p) => {
      const adjusted = holm(p)
      expect(adjusted).toHaveLength(p.length)
      for (const [i, value] of adjusted.entries()) {
        expect(value).toBeGreaterThanOrEqual(p[i]!)
        expect(value).toBeLessThanOrEqual(1)
        const bigger = adjusted.filter((_, j) => p[j]! > p[i]!)
        expect(Math.min(...bigger, 1)).toBeGreaterThanOrEqual(value)
      }
    }),
  )
})

test('variances need two documents, two repeats and a full table', () => {
  expect(anova([[1, 2]])).toBeNull()
  expect(anova([[1], [2]])).toBeNull()
  expect(anova([[1, 2], [1]])).toBeNull()
  expect(anova([])).toBeNull()
})

test('runs that vary more than documents leave no variance between documents', () => {
  expect(
    anova([
      [0, 2],
      [2, 0],
    ]),
  ).toEqual({ s2run: 2, s2doc: 0 })
})

test('a change that is as bad as the margin can never be shown to be harmless', () => {
  const plan = { s2doc: 0.1, s2run: 0, k: 1, margin: 0.03, alpha: 0.05, power: 0.8 }
  expect(documentsNeeded({ ...plan, trueDelta: -0.03 })).toBe(Infinity)
})

test('documents that do not vary are repeated up to the cap', () => {
  expect(bestRepeats({ s2doc: 0, s2run: 1, costDoc: 1, costRun: 1, cap: 5 })).toBe(5)
  expect(bestRepeats({ s2doc: 9, s2run: 1, costDoc: 1, costRun: 1, cap: 5 })).toBe(1)
})

test('when every document changed by the same amount, the test says so without doubt', () => {
  const perfect: [number, number, number][] = [
    [2, 0, 0],
    [2, 0, 0],
    [2, 0, 0],
  ]
  const nothing: [number, number, number][] = [
    [0, 0, 2],
    [0, 0, 2],
    [0, 0, 2],
  ]
  const choice = { metric: 'recall', beta: 1 } as const
  expect(pairedDelta(perfect, nothing, choice)).toMatchObject({ delta: -1, se: 0, pWorse: 0 })
  expect(pairedDelta(nothing, perfect, choice)).toMatchObject({ delta: 1, se: 0, pWorse: 1 })
  expect(pairedDelta(perfect, perfect, choice)).toMatchObject({ delta: 0, se: 0, pWorse: 0.5 })
})

test('the dearer a document against a run, the more runs of it pay; without noise one is enough', () => {
  const even = { s2doc: 1, s2run: 1, cap: 9 }
  expect(bestRepeats({ ...even, costDoc: 8, costRun: 2 })).toBe(2)
  expect(bestRepeats({ ...even, costDoc: 36, costRun: 1 })).toBe(6)
  expect(bestRepeats({ s2doc: 0, s2run: 0, cap: 9, costDoc: 8, costRun: 2 })).toBe(1)
})

test('no number of documents lets a change pass that is truly as bad as the margin or worse', () => {
  const plan = { s2run: 1, k: 3, margin: 0.03, alpha: 0.05, power: 0.8 }
  expect(documentsNeeded({ ...plan, s2doc: 1, trueDelta: -0.03 })).toBe(Infinity)
  expect(documentsNeeded({ ...plan, s2doc: 1, trueDelta: -0.05 })).toBe(Infinity)
  expect(documentsNeeded({ ...plan, s2doc: 0, s2run: 0, trueDelta: -0.03 })).toBe(Infinity)
})

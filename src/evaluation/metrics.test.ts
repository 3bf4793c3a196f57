import { expect, test } from 'vitest'
import { z } from 'zod'
import { check, runVectors } from '../../test/run-vectors.ts'
import { countsByThreshold, precisionRecallCurve } from './average-precision.ts'
import { macroF, meanCounts, scores, sumCounts } from './metrics.ts'

const Counts = z.tuple([z.number(), z.number(), z.number()])
const Prf = z.object({ tp: z.number(), fp: z.number(), fn: z.number(), beta: z.number() })

runVectors('04_metrics', {
  prf: check(Prf, ({ tp, fp, fn, beta }) => scores([tp, fp, fn], beta)),
  microMacro: check(
    z.object({ agents: z.record(z.string(), Counts), beta: z.number() }),
    ({ agents, beta }) => {
      const rows = Object.values(agents)
      const { value, agentsCounted } = macroF(rows, beta)
      return { microF: scores(sumCounts(rows), beta).f, macroF: value, agentsCounted }
    },
  ),
  averagePrecision: check(
    z.object({ detections: z.array(z.tuple([z.number(), z.number()])), truths: z.int() }),
    ({ detections, truths }) => {
      const hits = detections.map(([score, hit]) => ({ score, hit: hit === 1 }))
      const curve = precisionRecallCurve(countsByThreshold(hits, truths))
      return {
        ap: curve?.averagePrecision,
        points: curve?.points,
        bestThresholdF05: curve?.best?.threshold,
        bestF05: curve?.best?.f,
      }
    },
  ),
})

test('the mean over repeats keeps fractions and is zero without repeats', () => {
  const repeats = [[1, 0, 2] as const, [2, 1, 1] as const]
  expect(meanCounts(repeats)).toEqual([1.5, 0.5, 1.5])
  expect(meanCounts([])).toEqual([0, 0, 0])
})

test('agents without anything to judge leave the macro average undefined', () => {
  expect(macroF([[0, 0, 0]], 1)).toEqual({ value: null, agentsCounted: 0 })
})

test('without truths there is no precision-recall curve', () => {
  expect(precisionRecallCurve(countsByThreshold([{ score: 5, hit: false }], 0))).toBeNull()
})

test('of thresholds with the same F0.5 the higher is advised', () => {
  const curve = precisionRecallCurve([
    { threshold: 2, counts: [1, 1, 1] },
    { threshold: 7, counts: [1, 1, 1] },
  ])
  expect(curve?.best?.threshold).toBe(7)
})

test('thresholds fall, in whatever order the scores come', () => {
  const hits = [
    { score: 2, hit: false },
    { score: 9, hit: true },
    { score: 10, hit: false },
    { score: 2, hit: true },
  ]
  expect(countsByThreshold(hits, 3)).toEqual([
    { threshold: 10, counts: [0, 1, 3] },
    { threshold: 9, counts: [1, 1, 2] },
    { threshold: 2, counts: [2, 2, 1] },
  ])
})

test('a threshold that nothing reaches is no point of the curve', () => {
  const reached = { threshold: 5, counts: [1, 1, 1] as const }
  const curve = precisionRecallCurve([{ threshold: 10, counts: [0, 0, 2] }, reached])
  expect(curve?.points).toEqual([{ threshold: 5, precision: 0.5, recall: 0.5 }])
  expect(curve?.averagePrecision).toBe(0.25)
})

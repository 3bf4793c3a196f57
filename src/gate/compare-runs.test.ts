import { expect, test } from 'vitest'
import type { Counts } from '../evaluation/metrics.ts'
import { type EvaluationRun, RepeatCounts } from '../schema/evaluation.ts'
import { type Found, runOf } from '../../test/helpers/counted-run.ts'
import { compareRuns } from './compare-runs.ts'
import { defaultPolicy } from './policy.ts'

function compare(baseline: EvaluationRun, candidate: EvaluationRun) {
  const runs = {
    baseline: { name: 'before', run: baseline },
    candidate: { name: 'after', run: candidate },
    anchor: null,
  }
  return compareRuns(runs, defaultPolicy)
}

const before = runOf(['Tone'], { Tone: [4, 1, 1], Promise: [0, 0, 2] })

test('a new agent must be precise, although what it looks for is labelled', () => {
  const imprecise = runOf(['Promise', 'Tone'], { Tone: [4, 1, 1], Promise: [2, 3, 0] })
  const compared = compare(before, imprecise)
  expect(compared).toMatchObject({
    verdict: 'CANT_TELL',
    reasons: ['NEW_AGENT_BELOW_FLOOR:Promise'],
    pooled: { delta: 0 },
  })
  const precise = runOf(['Promise', 'Tone'], { Tone: [4, 1, 1], Promise: [2, 0, 0] })
  expect(compare(before, precise)).toMatchObject({ verdict: 'PASS', improved: false })
})

test('a kind that is labelled and that no agent looks for holds up nobody', () => {
  expect(compare(before, before)).toMatchObject({ verdict: 'PASS', reasons: [] })
})

test('a kind that no flow looks for or finds is neither in the pool nor in the correction for many agents', () => {
  const others = Object.fromEntries(
    Array.from({ length: 40 }, (_, n): [string, Counts] => [`Kind ${n}`, [0, 0, 3]]),
  )
  const tone = (missed: number) => (n: number) => ({
    Tone: n % 5 === 0 ? ([4 - missed, 1, 1 + missed] as Counts) : ([4, 1, 1] as Counts),
  })
  const both = (missed: number, more: Found) => (n: number) => ({ ...tone(missed)(n), ...more })
  const alone = compare(runOf(['Tone'], tone(0)), runOf(['Tone'], tone(2)))
  const labelled = compare(runOf(['Tone'], both(0, others)), runOf(['Tone'], both(2, others)))
  expect(labelled).toEqual(alone)
  expect(Object.keys(labelled.agents)).toEqual(['Tone'])
})

test('a kind that any of the flows looks for or finds is compared', () => {
  const missed: Found = { Tone: [4, 1, 1], Promise: [0, 0, 2] }
  const kindsIn = (baseline: EvaluationRun, candidate: EvaluationRun) =>
    Object.keys(compare(baseline, candidate).agents)
  const none = runOf(['Tone'], missed)
  expect(kindsIn(none, none)).toEqual(['Tone'])
  expect(kindsIn(runOf(['Tone', 'Promise'], missed), none)).toEqual(['Promise', 'Tone'])
  const found = runOf(['Tone'], { Tone: [4, 1, 1], Promise: [1, 0, 1] })
  expect(kindsIn(none, found)).toEqual(['Promise', 'Tone'])
  // Of outputs alone nobody knows what was looked for.
  const subject = { kind: 'outputs' } as EvaluationRun['subject']
  expect(kindsIn({ ...none, subject }, { ...none, subject })).toEqual(['Promise', 'Tone'])
})

test('from the next version on, what was new is compared', () => {
  const both = runOf(['Promise', 'Tone'], { Tone: [4, 1, 1], Promise: [2, 0, 0] })
  const without = runOf(['Tone'], { Tone: [4, 1, 1], Promise: [0, 0, 2] })
  expect(compare(both, without)).toMatchObject({
    verdict: 'FAIL',
    reasons: expect.arrayContaining(['AGENT_WORSE:Promise']),
  })
})

test('documents that failed are counted in each run apart: one bad run is not made good by two others', () => {
  const good = runOf(['Tone'], { Tone: [4, 1, 1] })
  const withFailures = (failed: readonly number[]): EvaluationRun => ({
    ...good,
    documents: good.documents.map(({ id, repeats: [own] }, n) => ({
      id,
      repeats: failed.map((count) => ({ ...RepeatCounts.parse(own), failed: n < count })),
    })),
  })
  const reasonsOf = (run: EvaluationRun) => compare(run, run).reasons
  // One of 30 is 3.3 %, and 1.1 % of the 90 runs over documents.
  expect(reasonsOf(withFailures([1, 0, 0]))).toEqual(['RUN_ERRORS'])
  expect(reasonsOf(withFailures([0, 0, 0]))).toEqual([])
})

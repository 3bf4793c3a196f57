import { expect, test } from 'vitest'
import type { Counts } from '../evaluation/metrics.ts'
import { type EvaluationRun, RepeatCounts } from '../schema/evaluation.ts'
import { compareRuns } from './compare-runs.ts'
import { defaultPolicy } from './policy.ts'

type Found = Record<string, Counts>

/** Thirty documents, each with these counts, by a flow with agents of these types. */
function runOf(types: string[], agents: Found): EvaluationRun {
  const hashes = { dataset: 'd', evaluation: 'e', policy: 'p', subject: types.join() }
  const repeat = RepeatCounts.parse({
    failed: false,
    agents,
    strict: agents,
    detection: [0, 0, 0],
    confusion: [],
    fixes: { agreed: 0, judged: 0 },
    duplicates: 0,
    unresolved: 0,
  })
  return {
    format: 'proofloop-evaluation-run-1',
    dataset: 'letters',
    subject: {
      kind: 'flow',
      flow: 'f',
      agents: types.map((type) => ({ name: type.toLowerCase(), type, hash: type })),
    },
    hashes,
    documents: Array.from({ length: 30 }, (_, n) => ({
      id: `${n}`.padStart(2, '0'),
      repeats: [repeat],
    })),
  }
}

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

test('from the next version on, what was new is compared', () => {
  const both = runOf(['Promise', 'Tone'], { Tone: [4, 1, 1], Promise: [2, 0, 0] })
  const without = runOf(['Tone'], { Tone: [4, 1, 1], Promise: [0, 0, 2] })
  expect(compare(both, without)).toMatchObject({
    verdict: 'FAIL',
    reasons: expect.arrayContaining(['AGENT_WORSE:Promise']),
  })
})

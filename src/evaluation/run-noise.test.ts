import { expect, test } from 'vitest'
import type { EvaluationRun } from '../schema/evaluation.ts'
import { agentCounts, pool } from './agent-counts.ts'
import type { Counts } from './metrics.ts'
import { pairedDelta } from './paired-delta.ts'
import { createRandom } from './random.ts'
import { runNoise } from './run-noise.ts'

function runOf(documents: Counts[][]): EvaluationRun {
  const hash = { dataset: 'd', evaluation: 'e', policy: 'p', subject: 's' }
  return {
    format: 'proofloop-evaluation-run-1',
    dataset: 'memos',
    subject: { kind: 'outputs', files: [] },
    hashes: hash,
    documents: documents.map((repeats, index) => ({
      id: `memo-${index}`,
      repeats: repeats.map((counts) => ({
        failed: false,
        agents: { Tone: [...counts] },
        strict: {},
        detection: [0, 0, 0],
        confusion: [],
        fixes: { agreed: 0, judged: 0 },
        duplicates: 0,
        unresolved: 0,
      })),
    })),
  }
}

/** Documents of 5 truths each, found with a chance of their own, again and again. */
function simulate(key: string, repeats: number): EvaluationRun {
  const documents = createRandom('documents')
  const runs = createRandom(key)
  return runOf(
    Array.from({ length: 40 }, () => {
      const chance = 0.3 + (0.6 * documents.int(1000)) / 1000
      return Array.from({ length: repeats }, (): Counts => {
        const tp = [1, 2, 3, 4, 5].filter(() => runs.int(1000) < 1000 * chance).length
        return [tp, runs.int(3), 5 - tp]
      })
    }),
  )
}

test('two evaluations of the same thing differ by less than the floor about 95 times in 100', () => {
  const trials = 400
  const within = Array.from({ length: trials }, (_, trial) => {
    const [a, b] = [simulate(`a${trial}`, 3), simulate(`b${trial}`, 3)]
    const rows = (run: EvaluationRun): Counts[] => pool(agentCounts(run), 40)
    const delta = pairedDelta(rows(a), rows(b), { metric: 'f', beta: 0.5 })?.delta ?? 0
    return Math.abs(delta) < (runNoise(a)?.floor ?? 0)
  }).filter(Boolean).length
  expect(within / trials).toBeGreaterThan(0.91)
  expect(within / trials).toBeLessThan(0.98)
})

test('more repeats and more documents lower the floor; the smallest visible change is above it', () => {
  const [few, many] = [runNoise(simulate('x', 2)), runNoise(simulate('x', 8))]
  expect(many?.floor).toBeLessThan(few?.floor ?? 0)
  expect(many?.documentsNeeded).toBeLessThan(few?.documentsNeeded ?? 0)
  expect(few?.minimumDetectableEffect).toBeGreaterThan(few?.floor ?? Infinity)
})

test('runs that do not differ have no noise', () => {
  const same = runOf([
    [
      [1, 1, 0],
      [1, 1, 0],
    ],
    [
      [2, 0, 1],
      [2, 0, 1],
    ],
  ])
  expect(runNoise(same)).toMatchObject({ floor: 0, minimumDetectableEffect: 0, documentsNeeded: 0 })
})

test.each([
  ['a single run', [[[1, 0, 0]], [[1, 1, 0]]]],
  [
    'a single document',
    [
      [
        [1, 0, 0],
        [1, 1, 0],
      ],
    ],
  ],
  [
    'nothing found and nothing there',
    [
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
    ],
  ],
] satisfies [string, Counts[][]][])('the noise of %s cannot be told', (_, documents) => {
  expect(runNoise(runOf(documents))).toBeNull()
})

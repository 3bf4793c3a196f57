import { z } from 'zod'
import { check, runVectors } from '../../test/run-vectors.ts'
import { holm } from '../evaluation/holm.ts'
import { mcnemar } from '../evaluation/mcnemar.ts'
import { pairedDelta } from '../evaluation/paired-delta.ts'
import {
  anova,
  bestRepeats,
  documentsNeeded,
  minimumDetectableEffect,
} from '../evaluation/planning.ts'
import { swapTest } from '../evaluation/swap-test.ts'
import { decide } from './decide.ts'
import { defaultPolicy } from './policy.ts'

const number = z.number()
const Rows = z.array(z.tuple([number, number, number]))
const Agents = z.record(z.string(), Rows)
const Paired = z.object({
  baseline: Rows,
  candidate: Rows,
  metric: z.enum(['precision', 'recall', 'f']),
  beta: number,
})
const Variances = z.object({ s2doc: number, s2run: number })

runVectors('06_gate', {
  pairedDelta: check(Paired, ({ baseline, candidate, ...choice }) =>
    pairedDelta(baseline, candidate, choice),
  ),
  holm: check(z.object({ p: z.array(number) }), ({ p }) => holm(p)),
  gate: check(
    z.object({
      baseline: Agents,
      candidate: Agents,
      anchor: Agents.nullish().transform((anchor) => anchor ?? undefined),
      policy: z.object({
        beta: number,
        margin: number,
        alphaPass: number,
        alphaFail: number,
        minDocs: number,
        minAgentIssues: number,
      }),
    }),
    ({ policy, ...input }) => decide({ ...input, policy: { ...defaultPolicy, ...policy } }),
  ),
  swapTest: check(
    Paired.extend({ B: z.int(), key: z.string() }),
    ({ baseline, candidate, B, ...options }) =>
      swapTest(baseline, candidate, { ...options, replicates: B }),
  ),
  mcnemar: check(z.object({ onlyBase: z.int(), onlyCand: z.int() }), mcnemar),
  anova: check(z.object({ z: z.array(z.array(number)) }), (input) => {
    const variances = anova(input.z)
    return { sigma2Run: variances?.s2run, sigma2Doc: variances?.s2doc }
  }),
  documentsNeeded: check(
    Variances.extend({
      k: number,
      margin: number,
      trueDelta: number,
      alpha: number,
      power: number,
    }),
    documentsNeeded,
  ),
  minimumDetectableEffect: check(
    z.object({ se: number, alpha: number, power: number }),
    minimumDetectableEffect,
  ),
  bestRepeats: check(
    Variances.extend({ costDoc: number, costRun: number, cap: number }),
    bestRepeats,
  ),
})

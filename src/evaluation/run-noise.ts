import type { EvaluationRun } from '../schema/evaluation.ts'
import { agentCounts, pool } from './agent-counts.ts'
import { influences } from './paired-delta.ts'
import { anova, documentsNeeded, minimumDetectableEffect } from './planning.ts'

/** How much of a difference between two evaluations of this kind would be chance. */
export type RunNoise = {
  repeats: number
  /** Pooled F0.5 of two evaluations of the same thing differs by less than this, 95 times in 100. */
  floor: number
  /** The smallest true change that a comparison finds 8 times in 10. */
  minimumDetectableEffect: number
  /** For a change that changes nothing to pass with the margin, 8 times in 10. */
  documentsNeeded: number
  margin: number
}

const twoSided95 = 1.96
/** The gate's default policy and the usual power. */
const plan = { margin: 0.03, alpha: 0.05, power: 0.8 }

/**
 * The noise floor of an evaluation, from its own repeats: a comparison of two evaluations of one thing
 * has twice the variance of one run, and none between documents (measurement, 3.4).
 *
 * @returns null with a single repeat or document, or where F0.5 is undefined
 */
export function runNoise(run: EvaluationRun): RunNoise | null {
  const documents = run.documents.length
  const repeats = run.documents[0]?.repeats.length ?? 0
  const runs = Array.from({ length: repeats }, (_, repeat) =>
    influences(pool(agentCounts(run, repeat), documents), { metric: 'f', beta: 0.5 }),
  )
  if (runs.includes(null)) return null
  const variances = anova(
    run.documents.map((_, document) => runs.map((own) => own?.z[document] ?? 0)),
  )
  if (variances === null) return null
  const s2run = 2 * variances.s2run
  const se = Math.sqrt(s2run / repeats / documents)
  return {
    repeats,
    floor: twoSided95 * se,
    minimumDetectableEffect: minimumDetectableEffect({ se, ...plan }),
    documentsNeeded: documentsNeeded({ s2doc: 0, s2run, k: repeats, trueDelta: 0, ...plan }),
    margin: plan.margin,
  }
}

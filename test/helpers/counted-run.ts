import type { Counts } from '../../src/evaluation/metrics.ts'
import { type EvaluationRun, RepeatCounts } from '../../src/schema/evaluation.ts'

/** Counts by type of issue. */
export type Found = Record<string, Counts>

/** Thirty documents, each with these counts, by a flow with agents of these types. */
export function runOf(
  types: string[],
  agents: Found | ((document: number) => Found),
): EvaluationRun {
  const hashes = { dataset: 'd', evaluation: 'e', policy: 'p', subject: types.join() }
  const repeatOf = (found: Found) =>
    RepeatCounts.parse({
      failed: false,
      agents: found,
      strict: found,
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
      repeats: [repeatOf(typeof agents === 'function' ? agents(n) : agents)],
    })),
  }
}

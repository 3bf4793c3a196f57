import { shortHash } from '../lib/content-hash.ts'
import { type AgentRows, agentCounts, pool } from '../evaluation/agent-counts.ts'
import type { MetricChoice } from '../evaluation/metrics.ts'
import { pairedDelta } from '../evaluation/paired-delta.ts'
import { anova, minimumDetectableEffect, type Variances } from '../evaluation/planning.ts'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import type { EvaluationHashes, EvaluationRun } from '../schema/evaluation.ts'
import { referenceCounts, unsoughtTypes, without } from './compared-types.ts'
import { type AgentComparison, decide, type GateResult } from './decide.ts'
import type { GatePolicy } from './policy.ts'

/** A saved evaluation and what messages call it. */
export type NamedRun = { name: string; run: EvaluationRun }

export type RunsToCompare = { baseline: NamedRun; candidate: NamedRun; anchor: NamedRun | null }

/** How much of a difference is the luck of a run. */
type Noise = Variances & {
  repeats: number
  /** Two runs of the same thing differ by less than this 19 times in 20. */
  floor: number
}

export type RunComparison = Omit<GateResult, 'agents'> & {
  agents: Record<string, AgentComparison & { minimumDetectableEffect: number | null }>
  /** Issue types that are pooled: those of the baseline, without what only the candidate looks for, or nobody. */
  compared: string[]
  /** The smallest true change of the pooled score that would be found 8 times in 10. */
  minimumDetectableEffect: number | null
  /** Null when one of the runs has no repeats, or they do not have the same number. */
  noise: Noise | null
  margin: number
  hashes: {
    baseline: EvaluationHashes
    candidate: EvaluationHashes
    anchor: EvaluationHashes | null
  }
}

const power = 0.8
const twoSided95 = 1.96

/**
 * The paired verdict on a candidate.
 * @param errorRate largest share of documents of which one run says nothing of the flow; those that failed when left out
 * @throws UserFacingError when the runs are of different datasets, evaluations or policies
 */
export function compareRuns(
  runs: RunsToCompare,
  policy: GatePolicy,
  errorRate?: number,
): RunComparison {
  const { baseline, candidate, anchor } = runs
  refuseIncomparable(baseline, candidate)
  if (anchor) refuseIncomparable(anchor, candidate)
  const all = [baseline, candidate, ...(anchor ? [anchor] : [])]
  const unsought = unsoughtTypes(all.map(({ run }) => run))
  const referenceRows = (run: EvaluationRun): AgentRows =>
    without(unsought, referenceCounts(run, candidate.run))
  const before = referenceRows(baseline.run)
  const result = decide({
    baseline: before,
    candidate: without(unsought, agentCounts(candidate.run)),
    anchor: anchor ? referenceRows(anchor.run) : undefined,
    errorRate: errorRate ?? Math.max(...all.map(({ run }) => failedShare(run))),
    policy,
  })
  const smallest = (se: number | undefined): number | null =>
    se === undefined || se === 0 || !Number.isFinite(se)
      ? null
      : minimumDetectableEffect({ se, alpha: policy.alphaPass, power })
  const agents = Object.entries(result.agents).map(([type, agent]) => {
    return [type, { ...agent, minimumDetectableEffect: smallest(agent.se) }] as const
  })
  return {
    ...result,
    agents: Object.fromEntries(agents),
    compared: Object.keys(before),
    minimumDetectableEffect: smallest(result.pooled?.se),
    noise: noiseOf(baseline.run, candidate.run, { policy, unsought }),
    margin: policy.margin,
    hashes: {
      baseline: baseline.run.hashes,
      candidate: candidate.run.hashes,
      anchor: anchor?.run.hashes ?? null,
    },
  }
}

const bindings = [
  ['dataset', 'datasets'],
  ['evaluation', 'evaluations (matching, counting or choice of agents)'],
  ['policy', 'policies'],
] as const

function refuseIncomparable(a: NamedRun, b: NamedRun): void {
  for (const [field, what] of bindings) {
    const [mine, other] = [a.run.hashes[field], b.run.hashes[field]]
    if (mine === other) continue
    throw new UserFacingError(
      `different-${field}`,
      printable(
        `${a.name} (${field} ${shortHash(mine)}) and ${b.name} (${field} ${shortHash(other)}) are runs of different ${what} and cannot be compared. Evaluate both in the same way.`,
      ),
    )
  }
  const ids = ({ run }: NamedRun): string => JSON.stringify(run.documents.map(({ id }) => id))
  if (ids(a) === ids(b)) return
  const message = `${a.name} and ${b.name} name the same dataset but hold other documents: one of the files was changed. Evaluate again.`
  throw new UserFacingError('run-changed', printable(message))
}

/** Of the repeat of which most documents failed. */
function failedShare({ documents }: EvaluationRun): number {
  const repeats = documents[0]?.repeats.length ?? 0
  const shares = Array.from({ length: repeats }, (_, n) => {
    const failed = documents.filter(({ repeats: all }) => all[n]?.failed)
    return failed.length / documents.length
  })
  return Math.max(0, ...shares)
}

function noiseOf(
  baseline: EvaluationRun,
  candidate: EvaluationRun,
  { policy, unsought }: { policy: GatePolicy; unsought: ReadonlySet<string> },
): Noise | null {
  const repeats = baseline.documents[0]?.repeats.length ?? 0
  if (repeats < 2 || candidate.documents[0]?.repeats.length !== repeats) return null
  const documents = baseline.documents.length
  const choice: MetricChoice = { metric: 'f', beta: policy.beta }
  const compared = without(unsought, referenceCounts(baseline, candidate))
  const influences = Array.from({ length: repeats }, (_, repeat) => {
    const before = onlyAgentsOf(compared, agentCounts(baseline, repeat))
    const after = onlyAgentsOf(before, agentCounts(candidate, repeat))
    return pairedDelta(pool(before, documents), pool(after, documents), choice)?.z
  })
  if (influences.includes(undefined)) return null
  const byDocument = baseline.documents.map((_, document) =>
    influences.map((z) => z?.[document] ?? 0),
  )
  const variances = anova(byDocument)
  if (variances === null) return null
  const floor = twoSided95 * Math.sqrt(variances.s2run / repeats / documents)
  return { ...variances, repeats, floor }
}

/** New agents have nothing to be compared with. */
function onlyAgentsOf(before: AgentRows, after: AgentRows): AgentRows {
  return Object.fromEntries(Object.entries(after).filter(([type]) => Object.hasOwn(before, type)))
}

import { holm } from '../evaluation/holm.ts'
import { clusteredInterval } from '../evaluation/interval.ts'
import {
  addCounts,
  type Counts,
  type MetricChoice,
  noCounts,
  sumCounts,
} from '../evaluation/metrics.ts'
import { pairedDelta, type PairedDelta } from '../evaluation/paired-delta.ts'
import { documentsNeeded } from '../evaluation/planning.ts'
import { tQuantile } from '../evaluation/special-functions.ts'
import { exactSwapTest } from '../evaluation/swap-test.ts'
import { defaultPolicy, type GatePolicy } from './policy.ts'

/** Each agent's counts per document (means over repeats), all in the same order of documents. */
export type AgentCounts = Readonly<Record<string, readonly Counts[]>>

export interface GateInput {
  baseline: AgentCounts
  candidate: AgentCounts
  /** What was in production when the test set was made: keeps small losses from piling up. */
  anchor?: AgentCounts | undefined
  /** The largest share of documents that failed in one of the runs; each repeat is one. */
  errorRate?: number
  policy?: GatePolicy
}

/** Of a difference, two-sided, at 95 %; missing where one document tells of no spread. */
interface DifferenceInterval {
  lower?: number
  upper?: number
}

interface PooledComparison extends Omit<PairedDelta, 'z'>, DifferenceInterval {
  /** Bounds of the difference: one-sided at `alphaPass` and at `alphaFail`. */
  lower95: number
  upper975: number
  /** Of the test that a failure rests on: `pWorse`, or by swapping few documents. */
  pFail: number
}

export interface AgentComparison extends DifferenceInterval {
  base?: number
  cand?: number
  delta?: number
  se?: number
  pWorse?: number
  /** Of the test that a failure rests on, corrected for many agents. */
  pHolm?: number
  /** Found, wrongly found and missed, in the run that has more of them. */
  issues: number
  /** No baseline, or nothing to count: it takes no part in the paired test. */
  status?: 'NOT_MEASURED'
}

export type Verdict = 'PASS' | 'FAIL' | 'CANT_TELL'

export interface GateResult {
  verdict: Verdict
  /** A pass that is also shown to be better. */
  improved: boolean
  /** Stable codes; those about an agent end in `:<agent>`. Empty on a pass. */
  reasons: string[]
  /** Null when there is nothing to compare. */
  pooled: PooledComparison | null
  anchorLower95: number | null
  agents: Record<string, AgentComparison>
  documents: number
  /** Documents for a change that alters nothing to pass 8 times in 10; null if unknown. */
  documentsNeeded: number | null
}

const planPower = 0.8

/** With fewer documents the t test finds more than there is: 6.6 % at 5 % with 8 to 12 (measurement by simulation). */
const fewestForT = 15

function documentCount(runs: readonly AgentCounts[]): number {
  const counts = new Set(runs.flatMap((run) => Object.values(run).map((rows) => rows.length)))
  if (counts.size > 1)
    throw new RangeError(`Runs of different documents (${[...counts].join(', ')}) are not paired.`)
  return [...counts][0] ?? 0
}

/** An agent that was taken out finds nothing: all that it could have found is missed. */
function withoutAgent(rows: readonly Counts[]): Counts[] {
  return rows.map(([tp, , fn]) => [0, 0, tp + fn])
}

interface AgentPair {
  agent: string
  reference: readonly Counts[]
  candidate: readonly Counts[]
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

/** The agents of `reference`, by name, on both sides; new agents are judged on their own. */
function pairAgents(reference: AgentCounts, candidate: AgentCounts): AgentPair[] {
  const rows = new Map(Object.entries(candidate))
  return Object.entries(reference)
    .toSorted(byName)
    .map(([agent, counts]) => ({
      agent,
      reference: counts,
      candidate: rows.get(agent) ?? withoutAgent(counts),
    }))
}

function newAgents({ baseline, candidate }: Pick<GateInput, 'baseline' | 'candidate'>) {
  return Object.entries(candidate)
    .filter(([agent]) => !Object.hasOwn(baseline, agent))
    .toSorted(byName)
}

function pool(agents: readonly (readonly Counts[])[], documents: number): Counts[] {
  return Array.from({ length: documents }, (_, d) =>
    agents.reduce((sum: Counts, counts) => addCounts(sum, counts[d] ?? noCounts), noCounts),
  )
}

function comparePooled(
  reference: AgentCounts,
  candidate: AgentCounts,
  { policy, documents }: { policy: GatePolicy; documents: number },
): PooledComparison | null {
  const choice: MetricChoice = { metric: 'f', beta: policy.beta }
  const pairs = pairAgents(reference, candidate)
  const side = (of: 'reference' | 'candidate'): Counts[] =>
    pool(
      pairs.map((pair) => pair[of]),
      documents,
    )
  const both = { reference: side('reference'), candidate: side('candidate') }
  const paired = pairedDelta(both.reference, both.candidate, choice)
  if (paired === null) return null
  const { z: _, ...rest } = paired
  const { delta, se, df } = rest
  const reach = (alpha: number): number => tQuantile(1 - alpha, df) * se
  return {
    ...rest,
    lower95: delta - reach(policy.alphaPass),
    upper975: delta + reach(policy.alphaFail),
    pFail: pOfFailure(both, { paired, choice }),
    ...intervalOf(rest),
  }
}

/**
 * How likely a difference as bad is when nothing got worse. Few documents are swapped in every
 * way, which is exact: by chance as many of them could be the other way round.
 */
function pOfFailure(
  { reference, candidate }: Omit<AgentPair, 'agent'>,
  { paired, choice }: { paired: PairedDelta; choice: MetricChoice },
): number {
  if (reference.length >= fewestForT) return paired.pWorse
  return exactSwapTest(reference, candidate, choice)?.pWorse ?? 1
}

function intervalOf({ delta, se, df }: Omit<PairedDelta, 'z'>): DifferenceInterval {
  if (!Number.isFinite(se)) return {}
  const reach = tQuantile(0.975, df) * se
  return { lower: delta - reach, upper: delta + reach }
}

function issueCount(rows: readonly Counts[]): number {
  return sumCounts(rows).reduce((sum, value) => sum + value, 0)
}

function compareAgents(
  baseline: AgentCounts,
  candidate: AgentCounts,
  policy: GatePolicy,
): Record<string, AgentComparison> {
  const choice: MetricChoice = { metric: 'f', beta: policy.beta }
  const compared = pairAgents(baseline, candidate).map((pair) => {
    const paired = pairedDelta(pair.reference, pair.candidate, choice)
    return {
      agent: pair.agent,
      issues: Math.max(issueCount(pair.reference), issueCount(pair.candidate)),
      paired,
      p: paired && pOfFailure(pair, { paired, choice }),
    }
  })
  const adjusted = holm(compared.flatMap(({ p }) => p ?? []))
  const results: [string, AgentComparison][] = compared.map(({ agent, issues, paired }) => {
    if (paired === null) return [agent, { issues, status: 'NOT_MEASURED' }]
    const { base, cand, delta, se, pWorse } = paired
    const pHolm = adjusted.shift() ?? 1
    return [agent, { base, cand, delta, se, ...intervalOf(paired), pWorse, pHolm, issues }]
  })
  for (const [agent, counts] of newAgents({ baseline, candidate }))
    results.push([agent, { issues: issueCount(counts), status: 'NOT_MEASURED' }])
  return Object.fromEntries(results)
}

function failures(
  pooled: PooledComparison,
  agents: Record<string, AgentComparison>,
  policy: GatePolicy,
): string[] {
  const { margin } = policy
  const isBelow = pooled.upper975 < 0 && pooled.pFail <= policy.alphaFail
  const pooledWorse = isBelow && pooled.delta < -margin / 2 && pooled.lower95 <= -margin
  const worse = Object.entries(agents).filter(
    ([, { delta = 0, pHolm = 1 }]) => pHolm <= policy.alphaFail && delta < -margin,
  )
  return [
    ...(pooledWorse ? ['POOLED_WORSE'] : []),
    ...worse.map(([agent]) => `AGENT_WORSE:${agent}`),
  ]
}

/** New agents whose precision is not shown to reach the floor. */
function belowFloor(input: GateInput, policy: GatePolicy): string[] {
  return newAgents(input)
    .filter(([, counts]) => {
      const { lower } = clusteredInterval(counts, { metric: 'precision', beta: policy.beta })
      return lower === null || lower < policy.newAgentFloor
    })
    .map(([agent]) => `NEW_AGENT_BELOW_FLOOR:${agent}`)
}

function doubts(
  measured: Pick<GateResult, 'agents' | 'anchorLower95' | 'documents'> & {
    pooled: PooledComparison
  },
  policy: GatePolicy,
  anchored: boolean,
): string[] {
  const { pooled, agents, anchorLower95, documents } = measured
  const { margin } = policy
  const anchorHolds = !anchored || (anchorLower95 !== null && anchorLower95 > -margin)
  const suspects = Object.entries(agents).filter(
    ([, { delta = 0, issues }]) => issues >= policy.minAgentIssues && delta <= -2 * margin,
  )
  return [
    ...(documents < policy.minDocs ? ['TOO_FEW_DOCUMENTS'] : []),
    ...(pooled.lower95 > -margin ? [] : ['POOLED_NOT_SHOWN_NON_INFERIOR']),
    ...(anchorHolds ? [] : ['ANCHOR_NOT_SHOWN_NON_INFERIOR']),
    ...suspects.map(([agent]) => `AGENT_LOOKS_WORSE:${agent}`),
  ]
}

function neededDocuments(pooled: PooledComparison, policy: GatePolicy, documents: number) {
  const needed = documentsNeeded({
    s2doc: pooled.se ** 2 * documents,
    s2run: 0,
    k: 1,
    margin: policy.margin,
    trueDelta: 0,
    alpha: policy.alphaPass,
    power: planPower,
  })
  return Number.isFinite(needed) ? needed : null
}

function judge(
  input: GateInput,
  policy: GatePolicy,
  measured: Omit<GateResult, 'verdict' | 'improved' | 'reasons'>,
): Pick<GateResult, 'verdict' | 'improved' | 'reasons'> {
  // Failed documents count as missed issues: with many of them the comparison is one of outages.
  const errors = (input.errorRate ?? 0) > policy.maxErrorRate ? ['RUN_ERRORS'] : []
  const { pooled } = measured
  if (pooled === null)
    return { verdict: 'CANT_TELL', improved: false, reasons: [...errors, 'NOTHING_TO_COMPARE'] }
  const failed = failures(pooled, measured.agents, policy)
  if (failed.length > 0 && errors.length === 0)
    return { verdict: 'FAIL', improved: false, reasons: failed }
  const anchored = input.anchor !== undefined
  const reasons = [
    ...errors,
    ...doubts({ ...measured, pooled }, policy, anchored),
    ...belowFloor(input, policy),
  ]
  if (reasons.length > 0) return { verdict: 'CANT_TELL', improved: false, reasons }
  return { verdict: 'PASS', improved: pooled.lower95 > 0, reasons }
}

/**
 * Whether a candidate may replace the baseline: PASS when it is shown to be at most the margin
 * worse, FAIL when something is shown to be worse, CANT_TELL otherwise. A pass asks for all its
 * conditions (Berger 1982), a fail for one of several and is therefore corrected (Holm 1979).
 */
export function decide(input: GateInput): GateResult {
  const policy = input.policy ?? defaultPolicy
  const { baseline, candidate, anchor } = input
  const documents = documentCount([baseline, candidate, anchor ?? {}])
  const pooled = comparePooled(baseline, candidate, { policy, documents })
  const toAnchor =
    anchor === undefined ? null : comparePooled(anchor, candidate, { policy, documents })
  const measured = {
    pooled,
    anchorLower95: toAnchor?.lower95 ?? null,
    agents: compareAgents(baseline, candidate, policy),
    documents,
    documentsNeeded: pooled === null ? null : neededDocuments(pooled, policy, documents),
  }
  return { ...judge(input, policy, measured), ...measured }
}

import type {
  ConfusionCount,
  EvaluationHashes,
  EvaluationRun,
  RepeatCounts,
} from '../schema/evaluation.ts'
import { agentCounts, pool } from './agent-counts.ts'
import { clusteredInterval, type Interval } from './interval.ts'
import { type RunNoise, runNoise } from './run-noise.ts'
import { type Counts, meanCounts, type Metric, ratio, ratioParts, sumCounts } from './metrics.ts'

/** A metric with its 95 % interval; null where there is nothing to judge. */
export type MetricInterval = Pick<Interval, 'value' | 'lower' | 'upper' | 'docs' | 'n' | 'nEff'>

/** Counts are sums over documents of means over repeats. */
export type Measures = {
  tp: number
  fp: number
  fn: number
  precision: MetricInterval
  recall: MetricInterval
  f05: MetricInterval
  f1: MetricInterval
}

export type EvaluationSummary = {
  documents: number
  repeats: number
  /** Share of runs over documents that failed. */
  errorRate: number
  pooled: Measures
  /** By issue type. */
  agents: Record<string, Measures>
  /** Means over the agents that have a value; each agent weighs the same. */
  macro: { precision: number | null; recall: number | null; f05: number | null; agents: number }
  confusion: ConfusionCount[]
  /** Pairs count only when they overlap by at least one half. */
  strict: Measures
  /** Whether something was found at all, of whatever type. */
  detection: Measures
  /** A run, like the counts. */
  duplicates: number
  unresolved: number
  fixes: { agreed: number; judged: number }
  /** The document that moves the pooled F0.5 most, and its share of all movement. */
  largestContribution: { document: string; share: number } | null
  /** Null with a single repeat. */
  noise: RunNoise | null
  hashes: EvaluationHashes
}

/** Every figure of an evaluation, made from its counts per document, agent and repeat. */
export function summarizeRun(run: EvaluationRun): EvaluationSummary {
  const repeats = run.documents[0]?.repeats.length ?? 0
  const all = run.documents.flatMap((document) => document.repeats)
  const perRun = (pick: (counts: RepeatCounts) => number): number =>
    all.reduce((sum, counts) => sum + pick(counts), 0) / repeats
  const agents = agentCounts(run)
  const pooled = pool(agents, run.documents.length)
  const measures = Object.fromEntries(
    Object.entries(agents).map(([type, counts]) => [type, measure(counts)]),
  )
  return {
    documents: run.documents.length,
    repeats,
    errorRate: all.filter(({ failed }) => failed).length / all.length,
    pooled: measure(pooled),
    agents: measures,
    macro: macroOf(Object.values(measures)),
    confusion: confusionOf(all, repeats),
    strict: measure(perDocument(run, ({ strict }) => sumCounts(Object.values(strict)))),
    detection: measure(perDocument(run, ({ detection }) => detection)),
    duplicates: perRun(({ duplicates }) => duplicates),
    unresolved: perRun(({ unresolved }) => unresolved),
    fixes: {
      agreed: perRun(({ fixes }) => fixes.agreed),
      judged: perRun(({ fixes }) => fixes.judged),
    },
    largestContribution: largestContribution(pooled, run),
    noise: runNoise(run),
    hashes: run.hashes,
  }
}

function perDocument(run: EvaluationRun, pick: (counts: RepeatCounts) => Counts): Counts[] {
  return run.documents.map(({ repeats }) => meanCounts(repeats.map(pick)))
}

/** @param counts of each document */
export function measure(counts: readonly Counts[]): Measures {
  const [tp, fp, fn] = sumCounts(counts)
  const interval = (metric: Metric, beta: number): MetricInterval => {
    const { value, lower, upper, docs, n, nEff } = clusteredInterval(counts, { metric, beta })
    return { value, lower, upper, docs, n, nEff }
  }
  return {
    tp,
    fp,
    fn,
    precision: interval('precision', 1),
    recall: interval('recall', 1),
    f05: interval('f', 0.5),
    f1: interval('f', 1),
  }
}

function macroOf(agents: readonly Measures[]): EvaluationSummary['macro'] {
  const mean = (metric: 'precision' | 'recall' | 'f05'): number | null => {
    const values = agents
      .map((measures) => measures[metric].value)
      .filter((value) => value !== null)
    return ratio(
      values.reduce((sum, value) => sum + value, 0),
      values.length,
    )
  }
  return {
    precision: mean('precision'),
    recall: mean('recall'),
    f05: mean('f05'),
    agents: agents.filter(({ f05 }) => f05.value !== null).length,
  }
}

function confusionOf(all: readonly RepeatCounts[], repeats: number): ConfusionCount[] {
  const cells = new Map<string, ConfusionCount>()
  for (const { truth, detected, count } of all.flatMap(({ confusion }) => confusion)) {
    const key = JSON.stringify([truth, detected])
    const before = cells.get(key)?.count ?? 0
    cells.set(key, { truth, detected, count: before + count })
  }
  return [...cells]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, cell]) => ({ ...cell, count: cell.count / repeats }))
}

function largestContribution(
  pooled: readonly Counts[],
  run: EvaluationRun,
): EvaluationSummary['largestContribution'] {
  const parts = pooled.map((counts) => ratioParts(counts, { metric: 'f', beta: 0.5 }))
  const sumX = parts.reduce((sum, { x }) => sum + x, 0)
  const value = parts.reduce((sum, { y }) => sum + y, 0) / sumX
  const influences = parts.map(({ x, y }) => Math.abs(y - value * x))
  const total = influences.reduce((sum, influence) => sum + influence, 0)
  const largest = Math.max(...influences)
  const document = run.documents[influences.indexOf(largest)]
  return document !== undefined && total > 0
    ? { document: document.id, share: largest / total }
    : null
}

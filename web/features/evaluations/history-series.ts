import type { EvaluationEntry, Rate } from '../../../src/schema/api/evaluations.ts'

type HistoryPoint = { evaluation: EvaluationEntry; rate: Rate | null }
export type HistorySeries = { name: string; points: HistoryPoint[] }
export type MetricName = 'precision' | 'recall' | 'f05'

/** What can be put on one line: the same documents, counted in the same way. */
export type Comparable = { key: string; dataset: string; evaluations: EvaluationEntry[] }

/** Groups of at least two evaluations that are comparable, the one measured last first; oldest first inside. */
export function comparableGroups(evaluations: readonly EvaluationEntry[]): Comparable[] {
  const done = evaluations.filter(({ hashes, pooled }) => hashes !== null && pooled !== null)
  const groups = Map.groupBy(done, ({ hashes }) => `${hashes?.dataset} ${hashes?.evaluation}`)
  return [...groups]
    .map(([key, own]) => ({
      key,
      dataset: own[0]?.dataset ?? '',
      evaluations: own.toSorted((a, b) => a.startedAt - b.startedAt),
    }))
    .filter((group) => group.evaluations.length > 1)
    .toSorted((a, b) => newest(b) - newest(a))
}

/** A line for each agent; null where it was not measured or the figure is undefined. */
export function historySeries({ evaluations }: Comparable, metric: MetricName): HistorySeries[] {
  const names = new Set(evaluations.flatMap(({ agents }) => Object.keys(agents)))
  return [...names].toSorted().map((name) => ({
    name,
    points: evaluations.map((evaluation) => {
      const rate = Object.hasOwn(evaluation.agents, name)
        ? (evaluation.agents[name]?.[metric] ?? null)
        : null
      return { evaluation, rate: rate?.value === null ? null : rate }
    }),
  }))
}

function newest({ evaluations }: Comparable): number {
  return evaluations.at(-1)?.startedAt ?? 0
}

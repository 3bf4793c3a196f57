import type { EvaluationRun, RepeatCounts } from '../schema/evaluation.ts'
import { addCounts, type Counts, meanCounts, noCounts } from './metrics.ts'

/** Counts by agent and document, in the run's order of documents. */
export type AgentRows = Record<string, Counts[]>

/**
 * Each agent's counts per document: the mean over repeats, or one repeat's.
 */
export function agentCounts(run: EvaluationRun, repeat?: number): AgentRows {
  const all = run.documents.flatMap(({ repeats }) => repeats)
  const types = [...new Set(all.flatMap(({ agents }) => Object.keys(agents)))].toSorted()
  const only = (repeats: readonly RepeatCounts[]): readonly RepeatCounts[] =>
    repeat === undefined ? repeats : repeats.slice(repeat, repeat + 1)
  return Object.fromEntries(
    types.map((type) => [
      type,
      run.documents.map(({ repeats }) =>
        meanCounts(only(repeats).map((own) => countsOf(own, type))),
      ),
    ]),
  )
}

/** Types are names that people chose, `constructor` among them. */
function countsOf({ agents }: RepeatCounts, type: string): Counts {
  return Object.hasOwn(agents, type) ? (agents[type] ?? noCounts) : noCounts
}

/** All agents together, by document. */
export function pool(agents: AgentRows, documents: number): Counts[] {
  const rows = Object.values(agents)
  return Array.from({ length: documents }, (_, index) =>
    rows.reduce((sum, own) => addCounts(sum, own[index] ?? noCounts), noCounts),
  )
}

import type { AgentFigures } from '../../../src/schema/api/evaluations.ts'
import type { ShownEvaluation } from '../../../src/schema/shown-evaluation.ts'

/** What a row of figures is about; `total` rows sum up the agents. */
export type FigureRow = { name: string; figures: AgentFigures; isTotal: boolean }

/** The agents, then all of them together. */
export function agentRows({ agents, pooled }: ShownEvaluation): FigureRow[] {
  return [
    ...Object.entries(agents).map(([name, figures]) => ({ name, figures, isTotal: false })),
    { name: 'All agents (pooled)', figures: pooled, isTotal: true },
  ]
}

/** All agents together, by stricter and looser rules of what counts as found. */
export function variantRows({ strict, detection }: ShownEvaluation): FigureRow[] {
  return [
    { name: '… span overlaps by half', figures: strict, isTotal: true },
    { name: '… whatever the type', figures: detection, isTotal: true },
  ]
}

import { decimal } from '../../schema/figure-words.ts'
import { isTooFewToJudge } from '../evaluation-notes.ts'
import type { EvaluationSummary, Measures, MetricInterval } from '../evaluation-summary.ts'
import { markup, type Markup } from './markup.ts'

/** What a row of figures is about; `total` rows sum up the agents. */
export type FigureRow = { name: string; measures: Measures; isTotal: boolean; isTooFew: boolean }

/** The agents, then all of them together. */
export function agentRows({ agents, pooled }: EvaluationSummary): FigureRow[] {
  return [
    ...Object.entries(agents).map(([name, measures]) => row(name, measures, false)),
    row('All agents (pooled)', pooled, true),
  ]
}

/** All agents together, by stricter and looser rules of what counts as found. */
export function variantRows({ strict, detection }: EvaluationSummary): FigureRow[] {
  return [row('… span overlaps by half', strict, true), row('… whatever the type', detection, true)]
}

function row(name: string, measures: Measures, isTotal: boolean): FigureRow {
  return { name, measures, isTotal, isTooFew: isTooFewToJudge(measures) }
}

export function intervalMarkup(interval: MetricInterval): Markup {
  const { value, lower, upper } = interval
  if (value === null) return markup`–`
  return markup`${decimal(value)} <span class="interval">[${decimal(lower)}, ${decimal(upper)}]</span>`
}

/** A box that scrolls sideways when its content is wider than the page, also by keyboard. */
export function scrollBox(name: string, content: Markup): Markup {
  return markup`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${content}</div>`
}

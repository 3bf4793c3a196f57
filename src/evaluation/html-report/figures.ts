import { amount, isTooFewToJudge } from '../evaluation-notes.ts'
import type { EvaluationSummary, Measures, MetricInterval } from '../evaluation-summary.ts'
import { decimal } from '../report.ts'
import { markup, type Markup } from './markup.ts'

/** The metrics of a report, in their order. */
export const metrics = [
  { key: 'precision', name: 'Precision' },
  { key: 'recall', name: 'Recall' },
  { key: 'f05', name: 'F0.5' },
] as const

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

/** A figure with its 95 % interval as plain text. */
export function intervalText({ value, lower, upper }: MetricInterval): string {
  return value === null ? '–' : `${decimal(value)} [${decimal(lower)}, ${decimal(upper)}]`
}

export function intervalMarkup(interval: MetricInterval): Markup {
  const { value, lower, upper } = interval
  if (value === null) return markup`–`
  return markup`${decimal(value)} <span class="interval">[${decimal(lower)}, ${decimal(upper)}]</span>`
}

/** A count in a sentence; sums of means over runs are whole but for the last bits. */
export function tidyAmount(value: number): string {
  return amount(Math.round(1e6 * value) / 1e6)
}

/** A count in a column, where all have as many decimals. */
export function columnAmount(value: number, { repeats }: EvaluationSummary): string {
  return value.toFixed(repeats === 1 ? 0 : 1)
}

/** A box that scrolls sideways when its content is wider than the page, also by keyboard. */
export function scrollBox(name: string, content: Markup): Markup {
  return markup`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${content}</div>`
}

import type { Span } from '../lib/span.ts'
import type { RepeatCounts } from '../schema/evaluation.ts'
import { evaluationEvent, traceNames } from '../schema/trace-names.ts'
import { type Counts, score, sumCounts } from './metrics.ts'

/**
 * Tells a run's span how good the run was: an event for all issues, then one for each issue type.
 * They hold counts, never what was found or missed.
 */
export function recordEvaluation(span: Span, { agents, failed }: RepeatCounts): void {
  const record = (counts: Counts, type: string | null): void => {
    const [tp, fp, fn] = counts
    span.event(evaluationEvent, {
      [traceNames.evaluationName]: 'F0.5',
      [traceNames.evaluationScore]: score(counts, { metric: 'f', beta: 0.5 }),
      [traceNames.evaluationLabel]: failed ? 'failed' : label(counts),
      [traceNames.evaluationExplanation]: `${tp} found, ${fn} missed, ${fp} false`,
      [traceNames.issueType]: type,
      [traceNames.truePositives]: tp,
      [traceNames.falsePositives]: fp,
      [traceNames.falseNegatives]: fn,
    })
  }
  record(sumCounts(Object.values(agents)), null)
  for (const [type, counts] of Object.entries(agents)) record(counts, type)
}

function label([tp, fp, fn]: Counts): string {
  if (fp + fn === 0) return tp === 0 ? 'nothing to find' : 'exact'
  return tp === 0 ? 'wrong' : 'partly right'
}

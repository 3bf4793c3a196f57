import type { AgentFigures } from '../schema/api/evaluations.ts'

/** Fewer issues of a kind could tell of single examples. */
const fewestIssues = 10

/** Whether a kind of issue is so rare in the examples that approvers are not told its figures. */
export function isSmallCell({ tp, fn }: Pick<AgentFigures, 'tp' | 'fn'>): boolean {
  return Math.round(tp + fn) < fewestIssues
}

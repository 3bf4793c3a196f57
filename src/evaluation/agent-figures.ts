import type { AgentFigures } from '../schema/api/evaluations.ts'
import { isTooFewToJudge } from './evaluation-notes.ts'
import type { Measures } from './evaluation-summary.ts'

/** Measures with whether they are enough to act on. */
export function figuresOf(measures: Measures): AgentFigures {
  return { ...measures, tooFew: isTooFewToJudge(measures) }
}

/** The same for each issue type. */
export function figuresByType(agents: Record<string, Measures>): Record<string, AgentFigures> {
  return Object.fromEntries(Object.entries(agents).map(([type, own]) => [type, figuresOf(own)]))
}

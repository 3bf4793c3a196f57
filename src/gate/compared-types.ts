import { type AgentRows, agentCounts, pool } from '../evaluation/agent-counts.ts'
import { figuresOf } from '../evaluation/agent-figures.ts'
import { measure } from '../evaluation/evaluation-summary.ts'
import type { AgentFigures } from '../schema/api/evaluations.ts'
import type { EvaluationRun } from '../schema/evaluation.ts'

/**
 * Kinds of issues that are labelled and that no flow of a comparison has an agent for or finds: all of them are missed
 * on every side. They say nothing of any agent, make the others' differences smaller and Holm's correction larger.
 */
export function unsoughtTypes(runs: readonly EvaluationRun[]): Set<string> {
  if (runs.some(({ subject }) => subject.kind !== 'flow')) return new Set()
  const all = runs.map((run) => agentCounts(run))
  const sought = new Set(runs.flatMap((run) => [...typesOf(run)]))
  const isFound = (type: string): boolean =>
    all.some((rows) => Object.hasOwn(rows, type) && !isSilent(rows[type] ?? []))
  const labelled = all.flatMap((rows) => Object.keys(rows))
  return new Set(labelled.filter((type) => !sought.has(type) && !isFound(type)))
}

function isSilent(counts: AgentRows[string]): boolean {
  return counts.every(([tp, fp]) => tp + fp === 0)
}

export function without(types: ReadonlySet<string>, rows: AgentRows): AgentRows {
  return Object.fromEntries(Object.entries(rows).filter(([type]) => !types.has(type)))
}

/**
 * Counts of a version that others are compared with. Kinds of issues that only the candidate has an agent for
 * are left out: else all of them that are labelled would be missed by what never looked for them, and an
 * imprecise agent would be a gain.
 */
export function referenceCounts(reference: EvaluationRun, candidate: EvaluationRun): AgentRows {
  const rows = Object.entries(agentCounts(reference))
  const [before, after] = [typesOf(reference), typesOf(candidate)]
  const isNew = (type: string): boolean => after.has(type) && !before.has(type)
  const kept = rows.filter(([type, counts]) => !(isNew(type) && isSilent(counts)))
  return reference.subject.kind === 'flow' ? Object.fromEntries(kept) : Object.fromEntries(rows)
}

/** Of outputs alone nobody knows what was looked for. */
function typesOf({ subject }: EvaluationRun): Set<string> {
  return new Set(subject.kind === 'flow' ? subject.agents.map(({ type }) => type) : [])
}

/** Of these types together, as they are compared. */
export function pooledFigures(run: EvaluationRun, compared: ReadonlySet<string>): AgentFigures {
  const rows = Object.entries(agentCounts(run)).filter(([type]) => compared.has(type))
  return figuresOf(measure(pool(Object.fromEntries(rows), run.documents.length)))
}

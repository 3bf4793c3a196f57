import type { IssueStatus } from '../../../src/schema/verdict.ts'
import type { ReviewedIssue } from '../../../src/schema/workplace.ts'

export type IssueFilter = {
  /** Part of the words, the explanation or the fix, in any case. */
  text: string
  /** Null: every one. */
  status: IssueStatus | null
  agent: string | null
  type: string | null
  /** Issues below it are hidden; those without a score stay. */
  minScore: number
}

export const everything: IssueFilter = {
  text: '',
  status: null,
  agent: null,
  type: null,
  minScore: 0,
}

export function isFiltered(filter: IssueFilter): boolean {
  return filter.text !== '' || countFilters(filter) > 0
}

export function countFilters({ status, agent, type, minScore }: IssueFilter): number {
  return [status !== null, agent !== null, type !== null, minScore > 0].filter(Boolean).length
}

/** `keep` stays in the list even when it does not fit, so that a judgement does not take it away. */
export function filterIssues(
  issues: ReviewedIssue[],
  filter: IssueFilter,
  keep: string | null,
): ReviewedIssue[] {
  if (!isFiltered(filter)) return issues
  const text = filter.text.toLowerCase()
  return issues.filter((reviewed) => reviewed.issue.id === keep || fits(reviewed, filter, text))
}

function fits({ issue, status }: ReviewedIssue, filter: IssueFilter, text: string): boolean {
  if (filter.status !== null && status !== filter.status) return false
  if (filter.agent !== null && issue.agent !== filter.agent) return false
  if (filter.type !== null && issue.type !== filter.type) return false
  if (issue.score !== null && issue.score < filter.minScore) return false
  const { explanation, suggestedFix } = issue
  return (
    text === '' || [issue.text, explanation, suggestedFix].join('\n').toLowerCase().includes(text)
  )
}

/** The next open one after an issue, from the start again at the end; null when none is open. */
export function nextOpen(issues: ReviewedIssue[], after: string | null): string | null {
  const at = issues.findIndex(({ issue }) => issue.id === after)
  const turned = [...issues.slice(at + 1), ...issues.slice(0, Math.max(at, 0))]
  return turned.find(({ status }) => status === 'open')?.issue.id ?? null
}

/** The one `step` places further; stays at the ends. */
export function neighbour(
  issues: ReviewedIssue[],
  current: string | null,
  step: number,
): string | null {
  const at = issues.findIndex(({ issue }) => issue.id === current)
  if (at < 0) return issues[0]?.issue.id ?? null
  const next = Math.min(Math.max(at + step, 0), issues.length - 1)
  return issues[next]?.issue.id ?? null
}

import type { Issue } from '../schema/issue.ts'

/** For sorting; issues without a place come last. */
export function inDocumentOrder(a: Issue, b: Issue): number {
  const last = Number.MAX_SAFE_INTEGER
  return (
    (a.location.page ?? last) - (b.location.page ?? last) ||
    (a.location.paragraph ?? last) - (b.location.paragraph ?? last) ||
    (a.location.start ?? last) - (b.location.start ?? last) ||
    (a.location.end ?? last) - (b.location.end ?? last) ||
    a.agent.localeCompare(b.agent)
  )
}

import type { Issue } from '../../../src/schema/issue.ts'

export type IssueDifferences = { both: number; onlyCurrent: Issue[]; onlyDraft: Issue[] }

/** Of two reviews of one document: the same type on the same words is the same issue. */
export function issueDifferences(current: Issue[], draft: Issue[]): IssueDifferences {
  const inCurrent = new Set(current.map(placeOf))
  const inDraft = new Set(draft.map(placeOf))
  const onlyCurrent = current.filter((issue) => !inDraft.has(placeOf(issue)))
  const onlyDraft = draft.filter((issue) => !inCurrent.has(placeOf(issue)))
  return { both: draft.length - onlyDraft.length, onlyCurrent, onlyDraft }
}

/** By its words where they have no place. */
function placeOf({ type, text, location: { paragraph, start, end } }: Issue): string {
  return JSON.stringify(start === null ? [type, text] : [type, paragraph, start, end])
}

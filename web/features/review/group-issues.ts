import type { ReviewedIssue } from '../../../src/schema/workplace.ts'

export function byParagraph(issues: ReviewedIssue[]): Map<number, ReviewedIssue[]> {
  return Map.groupBy(
    issues.filter(({ issue }) => issue.location.paragraph !== null),
    ({ issue }) => issue.location.paragraph ?? -1,
  )
}

/** A colour for each agent: a number from 0 to 7, the same in every review of the flow. */
export function agentColours(agents: string[]): Map<string, number> {
  const names = [...new Set(agents)].toSorted()
  return new Map(names.map((name, at) => [name, at % 8]))
}

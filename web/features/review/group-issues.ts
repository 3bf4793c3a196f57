import type { ReviewedIssue } from '../../../src/schema/workplace.ts'

/** An issue that goes over a page's end is in both. */
export function byPage(issues: ReviewedIssue[]): Map<number, ReviewedIssue[]> {
  const groups = new Map<number, ReviewedIssue[]>()
  for (const reviewed of issues) {
    for (const page of new Set(reviewed.issue.location.quads.map((place) => place.page))) {
      const group = groups.get(page)
      if (group === undefined) groups.set(page, [reviewed])
      else group.push(reviewed)
    }
  }
  return groups
}

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

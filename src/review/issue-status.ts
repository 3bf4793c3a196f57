import type { IssueStatus } from '../schema/verdict.ts'
import type { IssueTally } from '../schema/workplace.ts'
import type { IssueStanding, StoredVerdict } from '../schema/stored-verdict.ts'

type Said = Pick<IssueStanding, 'accepted' | 'edited' | 'dismissed'>

/** What the newest verdicts of all people come to. */
function issueStatus({ accepted, edited, dismissed }: Said): IssueStatus {
  if (dismissed) return accepted || edited ? 'disputed' : 'dismissed'
  if (edited) return 'edited'
  return accepted ? 'accepted' : 'open'
}

/**
 * Of the verdicts on one issue, in their order; the newest of a person counts.
 * @returns null for an issue that its author added and took back
 */
export function statusOfVerdicts(verdicts: StoredVerdict[]): IssueStatus | null {
  const newest = new Map(verdicts.map(({ person, judgement }) => [person, judgement.kind]))
  const kinds = new Set(newest.values())
  const added = verdicts.some(({ judgement }) => judgement.kind === 'missed')
  const status = issueStatus({
    accepted: kinds.has('accepted') || kinds.has('missed'),
    edited: kinds.has('edited'),
    dismissed: kinds.has('dismissed'),
  })
  return added && status === 'open' ? null : status
}

export function tallyStandings(standings: IssueStanding[]): IssueTally {
  const tally = { open: 0, accepted: 0, edited: 0, dismissed: 0, disputed: 0, missed: 0 }
  for (const standing of standings) {
    tally[issueStatus(standing)] += standing.issues
    if (standing.missed) tally.missed += standing.issues
  }
  return tally
}

import type { PersonName, ReviewedIssue } from '../../../src/schema/workplace.ts'
import type { IssueEdit, IssueStatus, Judgement, Verdict } from '../../../src/schema/verdict.ts'

/** A judgement that is on its way to the server. */
export type Attempt = { issue: string; judgement: Judgement }

/** The newest verdict of each person, oldest first; those who took theirs back are left out. */
export function standingVerdicts(verdicts: Verdict[]): Verdict[] {
  const newest = new Map<string, Verdict>()
  for (const verdict of verdicts) {
    newest.delete(verdict.person.id)
    if (verdict.judgement.kind !== 'undone') newest.set(verdict.person.id, verdict)
  }
  return [...newest.values()]
}

/** What the verdicts of all people come to. */
export function statusOf(verdicts: Verdict[]): IssueStatus {
  const kinds = new Set(standingVerdicts(verdicts).map(({ judgement }) => judgement.kind))
  if (kinds.size === 0) return 'open'
  if (kinds.has('dismissed')) return kinds.size > 1 ? 'disputed' : 'dismissed'
  return kinds.has('edited') ? 'edited' : 'accepted'
}

/** The issue as it will be when the server has taken the judgement; `version` stays the server's. */
function withJudgement(
  reviewed: ReviewedIssue,
  judgement: Judgement,
  person: PersonName,
): ReviewedIssue {
  const id = `pending-${reviewed.verdicts.length}`
  const verdict = { id, issue: reviewed.issue.id, person, judgement, at: Date.now() }
  const verdicts = [...reviewed.verdicts, verdict]
  return { ...reviewed, verdicts, status: statusOf(verdicts) }
}

export function withAttempts(
  issues: ReviewedIssue[],
  attempts: Attempt[],
  person: PersonName,
): ReviewedIssue[] {
  if (attempts.length === 0) return issues
  return issues.map((reviewed) =>
    attempts
      .filter(({ issue }) => issue === reviewed.issue.id)
      .reduce((now, { judgement }) => withJudgement(now, judgement, person), reviewed),
  )
}

export function standingOf(reviewed: ReviewedIssue, person: string): Verdict | undefined {
  return standingVerdicts(reviewed.verdicts).find((verdict) => verdict.person.id === person)
}

/** Explanation and fix as the newest standing edit leaves them. */
export function editedFields({ issue, verdicts }: ReviewedIssue): Required<IssueEdit> {
  const fields = { explanation: issue.explanation, suggestedFix: issue.suggestedFix }
  for (const { judgement } of standingVerdicts(verdicts)) {
    if (judgement.kind === 'edited') Object.assign(fields, judgement.edit)
  }
  return fields
}

export const reasons = {
  'not-an-issue': 'Not an issue',
  'wrong-place': 'Wrong place',
  'bad-fix': 'Bad fix',
  duplicate: 'Duplicate',
  known: 'Known, stays',
  other: 'Other',
} as const

/** Why a judgement was not taken: the issue got another one, from others or from one's own other window. */
export function fasterInWords(verdicts: Verdict[], me: PersonName): string {
  const newest = verdicts.at(-1)
  if (newest?.person.id === me.id) {
    return `You judged it in another window: ${verdictInWords(newest)}. This was not saved; look at it, then judge again.`
  }
  const others = standingVerdicts(verdicts).filter(({ person }) => person.id !== me.id)
  const said = others.map(verdictInWords).join('; ') || 'It was taken back'
  return `Somebody was faster: ${said}. Yours was not saved; look at theirs, then judge again.`
}

/** "Ada accepted", "Ben dismissed: duplicate". */
export function verdictInWords({ person, judgement }: Verdict): string {
  switch (judgement.kind) {
    case 'accepted':
      return `${person.name} accepted`
    case 'edited':
      return `${person.name} edited`
    case 'missed':
      return `${person.name} added it`
    case 'undone':
      return `${person.name} took it back`
    case 'dismissed': {
      const { reason } = judgement
      if (reason === null) return `${person.name} dismissed`
      const words = [reasons[reason.kind].toLowerCase(), reason.text].filter(Boolean).join(', ')
      return `${person.name} dismissed: ${words}`
    }
  }
}

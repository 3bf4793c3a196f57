import { mergeQuads } from '../flow/merge-quads.ts'
import { UserFacingError } from '../lib/errors.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { Issue, IssueLocation } from '../schema/issue.ts'
import type { Judgement } from '../schema/verdict.ts'
import type { ReviewedIssue } from '../schema/workplace.ts'
import type { ReviewHost } from './review-host.ts'
import { reviewedIssue } from './reviewed-issues.ts'

type Host = Pick<ReviewHost, 'store' | 'signals'>

export type JudgeOutcome = { status: 'added' | 'conflict'; issue: ReviewedIssue }

/**
 * @param version number of verdicts that the person has seen; when there are more, nothing is added
 * @throws UserFacingError issue-not-found
 */
export async function judgeIssue(
  { store, signals }: Host,
  person: string,
  given: { review: string; issue: string; version: number; judgement: Judgement },
): Promise<JudgeOutcome> {
  const { review, issue, version, judgement } = given
  const verdict = { id: timeOrderedId(), review, issue, person, judgement, added: null }
  const events = [{ kind: 'verdict', content: issue }]
  const { status } = await store.verdicts.add(verdict, version, events)
  signals.wake(review)
  return { status, issue: await issueNow(store, review, issue) }
}

export type MissedIssue = {
  review: string
  type: string
  paragraph: number
  /** UTF-16 offsets in the paragraph, end exclusive. */
  start: number
  end: number
  explanation: string
  suggestedFix: string | null
}

/** @throws UserFacingError place-unknown, document-not-found */
export async function addMissed(
  { store, signals }: Host,
  person: string,
  missed: MissedIssue & { document: string },
): Promise<ReviewedIssue> {
  const { review, type, explanation, suggestedFix } = missed
  const location = await locate({ store }, missed)
  const id = timeOrderedId()
  const added: Issue = {
    id,
    type,
    agent: 'person',
    text: location.text,
    explanation,
    suggestedFix,
    score: null,
    unresolved: false,
    location: location.place,
  }
  const judgement = { kind: 'missed' as const }
  const verdict = { id: timeOrderedId(), review, issue: id, person, judgement, added }
  await store.verdicts.add(verdict, 0, [{ kind: 'verdict', content: id }])
  signals.wake(review)
  return issueNow(store, review, id)
}

/** Widened to whole words' boxes; the text is what stands between the offsets. */
async function locate(
  { store }: Pick<Host, 'store'>,
  { document, paragraph: index, start, end }: MissedIssue & { document: string },
): Promise<{ text: string; place: IssueLocation }> {
  const content = await store.documents.text(document)
  if (content === null) {
    throw new UserFacingError(
      'document-not-found',
      'The document was forgotten or is not read yet.',
    )
  }
  const paragraph = content.paragraphs.find((one) => one.index === index)
  const text = paragraph?.text.slice(start, end) ?? ''
  if (paragraph === undefined || end > paragraph.text.length || text.trim() === '') {
    throw new UserFacingError('place-unknown', 'There is no text at this place of the document.')
  }
  const words = paragraph.words.filter((word) => word.start < end && word.end > start)
  return {
    text,
    place: {
      sourceSentence: paragraph.text,
      page: words[0]?.page ?? paragraph.page,
      paragraph: index,
      start,
      end,
      quads: mergeQuads(words),
    },
  }
}

async function issueNow(
  store: ReviewHost['store'],
  review: string,
  issue: string,
): Promise<ReviewedIssue> {
  const found = await reviewedIssue(store, review, issue)
  if (found !== null) return found
  throw new UserFacingError('issue-not-found', 'There is no such issue in this review (any more).')
}

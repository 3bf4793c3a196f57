import { inDocumentOrder } from '../../flow/document-order.ts'
import { leftOutInWords } from '../../schema/left-out.ts'
import type { AgentResult, FailedReview, Review } from '../../schema/review.ts'
import type {
  DocumentEntry,
  ReviewAgent,
  ReviewedIssue,
  ReviewEntry,
} from '../../schema/workplace.ts'

export type RemoteReview = {
  review: ReviewEntry
  issues: ReviewedIssue[]
  document: DocumentEntry
  /** Page numbers. */
  pagesWithoutText: number[]
  pagesReadByOcr: number[]
}

/** A review on a server in the form of one on this machine; issues that people added are left out. */
export function remoteResult(file: string, content: RemoteReview): Review | FailedReview {
  const { review, issues, document, pagesWithoutText, pagesReadByOcr } = content
  const failure = failureOfReview(content)
  if (failure !== null) return { document: { file }, error: failure, issues: [], agents: {} }
  const { id: run } = review
  const { sha256, language } = document
  const found = issues.filter(({ origin }) => origin === 'agent').map(({ issue }) => issue)
  return {
    run,
    document: {
      file,
      sha256,
      pages: document.pages ?? 0,
      pagesWithoutText,
      pagesReadByOcr,
      language,
    },
    issues: found.toSorted(inDocumentOrder),
    agents: Object.fromEntries(
      review.agents.map((agent) => [agent.name, agentResult(agent, review)]),
    ),
  }
}

/** A review that did not begin has an error of its own, which mostly is the document's. */
function failureOfReview({ review, document }: RemoteReview): FailedReview['error'] | null {
  if (review.state !== 'failed' || review.reason === null) return null
  if (document.error?.message === review.reason) return document.error
  return { code: 'review-failed', message: review.reason }
}

function agentResult(agent: ReviewAgent, { state, reason: why }: ReviewEntry): AgentResult {
  const { status, issues, partsDone, parts, leftOut } = agent
  const stopped = state === 'stopped' && partsDone < parts
  const reasons = [
    ...(agent.reason === null ? [] : [agent.reason]),
    ...(stopped ? [`stopped after ${partsDone} of ${parts} parts`] : []),
    ...(stopped && why !== null ? [why.replace(/\.$/u, '')] : []),
    ...(leftOut > 0 ? [leftOutInWords(leftOut)] : []),
  ]
  const reason = reasons.length === 0 ? undefined : reasons.join('; ')
  return { status: endedStatus(status, partsDone), issues, ms: null, reason }
}

/** What waits or runs in a review that has ended was stopped. */
function endedStatus(status: ReviewAgent['status'], partsDone: number): AgentResult['status'] {
  if (status !== 'waiting' && status !== 'running') return status
  return partsDone > 0 ? 'partial' : 'failed'
}

import type { DocumentEntry, ReviewState } from './workplace.ts'

/**
 * Whether what people say of a document is all that there is to say: somebody has read all of it, and no
 * issue of its newest review is open. Where an agent failed, its issues are not there to be judged yet.
 */
export function isFullyReviewed({ state, open, readers }: Reviewed): boolean {
  return state === 'done' && open === 0 && readers > 0
}

type Reviewed = {
  /** Of the newest review that is no trial. */
  state: ReviewState
  /** How many of its issues nobody has judged. */
  open: number
  /** How many people have read all of the document. */
  readers: number
}

/** Whether its agents are done with it and nobody has read all of it yet. */
export function isToRead({
  state,
  newestReview,
  read,
}: Pick<DocumentEntry, 'state' | 'newestReview' | 'read'>): boolean {
  const hasEnded = newestReview?.state === 'done' || newestReview?.state === 'partial'
  return state === 'ready' && hasEnded && read.by.length === 0
}

import { isToRead } from '../../../src/schema/fully-reviewed.ts'
import { count } from '../../../src/schema/figure-words.ts'
import type { DocumentEntry, IssueTally } from '../../../src/schema/workplace.ts'

/** What a document waits for: verdicts first, then somebody who reads all of it. */
export function dueOf(document: DocumentEntry): 'judge' | 'read' | null {
  if (openIn(document) > 0) return 'judge'
  return isToRead(document) ? 'read' : null
}

function openIn({ newestReview }: DocumentEntry): number {
  return newestReview?.issues.open ?? 0
}

/** "12 pages · nothing found · not read yet". */
export function factsInWords(document: DocumentEntry): string {
  const { pages, newestReview } = document
  const facts = pages === null ? [] : [count(pages, 'page')]
  if (newestReview !== null) facts.push(judgedInWords(newestReview.issues))
  if (newestReview?.state === 'partial') facts.push('not all agents came to their end')
  if (dueOf(document) === 'read') facts.push('not read yet')
  return facts.join(' · ')
}

function judgedInWords({ open, accepted, edited, dismissed, disputed }: IssueTally): string {
  const all = open + accepted + edited + dismissed + disputed
  return all === 0 ? 'nothing found' : `${all - open} of ${all} reviewed`
}

/** "3 open issues in 2 documents · 1 document to read". */
export function workInWords(documents: readonly DocumentEntry[]): string {
  const [toJudge, toRead] = (['judge', 'read'] as const).map((due) =>
    documents.filter((one) => dueOf(one) === due),
  )
  const parts: string[] = []
  if (toJudge !== undefined && toJudge.length > 0) {
    const open = toJudge.reduce((sum, one) => sum + openIn(one), 0)
    parts.push(`${count(open, 'open issue')} in ${count(toJudge.length, 'document')}`)
  }
  if (toRead !== undefined && toRead.length > 0) {
    parts.push(`${count(toRead.length, 'document')} to read`)
  }
  return parts.join(' · ')
}

import { createHash } from 'node:crypto'
import type { ReviewDocument } from '../schema/document.ts'
import type { FlowIssue } from '../schema/flow-output.ts'
import type { Issue } from '../schema/issue.ts'
import { inDocumentOrder } from './document-order.ts'
import { placeFinding } from './place-finding.ts'

/**
 * What a flow reports, placed in the document by the host: a flow invents neither a place nor an id.
 * @param run that found them, the name of the flow, and the hash of what decides what it finds
 */
export function placeIssues(
  found: FlowIssue[],
  {
    document,
    run,
    flow,
    hash,
  }: { document: ReviewDocument; run: string; flow: string; hash: string },
): Issue[] {
  const paragraphs = new Map(document.paragraphs.map((one) => [one.index, one]))
  const issues = found.map(({ type, agent = flow, ...finding }, index): Issue => {
    const location = placeFinding(finding, paragraphs.get(finding.paragraph ?? -1))
    const { text, explanation, suggestedFix, score } = finding
    const origin = [run, document.sha256, agent, hash, index, JSON.stringify([type, finding])]
    return {
      id: createHash('sha256').update(origin.join('\n')).digest('hex').slice(0, 32),
      type,
      agent,
      text,
      explanation,
      suggestedFix,
      score,
      unresolved: location.start === null,
      location,
    }
  })
  return issues.toSorted(inDocumentOrder)
}

import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Paragraph, ReviewDocument } from '../schema/document.ts'
import type { FlowIssue } from '../schema/flow-output.ts'
import type { Issue } from '../schema/issue.ts'
import { inDocumentOrder } from './document-order.ts'
import { placeFinding } from './place-finding.ts'

type Placing = {
  document: ReviewDocument
  /** That found them. */
  run: string
  /** Its name. */
  flow: string
  /** Of what decides what it finds. */
  hash: string
}

/** What a flow reports, placed in the document by the host: a flow invents neither a place nor an id. */
export function placeIssues(found: FlowIssue[], placing: Placing): Issue[] {
  const place = createPlacer(placing)
  return found.map(place).toSorted(inDocumentOrder)
}

/** Looked for in one go; a long paragraph is searched for each of them. */
const issuesATurn = 200

/** The same, while others have their turns: for what code reports that nobody trusts. */
export async function placeInTurns(found: FlowIssue[], placing: Placing): Promise<Issue[]> {
  const place = createPlacer(placing)
  const placed: Issue[] = []
  for (const [index, issue] of found.entries()) {
    placed.push(place(issue, index))
    if (placed.length % issuesATurn === 0) await setImmediate()
  }
  return placed.toSorted(inDocumentOrder)
}

function createPlacer({ document, run, flow, hash }: Placing) {
  const paragraphs = new Map<number | null, Paragraph>(
    document.paragraphs.map((one) => [one.index, one]),
  )
  return ({ type, agent = flow, ...finding }: FlowIssue, index: number): Issue => {
    const location = placeFinding(finding, paragraphs.get(finding.paragraph))
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
  }
}

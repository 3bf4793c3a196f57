import { createHash } from 'node:crypto'
import type { Agent, LoadedAgent } from '../agent/agent.ts'
import { type AgentHost, languageGap, runAgent } from '../agent/run-agent.ts'
import { orAborted } from '../lib/or-aborted.ts'
import { inSpan, type Span } from '../lib/span.ts'
import type { Paragraph, ReviewDocument } from '../schema/document.ts'
import type { Finding, Issue } from '../schema/issue.ts'
import { traceNames } from '../schema/trace-names.ts'
import { placeFinding } from './place-finding.ts'
import { startAgentSpan } from './review-spans.ts'

/** One agent on one chunk. */
export type ReviewPart = {
  agent: LoadedAgent
  document: ReviewDocument
  paragraphs: Paragraph[]
  /** Of the chunk. */
  index: number
  run: string
  /** Of the run. */
  span: Span
}
/** What the agent finds there, placed in the document. */
export function reviewPart(
  part: ReviewPart,
  host: Omit<AgentHost, 'span'>,
): Promise<{ issues: Issue[]; leftOut: number }> {
  return inSpan(startAgentSpan(part.span, part.agent, part), async (span) => {
    const found = await findIssues(part, { ...host, span })
    span.set({ [traceNames.issues]: found.issues.length })
    return found
  })
}

export function skipOtherLanguages(agent: Agent, document: ReviewDocument): Agent {
  const reason = agent.status === 'loaded' ? languageGap(agent, document) : null
  if (reason === null) return agent
  return { status: 'skipped', name: agent.name, type: agent.type, reason }
}

async function findIssues(
  part: ReviewPart,
  host: AgentHost,
): Promise<{ issues: Issue[]; leftOut: number }> {
  const { document, paragraphs } = part
  const work = runAgent(part.agent, { document, paragraphs }, host)
  // Engines need not listen to the signal.
  const { findings, leftOut } = await orAborted(work, host.signal)
  return { issues: findings.map((finding) => toIssue(finding, part)), leftOut }
}

function toIssue(
  finding: Finding,
  { agent, document, paragraphs, index: chunk, run }: ReviewPart,
): Issue {
  const paragraph = paragraphs.find(({ index }) => index === finding.paragraph)
  const location = placeFinding(finding, paragraph)
  const { text, explanation, suggestedFix, score } = finding
  const origin = [run, document.sha256, agent.name, agent.hash, chunk, JSON.stringify(finding)]
  return {
    id: createHash('sha256').update(origin.join('\n')).digest('hex').slice(0, 32),
    type: agent.type,
    agent: agent.name,
    text,
    explanation,
    suggestedFix,
    score,
    unresolved: location.start === null,
    location,
  }
}

import type { Agent, LoadedAgent } from '../agent/agent.ts'
import type { Span } from '../lib/span.ts'
import type { Paragraph, ReviewDocument } from '../schema/document.ts'
import type { Review } from '../schema/review.ts'
import { operations, traceNames } from '../schema/trace-names.ts'

/** The span of one run of a flow; each run is a trace of its own below `root`. */
export function startRunSpan(root: Span, flow: string): Span {
  return root.child(`${operations.workflow} ${flow}`, {
    [traceNames.operation]: operations.workflow,
    [traceNames.workflowName]: flow,
  })
}

/** The span of one agent on one chunk. */
export function startAgentSpan(
  run: Span,
  agent: LoadedAgent,
  chunk: { index: number; paragraphs: Paragraph[] },
): Span {
  return run.child(`${operations.agent} ${agent.name}`, {
    [traceNames.operation]: operations.agent,
    [traceNames.provider]: 'proofloop',
    [traceNames.agentName]: agent.name,
    [traceNames.agentVersion]: agent.hash,
    [traceNames.issueType]: agent.type,
    [traceNames.chunkIndex]: chunk.index,
    [traceNames.chunkParagraphs]: chunk.paragraphs.length,
  })
}

/** What is known before the agents start. */
export function describeInput(
  span: Span,
  run: { id: string; file: string; document: ReviewDocument; agents: Agent[]; chunks: number },
): void {
  const skipped = run.agents.filter(({ status }) => status === 'skipped').map(({ name }) => name)
  span.set({
    [traceNames.runId]: run.id,
    [traceNames.documentHash]: run.document.sha256,
    [traceNames.documentName]: span.content ? run.file : null,
    [traceNames.documentPages]: run.document.pages.length,
    [traceNames.documentParagraphs]: run.document.paragraphs.length,
    [traceNames.chunks]: run.chunks,
    [traceNames.agentsSkipped]: skipped.length > 0 ? skipped : null,
  })
}

/** A run of which something came is no failure; its status says that a part is missing. */
export function describeOutcome(
  span: Span,
  { issues, agents }: Review,
  interrupted: boolean,
): void {
  const statuses = Object.values(agents)
    .map(({ status }) => status)
    .filter((status) => status !== 'skipped')
  const whole = statuses.every((status) => status === 'done')
  const nothing = statuses.every((status) => status === 'failed')
  const status = whole ? 'done' : nothing ? 'failed' : 'partial'
  span.set({ [traceNames.issues]: issues.length, [traceNames.runStatus]: status })
  if (interrupted) span.fail('interrupted')
  else if (status === 'failed') span.fail('all-agents-failed')
}

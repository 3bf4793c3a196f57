import type { Agent } from '../agent/agent.ts'
import type { RuleEngines } from '../agent/rule-engines.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { FlowOutput } from '../schema/flow-output.ts'
import type { Issue } from '../schema/issue.ts'
import { askThrough } from './ask-through.ts'
import type { FlowContext } from './define-flow.ts'
import type { FlowServices } from './flow-services.ts'
import { reviewDocument } from './review-document.ts'

export type ContextHost = {
  services: FlowServices
  /** Of the flow's folder. */
  agents: Agent[]
  paragraphsPerChunk: number
  /** Tells equal runs over a document apart, from 0. */
  repeat: number
  /** The flow, for what its own code asks. */
  flow: string
  /** Errors that are bugs. */
  onUnexpectedError?: (error: unknown) => void
  signal: AbortSignal
}

/** Of one agent under way at once. */
const partsPerAgent = 4

/** What a flow gets to see of its host, on whichever side of a process boundary that is. */
export function createFlowContext(host: ContextHost): FlowContext {
  const { services, flow, repeat, signal } = host
  return {
    model: (alias) => ({
      ask: ({ messages, schema, schemaName = 'answer', parameters = {}, shot = 0 }) =>
        askThrough(services, {
          alias,
          agent: flow,
          messages,
          schema,
          schemaName,
          parameters,
          origin: `flow ${flow}`,
          sample: `flow ${repeat}/${shot}`,
        }),
    }),
    document: { read: (id) => services.readDocument(id) },
    rules: { grammar: (id) => services.grammar(id) },
    reviewWithAgents: (document, options = {}) => reviewWithAgents(document, host, options),
    signal,
  }
}

async function reviewWithAgents(
  document: ReviewDocument,
  host: ContextHost,
  { agents: names, paragraphsPerChunk = host.paragraphsPerChunk }: ReviewOptions,
): Promise<Required<FlowOutput>> {
  const { services, signal, repeat, onUnexpectedError } = host
  const review = await reviewDocument(document, {
    file: document.name,
    agents: chosen(host.agents, names),
    rules: rulesThrough(services),
    models: { ask: (question) => askThrough(services, question) },
    paragraphsPerChunk,
    concurrency: partsPerAgent,
    repeat,
    signal,
    onUnexpectedError,
  })
  signal.throwIfAborted()
  const statuses = Object.entries(review.agents).map(
    ([name, { status }]) => [name, status] as const,
  )
  return { issues: review.issues.map(toFlowIssue), agents: Object.fromEntries(statuses) }
}

type ReviewOptions = NonNullable<Parameters<FlowContext['reviewWithAgents']>[1]>

function chosen(agents: Agent[], names: string[] | undefined): Agent[] {
  const unknown = names?.find((name) => !agents.some((agent) => agent.name === name))
  if (unknown === undefined) return agents.filter(({ name }) => names?.includes(name) ?? true)
  const known = agents.map(({ name }) => name).join(', ')
  const sentence = `The flow has no agent ${unknown}. It has: ${known}.`
  throw new UserFacingError('unknown-agent', sentence)
}

function rulesThrough(services: FlowServices): RuleEngines {
  return {
    grammar: ({ sha256 }) => services.grammar(sha256),
    async [Symbol.asyncDispose]() {},
  }
}

function toFlowIssue(issue: Issue): FlowOutput['issues'][number] {
  const { type, agent, text, explanation, suggestedFix, score, location } = issue
  const { sourceSentence, paragraph, start, end } = location
  return {
    type,
    agent,
    paragraph,
    ...(start !== null && end !== null && { start, end }),
    text,
    sourceSentence,
    explanation,
    suggestedFix,
    score,
  }
}

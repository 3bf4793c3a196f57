import { stackOf, UserFacingError } from '../lib/errors.ts'
import { noSpan } from '../lib/span.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { FlowOutput } from '../schema/flow-output.ts'
import type { Issue } from '../schema/issue.ts'
import type { AgentResult, Review } from '../schema/review.ts'
import { createFlowContext } from './flow-context.ts'
import { servicesOfRun } from './flow-services.ts'
import type { LoadedCode } from './load-code.ts'
import { placeIssues } from './place-issues.ts'
import { describeDocument, reviewDocument, type ReviewOptions } from './review-document.ts'
import { describeInput, describeOutcome } from './review-spans.ts'
import { runDefinition } from './run-definition.ts'

export type RunOptions = ReviewOptions & {
  /** Of the flow; null or left out, it is agents only. */
  code?: LoadedCode | null
}

/** One document through a flow: by its code when it has some, else by its agents. */
export async function runFlow(document: ReviewDocument, options: RunOptions): Promise<Review> {
  const { code } = options
  return code ? runCode(document, code, options) : reviewDocument(document, options)
}

/** In this process, as the author of the code does; errors of the code are told as they are. */
async function runCode(
  document: ReviewDocument,
  code: LoadedCode,
  options: RunOptions,
): Promise<Review> {
  const run = timeOrderedId()
  const { name } = code.definition
  const { file, agents, span = noSpan, onPart } = options
  describeInput(span, { id: run, file, document, agents, chunks: 1 })
  onPart?.(name, { done: 0, total: 1 })
  const start = performance.now()
  const { output, error } = await attempt(document, code, options)
  const ms = Math.max(0, Math.round(performance.now() - start))
  const place = { document, run, flow: name, hash: code.sha256 }
  const issues = placeIssues(output.issues, place)
  if (error === null) options.onIssues?.(issues)
  onPart?.(name, { done: 1, total: 1 })
  const own: AgentResult =
    error === null
      ? { status: 'done', issues: countOf(issues, name), ms }
      : { status: 'failed', issues: 0, ms, reason: error }
  const results = { [name]: own, ...agentResults(output, issues) }
  const review = { run, document: describeDocument(document, file), issues, agents: results }
  describeOutcome(span, review, options.signal?.aborted ?? false)
  return review
}

type Attempt = { output: FlowOutput; error: string | null }

async function attempt(
  document: ReviewDocument,
  { definition }: LoadedCode,
  options: RunOptions,
): Promise<Attempt> {
  const { agents, models = noModels, rules, order, span, paragraphsPerChunk, repeat = 0 } = options
  const { signal = new AbortController().signal, onUnexpectedError } = options
  const services = servicesOfRun({ models, rules }, { document, order, span, signal })
  const host = { services, agents, paragraphsPerChunk, repeat, flow: definition.name, signal }
  const context = createFlowContext({ ...host, onUnexpectedError })
  try {
    signal.throwIfAborted()
    const output = await runDefinition(definition, { document: document.sha256, context })
    return { output, error: null }
  } catch (error) {
    if (signal.aborted) return { output: nothing, error: 'interrupted' }
    if (!(error instanceof UserFacingError)) onUnexpectedError?.(error)
    return { output: nothing, error: told(error) }
  }
}

const nothing: FlowOutput = { issues: [] }

const noModels = {
  ask(): Promise<never> {
    return Promise.reject(new UserFacingError('model-not-connected', 'No model is connected.'))
  },
}

function told(error: unknown): string {
  if (error instanceof UserFacingError) return `${error.message} [${error.code}]`
  const [line = ''] = stackOf(error).split('\n')
  return `its code failed: ${line} [flow-error]`
}

function agentResults({ agents = {} }: FlowOutput, issues: Issue[]): Review['agents'] {
  return Object.fromEntries(
    Object.entries(agents).map(([name, status]) => {
      const whole = status === 'done'
      const result = { status, issues: countOf(issues, name), ms: null }
      return [name, whole ? result : { ...result, reason: 'the code of the flow says so' }]
    }),
  )
}

function countOf(issues: Issue[], agent: string): number {
  return issues.filter((issue) => issue.agent === agent).length
}

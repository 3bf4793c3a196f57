/** Names that start with `gen_ai.` have the meaning that this version of the conventions gives them. */
export const genAiSchemaUrl = 'https://opentelemetry.io/schemas/gen-ai/1.42.0'

/** Values of `gen_ai.operation.name`; a span is named by its operation and what that is done to. */
export const operations = {
  workflow: 'invoke_workflow',
  agent: 'invoke_agent',
  chat: 'chat',
} as const

/** A span of our own, for which the conventions have no operation. */
export const readDocumentSpan = 'read_document'

/** An event on the span of the run that was judged, one for all issues and one for each type. */
export const evaluationEvent = 'gen_ai.evaluation.result'

/** An event on an agent's span: nothing was sent for a question, its answer was there or on its way. */
export const cachedAnswerEvent = 'proofloop.answer.cached'

/** Every attribute name that a trace of ours may hold. */
export const traceNames = {
  operation: 'gen_ai.operation.name',
  /** On agents `proofloop`, which runs them; on requests the provider that is asked. */
  provider: 'gen_ai.provider.name',
  workflowName: 'gen_ai.workflow.name',
  agentName: 'gen_ai.agent.name',
  /** Hash of all files that decide what the agent finds. */
  agentVersion: 'gen_ai.agent.version',

  requestModel: 'gen_ai.request.model',
  requestStream: 'gen_ai.request.stream',
  requestTemperature: 'gen_ai.request.temperature',
  requestTopP: 'gen_ai.request.top_p',
  requestMaxTokens: 'gen_ai.request.max_tokens',
  requestSeed: 'gen_ai.request.seed',
  outputType: 'gen_ai.output.type',
  finishReasons: 'gen_ai.response.finish_reasons',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cachedInputTokens: 'gen_ai.usage.cache_read.input_tokens',
  /** Only when content is asked for, as JSON. */
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',

  evaluationName: 'gen_ai.evaluation.name',
  evaluationScore: 'gen_ai.evaluation.score.value',
  evaluationLabel: 'gen_ai.evaluation.score.label',
  evaluationExplanation: 'gen_ai.evaluation.explanation',

  /** A code of ours, never a message. */
  errorType: 'error.type',
  serverAddress: 'server.address',
  serverPort: 'server.port',

  runId: 'proofloop.run.id',
  runStatus: 'proofloop.run.status',
  documentHash: 'proofloop.document.sha256',
  /** Only when content is asked for: a file's name can tell what is in it. */
  documentName: 'proofloop.document.name',
  documentPages: 'proofloop.document.pages',
  documentParagraphs: 'proofloop.document.paragraphs',
  chunks: 'proofloop.chunks',
  chunkIndex: 'proofloop.chunk.index',
  chunkParagraphs: 'proofloop.chunk.paragraphs',
  agentsSkipped: 'proofloop.agents.skipped',
  issues: 'proofloop.issues',
  issueType: 'proofloop.issue.type',
  modelAlias: 'proofloop.model.alias',
  /** From 1; tries after the first are spans of their own. */
  attempt: 'proofloop.request.attempt',
  evaluationId: 'proofloop.evaluation.id',
  /** From 0. */
  evaluationRepeat: 'proofloop.evaluation.repeat',
  datasetHash: 'proofloop.dataset.hash',
  truePositives: 'proofloop.evaluation.true_positives',
  falsePositives: 'proofloop.evaluation.false_positives',
  falseNegatives: 'proofloop.evaluation.false_negatives',
} as const

/** Attributes that are no whole numbers by the conventions, also where one happens to be. */
export const fractionNames: ReadonlySet<string> = new Set([
  traceNames.requestTemperature,
  traceNames.requestTopP,
  traceNames.evaluationScore,
])

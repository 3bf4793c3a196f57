import { z } from 'zod'
import type { GrammarFinding } from '../agent/grammar-filter.ts'
import type { RuleEngines } from '../agent/rule-engines.ts'
import { UserFacingError } from '../lib/errors.ts'
import { noSpan, type Span } from '../lib/span.ts'
import type { ModelHost } from '../model/model-host.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { FlowQuestion } from '../schema/flow-question.ts'

/** What a host does for one run of a flow; all of it can cross from one process to another as JSON. */
export type FlowServices = {
  /** @returns JSON; whoever asks checks it. @throws UserFacingError as `ModelHost.ask` */
  ask(question: FlowQuestion): Promise<unknown>
  /** @throws UserFacingError document-unknown */
  readDocument(id: string): Promise<ReviewDocument>
  /** @throws UserFacingError document-unknown */
  grammar(id: string): Promise<GrammarFinding[]>
}

export type ServedRun = {
  document: ReviewDocument
  /** Its number in the run, from 0: models are asked about earlier documents first. */
  order?: number
  span?: Span
  signal?: AbortSignal
}

type Parts = { models: Pick<ModelHost, 'ask'>; rules: Pick<RuleEngines, 'grammar'> }

/** The services of one run, over one document; it is known by its SHA-256. */
export function servicesOfRun(
  { models, rules }: Parts,
  { document, order = 0, span = noSpan, signal }: ServedRun,
): FlowServices {
  const shown = withoutWords(document)
  function require(id: string): void {
    if (id === document.sha256) return
    const sentence = 'There is no such document in this run. Read the one that is its input.'
    throw new UserFacingError('document-unknown', sentence)
  }
  return {
    ask: async ({ part, schema, ...question }) =>
      models.ask({
        ...question,
        schema: anyAnswer(schema),
        place: { document: order, part },
        document: document.sha256,
        span,
        signal,
      }),
    async readDocument(id) {
      require(id)
      return shown
    },
    async grammar(id) {
      require(id)
      return rules.grammar(document)
    },
  }
}

/** Boxes are for pages; flows read texts. */
export function withoutWords(document: ReviewDocument): ReviewDocument {
  const paragraphs = document.paragraphs.map((paragraph) => ({ ...paragraph, words: [] }))
  return { ...document, paragraphs }
}

/** Takes any JSON, and is told to providers as the flow wants it: nothing of the flow runs here. */
function anyAnswer(schema: Record<string, unknown>): z.ZodType {
  const answer = z.unknown()
  answer._zod.toJSONSchema = () => schema
  return answer
}

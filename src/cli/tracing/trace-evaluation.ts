import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { Dataset } from '../../dataset/read-dataset.ts'
import type { FlowRunOptions } from '../../evaluation/evaluate-flow.ts'
import { createDocumentMatcher, toCounts } from '../../evaluation/evaluate-outputs.ts'
import { recordEvaluation } from '../../evaluation/evaluation-events.ts'
import { startRunSpan } from '../../flow/review-spans.ts'
import { noSpan, type Span } from '../../lib/span.ts'
import type { ReviewDocument } from '../../schema/document.ts'
import { traceNames } from '../../schema/trace-names.ts'

type Evaluation = {
  dataset: Dataset
  documents: ReadonlyMap<string, ReviewDocument>
  /** Its folder. */
  flow: string
  types: readonly string[] | null
}

/** Makes each run of an evaluation a trace that says whose it is and how good it was. */
export function traceEvaluation(
  root: Span,
  { dataset, documents, flow, types }: Evaluation,
): FlowRunOptions['trace'] {
  if (root === noSpan) return undefined
  const evaluation = randomUUID()
  const truths = new Map(dataset.examples.map(({ id, issues }) => [id, issues]))
  return {
    start(repeat) {
      const span = startRunSpan(root, path.basename(flow))
      span.set({
        [traceNames.evaluationId]: evaluation,
        [traceNames.evaluationRepeat]: repeat,
        [traceNames.datasetHash]: dataset.hash,
      })
      return span
    },
    score(span, id, output) {
      const paragraphs = documents.get(id)?.paragraphs ?? []
      const match = createDocumentMatcher({ id, paragraphs, truths: truths.get(id) ?? [] }, types)
      recordEvaluation(span, toCounts(match(output)))
    },
  }
}

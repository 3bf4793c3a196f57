import { parentPort } from 'node:worker_threads'
import { stackOf } from '../lib/errors.ts'
import type { RepeatCounts } from '../schema/evaluation.ts'
import type { EvaluationDetails } from '../schema/evaluation-details.ts'
import type { ModelAccount } from '../schema/model.ts'
import {
  type EvaluatedDocument,
  evaluateOutputs,
  type RunOutput,
  toCounts,
  type TruthDocument,
} from './evaluate-outputs.ts'
import { detailsOf } from './evaluation-details.ts'

/** A document, what each run found in it, one after the other, and that it is to be matched; at the end, if wanted, the details of all. */
export type MatchRequest =
  | { kind: 'document'; document: TruthDocument }
  | { kind: 'output'; output: RunOutput }
  | ({ kind: 'match' } & Matching)
  | { kind: 'details'; account?: ModelAccount }

export type Matching = {
  types: readonly string[] | null
  /** Whether details are asked for later. */
  keepsDetails: boolean
  mostWork?: number
}

export type MatchReply =
  | { kind: 'counts'; repeats: RepeatCounts[] }
  | { kind: 'details'; details: EvaluationDetails }
  | { kind: 'crash'; stack: string }

const held: { document: TruthDocument | null; outputs: RunOutput[] } = {
  document: null,
  outputs: [],
}
const evaluated: EvaluatedDocument[] = []

function answerTo(request: MatchRequest): MatchReply | null {
  switch (request.kind) {
    case 'document':
      Object.assign(held, { document: request.document, outputs: [] })
      return null
    case 'output':
      held.outputs.push(request.output)
      return null
    case 'match':
      return { kind: 'counts', repeats: match(request) }
    case 'details':
      return { kind: 'details', details: detailsOf({ evaluated, account: request.account }) }
  }
}

function match({ keepsDetails, types, mostWork }: Matching): RepeatCounts[] {
  const { document, outputs } = held
  if (document === null) return []
  const repeats = outputs.map((output) => new Map([[document.id, output]]))
  const documents = evaluateOutputs({ documents: [document], repeats, types, mostWork })
  if (keepsDetails) evaluated.push(...documents)
  return documents.flatMap((one) => one.repeats.map(toCounts))
}

parentPort?.on('message', (request: MatchRequest) => {
  try {
    const reply = answerTo(request)
    if (reply !== null) parentPort?.postMessage(reply)
  } catch (error) {
    parentPort?.postMessage({ kind: 'crash', stack: stackOf(error) } satisfies MatchReply)
  }
})

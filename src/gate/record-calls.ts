import { UserFacingError } from '../lib/errors.ts'
import type { ModelHost, Question, StoredAnswer } from '../model/model-host.ts'
import type { GateCall } from '../schema/stored-gate-call.ts'
import type { Store } from '../store/store.ts'

/** Of one run over an example, in characters: what a flow asks beyond it is recorded without its texts. */
const mostText = 4_000_000

type Recorded = {
  measure: string
  dataset: string
  /** Ids of the documents, in the order in which each run goes over them. */
  examples: readonly string[]
  /** Number of the first run. */
  firstRepeat: number
  models: Pick<ModelHost, 'ask' | 'settings'>
}

type Asked = Question<unknown>
type Heard = Pick<GateCall, 'answer' | 'fault' | 'inputTokens' | 'outputTokens' | 'isKept'>

/** Asks models, and has what was asked and answered kept for custodians. */
export type CallRecorder = Pick<ModelHost, 'ask'> & {
  /** When all is durable. Throws when something is not: then nothing may rest on it. */
  written(): Promise<void>
}

export function recordCalls(
  { gateCalls }: Pick<Store, 'gateCalls'>,
  { measure, dataset, examples, firstRepeat, models }: Recorded,
): CallRecorder {
  const writing = new Set<Promise<void>>()
  const textOf = new Map<number, number>()
  let sequence = 0
  let failure: { error: unknown } | null = null

  function keep(question: Asked, number: number, heard: Heard): void {
    const { agent, alias, messages, place } = question
    const run = place?.document ?? 0
    const texts = textsWithin(textOf, run, { messages, answer: heard.answer })
    const call = { agent, alias, ...namesOf(models, alias), ...heard, ...texts }
    const example = examples[run % examples.length] ?? ''
    const repeat = firstRepeat + Math.floor(run / examples.length)
    const kept = gateCalls
      .put({ measure, dataset, example, repeat, sequence: number, call })
      .catch((error: unknown) => {
        failure ??= { error }
      })
    writing.add(kept)
    void kept.then(() => writing.delete(kept))
  }

  return {
    async ask(question) {
      const number = sequence
      sequence += 1
      let heard: (StoredAnswer & { isKept: boolean }) | undefined
      try {
        const value = await models.ask({ ...question, onAnswer: (answer) => (heard = answer) })
        keep(question, number, answered(heard))
        return value
      } catch (error) {
        if (question.signal?.aborted !== true) keep(question, number, unanswered(error))
        throw error
      }
    },
    async written() {
      await Promise.all(writing)
      if (failure !== null) throw failure.error
    },
  }
}

function answered(heard: (StoredAnswer & { isKept: boolean }) | undefined): Heard {
  const { value = null, inputTokens = null, outputTokens = null, isKept = false } = heard ?? {}
  return { answer: value as GateCall['answer'], fault: null, inputTokens, outputTokens, isKept }
}

function unanswered(error: unknown): Heard {
  const fault = error instanceof UserFacingError ? error.code : 'internal'
  return { answer: null, fault, inputTokens: null, outputTokens: null, isKept: false }
}

/** A flow asks as much as it likes; what it may have kept is bounded. */
function textsWithin(
  kept: Map<number, number>,
  run: number,
  texts: Pick<Asked, 'messages'> & Pick<Heard, 'answer'>,
): Pick<GateCall, 'messages' | 'answer'> {
  const size = JSON.stringify(texts).length
  const all = (kept.get(run) ?? 0) + size
  if (all > mostText) return { messages: null, answer: null }
  kept.set(run, all)
  return texts
}

function namesOf(
  models: Pick<ModelHost, 'settings'>,
  alias: string,
): Pick<GateCall, 'provider' | 'model'> {
  try {
    const { provider, model } = models.settings(alias)
    return { provider, model: model ?? null }
  } catch (error) {
    if (error instanceof UserFacingError) return { provider: null, model: null }
    throw error
  }
}

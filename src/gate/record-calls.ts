import { contentHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import { createJsonSchemas } from '../model/json-schemas.ts'
import type { ModelHost, Question, StoredAnswer, UnusableReply } from '../model/model-host.ts'
import type { ModelMessage } from '../schema/model.ts'
import type { GateCall } from '../schema/stored-gate-call.ts'
import type { Store } from '../store/store.ts'

/**
 * Of one run over an example, in characters: what is asked in vain costs nothing, so beyond it the prompt is left out.
 * What a model replied to is recorded whole, however much it is.
 */
const mostInVain = 4_000_000
/** In characters: with more of them on their way to the store, who asks waits for it. */
const mostOnTheirWay = 16_000_000
/** In characters, what a row takes up besides its texts; as much is kept free for each question until it is a row. */
const rowItself = 2000

type Recorded = {
  measure: string
  dataset: string
  /** Ids of the documents, in the order in which each run goes over them. */
  examples: readonly string[]
  /** Number of the first run. */
  firstRepeat: number
}

type Asked = Question<unknown>
type Models = Pick<ModelHost, 'ask' | 'settings'>
type Heard = Pick<GateCall, 'answer' | 'said' | 'fault' | 'inputTokens' | 'outputTokens' | 'isKept'>

/** Has what is asked of models and answered kept for custodians. */
export type CallRecorder = {
  /** The same models, recorded. */
  through(models: Models): Pick<ModelHost, 'ask'>
  /** A run, by its number among all from 0, asks no more: what it asked is not told apart any longer. */
  ended(run: number): void
  /** All runs are over: before the models are closed, so that what waits is not sent after that. */
  close(): void
  /**
   * When all that was asked has ended and is durable: so after the models are closed. Throws when something is not:
   * then nothing may rest on it.
   */
  written(): Promise<void>
}

/** Runs something that closes its models itself, and gives what it found once all that it asked is durable. */
export async function recordedRun<T>(
  store: Pick<Store, 'gateCalls'>,
  recorded: Recorded,
  run: (recorder: CallRecorder) => Promise<T>,
): Promise<T> {
  const recorder = recordCalls(store, recorded)
  const ran = run(recorder)
  await Promise.allSettled([ran])
  const [written] = await Promise.allSettled([recorder.written()])
  // Why it did not end says more than what could not be kept of it.
  const found = await ran
  if (written.status === 'rejected') throw written.reason
  return found
}

export function recordCalls(
  { gateCalls }: Pick<Store, 'gateCalls'>,
  { measure, dataset, examples, firstRepeat }: Recorded,
): CallRecorder {
  const onTheWay = createOnTheWay()
  const asked = createAskedBefore()
  const asking = new Set<Promise<unknown>>()
  const over = new AbortController()
  const schemaOf = createSchemaTexts()
  let sequence = 0

  /** @param run its number among all, from 0 */
  function keep(run: number, call: GateCall): void {
    const example = examples[run % examples.length] ?? ''
    const repeat = firstRepeat + Math.floor(run / examples.length)
    const kept = asked.within(run, call)
    // As it is kept: without their prompts more of them are equal.
    const before = asked.before(run, kept)
    const row = { measure, dataset, example, repeat, sequence, before, call: kept }
    sequence += 1
    onTheWay.add(gateCalls.put(row), rowItself + lengthOf(kept))
  }

  async function ask<T>(models: Models, question: Question<T>): Promise<T> {
    const { agent, place, schemaName } = question
    const signal = AbortSignal.any([over.signal, ...(question.signal ? [question.signal] : [])])
    using _room = await onTheWay.room()
    // What was stopped meanwhile is not asked.
    signal.throwIfAborted()
    const sent = { schema: schemaOf(question), schemaName, ...settingsOf(models, question) }
    const hearing = createHearing(question, (messages, heard) =>
      keep(place?.document ?? 0, { agent, ...sent, messages, ...heard }),
    )
    try {
      const value = await models.ask({ ...question, ...hearing.ears, signal })
      hearing.answered()
      return value
    } catch (error) {
      hearing.failed(error, signal.aborted)
      throw error
    }
  }

  const close = (): void => over.abort(interrupted())
  return {
    through: (models) => ({
      ask(question) {
        const asked = ask(models, question)
        asking.add(asked)
        const forget = () => void asking.delete(asked)
        asked.then(forget, forget)
        return asked
      },
    }),
    ended(run) {
      // What is still under way is of it, or may be.
      void Promise.allSettled(asking).then(() => asked.forget(run))
    },
    close,
    async written() {
      close()
      await Promise.allSettled(asking)
      await onTheWay.written()
    },
  }
}

function interrupted(): UserFacingError {
  return new UserFacingError('interrupted', 'The run ended before it was asked.')
}

/** One question, with all that was said to it: a model that says what cannot be used is asked once more. */
function createHearing(
  { messages }: Pick<Asked, 'messages'>,
  keep: (messages: ModelMessage[], heard: Heard) => void,
) {
  const state: {
    sent: ModelMessage[] | null
    /** Why the last that was said cannot be used; null when it can. */
    fault: UnusableReply['fault'] | null
    answer: (StoredAnswer & { isKept: boolean }) | null
    unusable: UnusableReply[]
  } = { sent: null, fault: null, answer: null, unusable: [] }
  const ears: Pick<Asked, 'onSent' | 'onUnusable' | 'onAnswer'> = {
    onSent(sent) {
      Object.assign(state, { sent, fault: null })
    },
    onUnusable(reply) {
      state.fault = reply.fault
      state.unusable.push(reply)
      const { text: said, ...heard } = reply
      keep(state.sent ?? messages, { answer: null, said, isKept: false, ...heard })
    },
    onAnswer: (answer) => void (state.answer = answer),
  }
  return {
    ears,
    answered: () => keep(state.sent ?? messages, answered(state)),
    /** What was stopped before it went out was not asked. */
    failed(error: unknown, isStopped: boolean): void {
      if (isStopped && state.sent === null) return
      const fault = isStopped ? 'stopped' : faultOf(error)
      // Then the reply says it already.
      if (fault === state.fault) return
      keep(state.sent ?? messages, unanswered(fault))
    },
  }
}

/** With the tokens of the last reply alone: those before it are recorded with theirs. */
function answered({
  answer,
  unusable,
}: {
  answer: (StoredAnswer & { isKept: boolean }) | null
  unusable: readonly UnusableReply[]
}): Heard {
  const { value = null, isKept = false } = answer ?? {}
  const own = (name: 'inputTokens' | 'outputTokens'): number | null =>
    unusable.reduce<number | null>((left, reply) => {
      const tokens = reply[name]
      return left === null || tokens === null ? null : left - tokens
    }, answer?.[name] ?? null)
  return {
    answer: value as GateCall['answer'],
    said: null,
    fault: null,
    inputTokens: own('inputTokens'),
    outputTokens: own('outputTokens'),
    isKept,
  }
}

function unanswered(fault: string): Heard {
  return { answer: null, said: null, fault, inputTokens: null, outputTokens: null, isKept: false }
}

function faultOf(error: unknown): string {
  return error instanceof UserFacingError ? error.code : 'internal'
}

/** What each run asked, so that equal calls are told apart, and what it asked in vain is kept up to a size. */
function createAskedBefore() {
  const equal = new Map<number, Map<string, number>>()
  const sizes = new Map<number, number>()
  return {
    /** How many equal ones the run has had: shots ask the same, and may hear the same. */
    before(run: number, call: GateCall): number {
      const { isKept: _, ...same } = call
      const key = contentHash(same)
      const own = equal.get(run) ?? new Map<string, number>()
      const before = own.get(key) ?? 0
      equal.set(run, own.set(key, before + 1))
      return before
    },
    forget(run: number): void {
      equal.delete(run)
      sizes.delete(run)
    },
    within(run: number, call: GateCall): GateCall {
      if (call.fault === null || call.said !== null) return call
      const size = (sizes.get(run) ?? 0) + lengthOf(call)
      if (size > mostInVain) return { ...call, messages: null, schema: null, parameters: null }
      sizes.set(run, size)
      return call
    },
  }
}

/** What is being written, so that no more is held than there is room for. */
function createOnTheWay() {
  const writing = new Set<Promise<void>>()
  const waiting = new Set<() => void>()
  let size = 0
  let failure: { error: unknown } | null = null
  function free(characters: number): void {
    size -= characters
    for (const enter of waiting) {
      if (size > mostOnTheirWay) return
      waiting.delete(enter)
      enter()
    }
  }
  return {
    add(put: Promise<void>, characters: number): void {
      size += characters
      const written = put
        .catch((error: unknown) => {
          failure ??= { error }
        })
        .then(() => {
          writing.delete(written)
          free(characters)
        })
      writing.add(written)
    },
    /** Waits for room for what is asked next, one after the other; it is left when that was heard. */
    room(): Promise<Disposable> {
      const { promise, resolve } = Promise.withResolvers<Disposable>()
      const enter = (): void => {
        size += rowItself
        resolve({ [Symbol.dispose]: () => free(rowItself) })
      }
      if (size > mostOnTheirWay) waiting.add(enter)
      else enter()
      return promise
    },
    async written(): Promise<void> {
      await Promise.all(writing)
      if (failure !== null) throw failure.error
    },
  }
}

function lengthOf({
  messages,
  said,
  schema,
  parameters,
}: Pick<GateCall, 'messages' | 'said' | 'schema' | 'parameters'>): number {
  const prompt = (messages ?? []).map(({ content }) => content)
  const texts = [...prompt, said ?? '', schema ?? '', parameters?.reasoningEffort ?? '']
  return texts.reduce((sum, text) => sum + text.length, 0)
}

/** Null for what cannot be JSON, as it is nested too deep: then it goes out to no model either. */
function createSchemaTexts(): (question: Asked) => string | null {
  const jsonOf = createJsonSchemas()
  return ({ schema }) => {
    try {
      return JSON.stringify(jsonOf(schema))
    } catch {
      return null
    }
  }
}

function settingsOf(
  models: Pick<ModelHost, 'settings'>,
  { alias, parameters: own }: Asked,
): Pick<GateCall, 'alias' | 'provider' | 'model' | 'parameters'> {
  try {
    const { provider, model, parameters } = models.settings(alias)
    return { alias, provider, model: model ?? null, parameters: { ...parameters, ...own } }
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error
    return { alias, provider: null, model: null, parameters: own }
  }
}

import { UserFacingError } from '../lib/errors.ts'
import type { Span } from '../lib/span.ts'
import type { ModelLimits, ModelSettings } from '../schema/config.ts'
import type { ModelUsage } from '../schema/model.ts'
import type { Budget } from './budget.ts'
import { inChatSpan } from './chat-span.ts'
import type { Clock } from './clock.ts'
import type { Exchange, Fault, ModelConnection, ModelRequest } from './exchange.ts'
import type { Ledger } from './ledger.ts'
import type { RequestQueue, Turn } from './request-queue.ts'
import { decideRetry } from './retry-policy.ts'
import type { RetryDecision } from './retry-policy.ts'
import { createTokenForecast, estimateInput } from './token-estimate.ts'
import type { Expected } from './token-estimate.ts'

/** An exchange in which the model said something. */
export type Reply = Extract<Exchange, { text: string }>

export type Sender = {
  /**
   * Sends a request, again where that may help, until the model says something.
   * @param isRepeat whether the question has had a reply before
   * @throws UserFacingError with the code of the last fault
   */
  send(request: ModelRequest, options: SendOptions): Promise<Reply>
}

type SendOptions = {
  agent: string
  /** Of the agent. */
  span: Span
  isRepeat: boolean
}

export type SenderParts = {
  alias: string
  settings: ModelSettings
  connection: ModelConnection
  queue: RequestQueue
  ledger: Ledger
  /** Null for what costs nothing. */
  budget: Budget | null
  clock: Clock
  /** From 0 up to 1. */
  random: () => number
}

/** Either a reply, or how long to wait before the next attempt. */
type Attempt = { reply: Reply } | { reply: null; sleepMs: number }
/** `attempt` is from 1, of this request; a retry may also be the first of a second request. */
type Try = { agent: string; span: Span; attempt: number; isRetry: boolean }

export function createSender(parts: SenderParts): Sender {
  const { alias, settings, queue, budget, clock, random } = parts
  const { limits } = settings
  const forecast = createTokenForecast()

  /** Waits for its turn, sends, and lets the queue know what came of it. */
  async function sendInTurn(request: ModelRequest, one: Try): Promise<Attempt> {
    if (budget?.refusal) throw budget.refusal
    const estimate = estimateInput(request.messages, JSON.stringify(request.schema))
    const expect = (): Expected => forecast.expect(estimate, request.parameters.maxOutputTokens)
    const turn = await takeTurn(request, one, expect())
    let told: Expected | null = null
    try {
      const exchange = await sendOnce(parts, request, { ...one, expect })
      told = toldBy(exchange)
      if (exchange.outcome === 'failed') return fail(exchange.fault, one.attempt)
      if (told) forecast.learn(estimate, told)
      return { reply: exchange }
    } finally {
      turn.leave(told && told.input + told.output)
    }
  }

  function takeTurn(request: ModelRequest, one: Try, expected: Expected): Promise<Turn> {
    const { agent, isRetry } = one
    const tokens = expected.input + expected.output
    const patienceMs = limits.longestWaitMs
    return queue.enter({ alias, agent, isRetry, tokens, patienceMs, signal: request.signal })
  }

  /** A provider that asks us to wait means all of us: then the queue waits, not this request. */
  function fail(fault: Fault, attempt: number): Attempt {
    const decision = decideRetry(fault, { attempt, limits, random: random() })
    const asked = fault.retry ? fault.retryAfterMs : null
    const waitMs = decision.again ? decision.waitMs : (asked ?? 0)
    const error = givenUp(fault, decision, { alias, limits, attempt })
    if (asked !== null) queue.pause(waitMs, error)
    if (!decision.again) throw error
    return { reply: null, sleepMs: asked === null ? waitMs : 0 }
  }

  return {
    async send(request, { agent, span, isRepeat }) {
      for (let attempt = 1; ; attempt += 1) {
        const isRetry = isRepeat || attempt > 1
        const result = await sendInTurn(request, { agent, span, attempt, isRetry })
        if (result.reply) return result.reply
        if (result.sleepMs > 0) await clock.sleep(result.sleepMs, request.signal)
      }
    },
  }
}

/** One request on the wire, in its span of the trace, and what it took. */
async function sendOnce(
  { alias, settings, connection, ledger, budget }: SenderParts,
  request: ModelRequest,
  { span, attempt, isRetry, expect }: Try & { expect: () => Expected },
): Promise<Exchange> {
  const reservation = await budget?.reserve(alias, expect)
  let usage: ModelUsage | null = nothing
  try {
    request.signal?.throwIfAborted()
    ledger.sent(alias, { isRetry })
    usage = null
    const sending = { alias, settings, server: connection.server, attempt, request }
    const exchange = await inChatSpan(span, sending, () => connection.send(request))
    usage = usageOf(exchange)
    return exchange
  } finally {
    ledger.used(alias, usage)
    reservation?.settle(usage)
  }
}

const nothing: ModelUsage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }

/** A request that was turned away at the door took nothing, and that is known. */
function usageOf({ usage, ...exchange }: Exchange): ModelUsage | null {
  if (usage !== null || exchange.outcome !== 'failed') return usage
  return exchange.fault.turnedAway ? nothing : null
}

/** Null when the provider did not tell it all. */
function toldBy(exchange: Exchange): Expected | null {
  const { inputTokens: input = null, outputTokens: output = null } = usageOf(exchange) ?? {}
  return input === null || output === null ? null : { input, output }
}

function givenUp(
  fault: Fault,
  decision: RetryDecision,
  tries: { alias: string; limits: ModelLimits; attempt: number },
): UserFacingError {
  const { alias, limits, attempt } = tries
  const asked = fault.retryAfterMs ?? 0
  const addition = (): string => {
    if (asked > limits.longestWaitMs) {
      return ` It asks to wait ${seconds(asked)}; models.${alias}.limits.longestWaitMs allows ${seconds(limits.longestWaitMs)}.`
    }
    const isTired = !decision.again && decision.because === 'attempts' && attempt > 1
    return isTired ? ` It was tried ${attempt} times.` : ''
  }
  return new UserFacingError(fault.code, `Model ${alias}: ${fault.sentence}${addition()}`)
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`
}

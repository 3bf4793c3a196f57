import { UserFacingError } from '../lib/errors.ts'
import type { Span } from '../lib/span.ts'
import type { ModelLimits, ModelSettings } from '../schema/config.ts'
import type { ModelMessage, ModelUsage } from '../schema/model.ts'
import type { Budget, Reservation } from './budget.ts'
import { inChatSpan } from './chat-span.ts'
import type { Clock } from './clock.ts'
import type { Exchange, Fault, ModelConnection, ModelRequest } from './exchange.ts'
import type { Ledger } from './ledger.ts'
import type { RunPlace } from './ordered-turns.ts'
import type { RequestQueue, Turn } from './request-queue.ts'
import { decideRetry } from './retry-policy.ts'
import type { RetryDecision } from './retry-policy.ts'
import { estimateInput } from './token-estimate.ts'
import type { Expected, TokenForecast } from './token-estimate.ts'

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
  place: RunPlace
  /** Of the agent. */
  span: Span
  isRepeat: boolean
  /** Each time that it goes out. */
  onSent?: (messages: ModelMessage[]) => void
}

export type SenderParts = {
  /** Of its requests in the queue. */
  owner: string
  alias: string
  settings: ModelSettings
  connection: ModelConnection
  queue: RequestQueue
  /** Its limits in the queue. */
  lane: string
  forecast: TokenForecast
  ledger: Ledger
  /** Null for what costs nothing. */
  budget: Budget | null
  /** Why nothing more goes out. */
  refusal: () => UserFacingError | null
  clock: Clock
  /** From 0 up to 1. */
  random: () => number
}

/** Either a reply, or how long to wait before the next attempt. */
type Attempt = { reply: Reply } | { reply: null; sleepMs: number }
/** `attempt` is from 1, of this request; a retry may also be the first of a second request. */
type Try = Omit<SendOptions, 'isRepeat'> & { attempt: number; isRetry: boolean }

export function createSender(parts: SenderParts): Sender {
  const { alias, settings, connection, queue, forecast, ledger, budget, clock, random } = parts
  const { limits } = settings

  /** Waits for its turn, sends, and lets the queue and the budget know what came of it. */
  async function sendInTurn(request: ModelRequest, one: Try): Promise<Attempt> {
    const refusal = parts.refusal()
    if (refusal) throw refusal
    budget?.check(alias)
    const estimate = estimateInput(request.messages, JSON.stringify(request.schema))
    const { turn, reservation } = await takeTurn(parts, { request, one, estimate })
    let usage: ModelUsage | null = nothing
    try {
      request.signal?.throwIfAborted()
      ledger.sent(alias, { isRetry: one.isRetry })
      one.onSent?.(request.messages)
      usage = null
      const sending = { alias, settings, server: connection.server, attempt: one.attempt, request }
      const exchange = await inChatSpan(one.span, sending, () => connection.send(request))
      usage = usageOf(exchange)
      learnFrom(exchange, forecast, estimate)
      return exchange.outcome === 'failed' ? fail(exchange.fault, one.attempt) : { reply: exchange }
    } finally {
      ledger.used(alias, usage)
      reservation?.settle(usage)
      const told = toldBy(usage)
      turn.leave(told && told.input + told.output)
    }
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
    async send(request, { isRepeat, ...options }) {
      for (let attempt = 1; ; attempt += 1) {
        const isRetry = isRepeat || attempt > 1
        const result = await sendInTurn(request, { ...options, attempt, isRetry })
        if (result.reply) return result.reply
        if (result.sleepMs > 0) await clock.sleep(result.sleepMs, request.signal)
      }
    },
  }
}

type Asked = { request: ModelRequest; one: Try; estimate: number }

/** With what the budget keeps for the request; null when there is no budget. */
async function takeTurn(
  { owner, alias, settings, queue, lane, forecast, budget }: SenderParts,
  { request, one: { agent, place, isRetry }, estimate }: Asked,
): Promise<{ turn: Turn; reservation: Reservation | null }> {
  const { maxOutputTokens } = request.parameters
  const { input, output } = forecast.expect(estimate, maxOutputTokens)
  const ticket = { owner, lane, agent, place, isRetry, tokens: input + output }
  let reservation: Reservation | null = null
  const admit = (): boolean => {
    if (budget === null) return true
    reservation = budget.reserve(alias, () => forecast.foresee(estimate, maxOutputTokens))
    return reservation !== null
  }
  const patience = { patienceMs: settings.limits.longestWaitMs, signal: request.signal }
  const turn = await queue.enter({ ...ticket, ...patience, admit })
  return { turn, reservation }
}

/** What was turned away, or broke off and told nothing, says nothing of the others. */
function learnFrom(exchange: Exchange, forecast: TokenForecast, estimate: number): void {
  const told = toldBy(usageOf(exchange))
  const isKnown = told !== null && told.input + told.output > 0
  if (isKnown || exchange.outcome !== 'failed') forecast.learn(estimate, isKnown ? told : null)
}

const nothing: ModelUsage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }

/** A request that was turned away at the door took nothing, and that is known. */
function usageOf({ usage, ...exchange }: Exchange): ModelUsage | null {
  if (usage !== null || exchange.outcome !== 'failed') return usage
  return exchange.fault.turnedAway ? nothing : null
}

/** Null when the provider did not tell it all. */
function toldBy(usage: ModelUsage | null): Expected | null {
  const { inputTokens: input = null, outputTokens: output = null } = usage ?? {}
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

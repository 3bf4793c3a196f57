import { UserFacingError } from '../lib/errors.ts'
import type { ModelPrice, ModelSettings } from '../schema/config.ts'
import { answerKey } from './answer-key.ts'
import { createAnswers } from './answers.ts'
import type { Prepared } from './answers.ts'
import { createBudget } from './budget.ts'
import type { BudgetLimits } from './budget.ts'
import { tellCachedAnswer } from './chat-span.ts'
import { systemClock } from './clock.ts'
import type { Clock } from './clock.ts'
import { openConnections } from './connections.ts'
import type { Connections } from './connections.ts'
import type { ModelRequest } from './exchange.ts'
import { createJsonSchemas } from './json-schemas.ts'
import { createLedger } from './ledger.ts'
import type { AnswerCache, Forecast, ModelHost, Question } from './model-host.ts'
import { openModels } from './open-models.ts'
import type { Environment } from './provider-access.ts'
import { estimateInput } from './token-estimate.ts'

export type ModelHostOptions = {
  /** By alias. */
  models: Record<string, ModelSettings>
  /** Where keys and addresses come from. */
  env: Environment
  /** Of the flow. */
  directory: string
  /** Stays open: whoever opened it closes it. */
  cache?: AnswerCache
  /** Of everything that this host sends. */
  budget?: BudgetLimits
  /** Shared with other hosts; whoever opened them closes them. Left out, the host has its own. */
  connections?: Connections
  clock?: Clock
  /** From 0 up to 1; spreads what is tried again. */
  random?: () => number
}

export function createModelHost(options: ModelHostOptions): ModelHost {
  const { clock = systemClock, random = Math.random } = options
  const prices = pricesOf(options.models)
  const ledger = createLedger(prices)
  const budget = createBudget(options.budget, prices, {
    onExhausted: (refusal) => models.refuse(refusal),
    onRoom: () => models.look(),
  })
  const { connections = openConnections(options) } = options
  const models = openModels({ connections, ledger, budget, clock, random })
  const answers = createAnswers({ cache: options.cache, ledger, models })
  const jsonSchemaOf = createJsonSchemas()

  function prepare(question: Question<unknown>): Prepared {
    const { alias, messages, schemaName, sample, origin } = question
    const { settings } = models.get(alias)
    const parameters = { ...settings.parameters, ...question.parameters }
    const schema = jsonSchemaOf(question.schema)
    const request = { messages, parameters, schema, schemaName, sample }
    return { request, key: answerKey(request, { origin, settings }) }
  }

  return {
    gap: (alias) => models.gap(alias),
    settings: (alias) => models.get(alias).settings,
    async ask(question) {
      const { alias, schema, signal, onAnswer } = question
      signal?.throwIfAborted()
      const prepared = prepare(question)
      const answer = await answers.kept(question, prepared.key)
      if (answer) {
        ledger.cached(alias)
        tellCachedAnswer(question)
        onAnswer?.({ ...answer, isKept: true })
        return answer.value
      }
      signal?.throwIfAborted()
      try {
        const given = await answers.askOnce(question, prepared)
        onAnswer?.({ ...given, isKept: false })
        return schema.parse(given.value)
      } catch (error) {
        if (!signal?.aborted) ledger.failed(alias)
        throw error
      }
    },
    async forecast(question) {
      const { request, key } = prepare(question)
      const kept = await answers.kept(question, key)
      return { cached: kept !== undefined, estimate: estimateOf(request) }
    },
    refusal: () => models.refusal,
    refuse: (error) => models.refuse(error),
    idle: () => answers.idle(),
    account: () => ledger.account(),
    async [Symbol.asyncDispose]() {
      answers.abort(interrupted())
      if (!options.connections) await connections[Symbol.asyncDispose]()
    },
  }
}

function interrupted(): UserFacingError {
  return new UserFacingError('interrupted', 'The run ended before the answer was there.')
}

function estimateOf({ messages, schema, parameters }: ModelRequest): Forecast['estimate'] {
  const input = estimateInput(messages, JSON.stringify(schema))
  return { input, outputAtMost: parameters.maxOutputTokens ?? null }
}

function pricesOf(models: Record<string, ModelSettings>): Record<string, ModelPrice | undefined> {
  return Object.fromEntries(Object.entries(models).map(([alias, { price }]) => [alias, price]))
}

import { UserFacingError } from '../lib/errors.ts'
import type { ModelPrice } from '../schema/config.ts'
import type { ModelUsage } from '../schema/model.ts'
import { costOf } from './model-cost.ts'
import type { Expected } from './token-estimate.ts'

/** What a run may spend; cost in the currency of the prices, tokens of input and output together. */
export type BudgetLimits = { maxCost?: number; maxTokens?: number }

type Amount = { tokens: number; cost: number }

/** What a request is expected to take, until it tells. */
type Reservation = { settle(usage: ModelUsage | null): void }

export type Budget = {
  /**
   * Waits while requests under way keep it from knowing whether another one fits. `expect` is asked
   * again then: they teach what to expect.
   * @throws UserFacingError budget-exhausted, from then on for every request; price-unknown
   */
  reserve(alias: string, expect: () => Expected): Promise<Reservation>
  /** Set once the budget is exhausted. */
  readonly refusal: UserFacingError | null
}

/**
 * A request goes out when what is spent, what those under way are expected to take and what it is
 * expected to take itself are within the limits. So the overshoot is at most what the requests under
 * way take beyond what was expected of them.
 * @param onExhausted told once
 */
export function createBudget(
  limits: BudgetLimits,
  prices: Record<string, ModelPrice | undefined>,
  onExhausted: (refusal: UserFacingError) => void,
): Budget {
  const spent: Amount = { tokens: 0, cost: 0 }
  const reserved: Amount = { tokens: 0, cost: 0 }
  let underWay = 0
  let untold = 0
  let refusal: UserFacingError | null = null
  let waiting: (() => void)[] = []
  const used = new Map<string, ModelPrice | undefined>()

  const amountOf = (alias: string, tokens: Expected): Amount => {
    const price = prices[alias]
    return {
      tokens: tokens.input + tokens.output,
      cost: price ? costOf({ ...tokens, cachedInput: 0 }, price) : 0,
    }
  }

  function settle(alias: string, expected: Amount, usage: ModelUsage | null): void {
    underWay -= 1
    add(reserved, { tokens: -expected.tokens, cost: -expected.cost })
    const real = usage && usedAmount(usage, prices[alias])
    if (!real) untold += 1
    // What nobody told counts as it was expected: a limit that it slips under is none.
    add(spent, real ?? expected)
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }

  function refuse(expected: Amount): UserFacingError {
    const sentence = exhaustedSentence(limits, {
      spent,
      expected,
      untold,
      prices: Object.fromEntries(used),
    })
    refusal = new UserFacingError('budget-exhausted', sentence)
    onExhausted(refusal)
    return refusal
  }

  return {
    async reserve(alias, expect) {
      used.set(alias, prices[alias])
      if (limits.maxCost !== undefined) requirePrices(Object.fromEntries(used))
      let expected = amountOf(alias, expect())
      while (refusal || !fits(limits, [spent, reserved, expected])) {
        if (refusal) throw refusal
        if (underWay === 0) throw refuse(expected)
        await new Promise<void>((wake) => waiting.push(wake))
        expected = amountOf(alias, expect())
      }
      underWay += 1
      add(reserved, expected)
      return { settle: (usage) => settle(alias, expected, usage) }
    },
    get refusal() {
      return refusal
    },
  }
}

/**
 * @throws UserFacingError price-unknown when a limit on cost could not be kept, because a price is
 * missing or prices are in several currencies
 */
export function requirePrices(prices: Record<string, ModelPrice | undefined>): void {
  const unpriced = Object.keys(prices).filter((alias) => prices[alias] === undefined)
  if (unpriced.length > 0) {
    const names = unpriced.map((alias) => `models.${alias}.price`).join(', ')
    const sentence = `A limit on cost needs the price of every model: set ${names} in proofloop.config.ts, or limit tokens.`
    throw new UserFacingError('price-unknown', sentence)
  }
  const currencies = new Set(Object.values(prices).map((price) => price?.currency))
  if (currencies.size <= 1) return
  const sentence = `A limit on cost needs prices in one currency; there are ${[...currencies].join(', ')}. Limit tokens instead.`
  throw new UserFacingError('price-unknown', sentence)
}

function add(sum: Amount, { tokens, cost }: Amount): void {
  sum.tokens += tokens
  sum.cost += cost
}

function fits(
  { maxCost = Infinity, maxTokens = Infinity }: BudgetLimits,
  parts: Amount[],
): boolean {
  const total: Amount = { tokens: 0, cost: 0 }
  for (const part of parts) add(total, part)
  return total.tokens <= maxTokens && total.cost <= maxCost
}

function usedAmount(usage: ModelUsage, price: ModelPrice | undefined): Amount | null {
  const { inputTokens: input, outputTokens: output, cachedInputTokens } = usage
  if (input === null || output === null) return null
  const cachedInput = cachedInputTokens ?? 0
  return { tokens: input + output, cost: price ? costOf({ input, cachedInput, output }, price) : 0 }
}

function exhaustedSentence(
  limits: BudgetLimits,
  state: {
    spent: Amount
    expected: Amount
    untold: number
    prices: Record<string, ModelPrice | undefined>
  },
): string {
  const { spent, expected, untold, prices } = state
  const { maxCost, maxTokens } = limits
  const isTokens = maxTokens !== undefined && !fits({ maxTokens }, [spent, expected])
  const currency = Object.values(prices).find(Boolean)?.currency
  const words = (amount: Amount): string =>
    isTokens ? `${amount.tokens} tokens` : `${roundCost(amount.cost)} ${currency}`
  const limit = isTokens ? `${maxTokens} tokens` : `${maxCost} ${currency}`
  const guessed = untold > 0 ? `, with estimates for ${untold} requests that told no usage` : ''
  return `The budget of ${limit} is exhausted: ${words(spent)} are spent${guessed}, and the next request takes about ${words(expected)}.`
}

/** Small sums keep three digits that say something. */
function roundCost(cost: number): string {
  return cost >= 1 ? cost.toFixed(2) : String(Number(cost.toPrecision(3)))
}

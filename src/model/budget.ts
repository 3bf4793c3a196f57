import { UserFacingError } from '../lib/errors.ts'
import type { ModelPrice } from '../schema/config.ts'
import type { ModelUsage } from '../schema/model.ts'
import { costOf } from './model-cost.ts'
import type { Expected, Foreseen } from './token-estimate.ts'

/** What a run may spend; cost in the currency of the prices, tokens of input and output together. */
export type BudgetLimits = { maxCost?: number; maxTokens?: number }

type Amount = { tokens: number; cost: number }

/** To be settled when the request is over; `usage` is null when nobody knows what it took. */
export type Reservation = { settle(usage: ModelUsage | null): void }

export type Budget = {
  /** @throws UserFacingError price-unknown when the budget cannot be kept */
  check(alias: string): void
  /**
   * Null while the request has to wait for those under way. `foresee` is asked again and again: they
   * teach what to expect.
   */
  reserve(alias: string, foresee: () => Foreseen): Reservation | null
}

type Listeners = {
  /** Told once. */
  onExhausted: (refusal: UserFacingError) => void
  /** What had to wait may try again. */
  onRoom: () => void
}

type UnderWay = { alias: string; foresee: () => Foreseen }

/**
 * A request goes out alone when what is spent and what it is likely to take are within the limits. It
 * goes beside others when all of them together fit even if each takes the most that it may, and when
 * no more of its alias are under way than have told what they took: before that, one request alone
 * finds out. So what a server counts beyond what is foreseen is one request's surprise, not that of all
 * which began together.
 * @returns null when nothing is limited
 */
export function createBudget(
  limits: BudgetLimits = {},
  prices: Record<string, ModelPrice | undefined>,
  { onExhausted, onRoom }: Listeners,
): Budget | null {
  if (limits.maxCost === undefined && limits.maxTokens === undefined) return null
  const spent: Amount = { tokens: 0, cost: 0 }
  const underWay = new Set<UnderWay>()
  const used = new Map<string, ModelPrice | undefined>()
  let untold = 0
  let isExhausted = false

  const amountOf = (alias: string, { input, output }: Expected): Amount => {
    const price = prices[alias]
    const cost = price ? costOf({ input, cachedInput: 0, output }, price) : 0
    return { tokens: input + output, cost }
  }

  function settle(one: UnderWay, usage: ModelUsage | null): void {
    underWay.delete(one)
    const real = usage && usedAmount(usage, prices[one.alias])
    if (!real) untold += 1
    // What nobody told counts as it was expected: a limit that it slips under is none.
    add(spent, real ?? amountOf(one.alias, one.foresee().likely))
    onRoom()
  }

  function fitsAlone(one: UnderWay): boolean {
    const expected = amountOf(one.alias, one.foresee().likely)
    if (fits(limits, [spent, expected])) return true
    const state = { spent, expected, untold, prices: Object.fromEntries(used) }
    isExhausted = true
    onExhausted(new UserFacingError('budget-exhausted', exhaustedSentence(limits, state)))
    return false
  }

  function fitsBeside(one: UnderWay): boolean {
    const all = [...underWay, one].map((each) => ({ alias: each.alias, ...each.foresee() }))
    const isKnown = [...Map.groupBy(all, ({ alias }) => alias).values()].every((same) =>
      same.every(({ from }) => same.length <= from),
    )
    return isKnown && fits(limits, [spent, ...all.map((it) => amountOf(it.alias, it.atMost))])
  }

  return {
    check(alias) {
      used.set(alias, prices[alias])
      if (limits.maxCost !== undefined) requirePrices(Object.fromEntries(used))
    },
    reserve(alias, foresee) {
      if (isExhausted) return null
      const one = { alias, foresee }
      if (!(underWay.size === 0 ? fitsAlone(one) : fitsBeside(one))) return null
      underWay.add(one)
      return { settle: (usage) => settle(one, usage) }
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
  return `The budget of ${limit} is exhausted: ${words(spent)} are spent${guessed}, and the next request may take ${words(expected)}.`
}

/** Small sums keep three digits that say something. */
function roundCost(cost: number): string {
  return cost >= 1 ? cost.toFixed(2) : String(Number(cost.toPrecision(3)))
}

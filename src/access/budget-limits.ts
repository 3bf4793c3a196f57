import { UserFacingError } from '../lib/errors.ts'
import type { Budget } from '../schema/budget.ts'
import type { ModelPrice } from '../schema/config.ts'
import type { StoredSpend } from '../schema/stored-spend.ts'
import { expectedCost } from './expected-cost.ts'

/** By alias; undefined where none is set. */
export type Prices = Record<string, ModelPrice | undefined>

/** Limits with what they are called. */
export type Limits = Budget & {
  /** What is limited, ` of dev` for example; empty: everything. */
  of: string
  /** Where whoever may do so changes them. */
  where: string
}

export const inSettings = { of: '', where: 'in Settings' }

export function inEnvironment(name: string): Pick<Limits, 'of' | 'where'> {
  return {
    of: ` of ${name}`,
    where: `under limits.budget of ${name}, in the server's configuration`,
  }
}

type Spent = { month: string; person: string; spend: StoredSpend[] }

/**
 * What a person may still spend in the month.
 * @throws UserFacingError budget-exhausted, budget-unknown
 */
export function leftOf(limits: Limits, { month, person, spend }: Spent): number {
  const known = (part: StoredSpend[]): number | null => expectedCost(limits.currency, part, spend)
  const own = spend.filter((one) => one.person === person)
  return Math.min(
    left(limits.perMonth, { ...limits, month, what: 'The budget', known: known(spend) }),
    left(limits.perPersonAndMonth, { ...limits, month, what: 'Your budget', known: known(own) }),
  )
}

/** From this share of a limit on, little is left. */
const lowFrom = 0.8

/** That little is left of a limit for a month, or nothing. */
export type LowBudget = {
  /** The limit and its month: another limit is another budget. */
  key: string
  text: string
}

/** Of which of them little is left; what was spent is for nobody but whose budget it is. */
export function lowOf(
  limits: Limits,
  { month, person, spend }: Spent,
): { own: LowBudget | null; all: LowBudget | null } {
  const { currency, perMonth, perPersonAndMonth, of } = limits
  const low = (limit: number | null, whose: string, part: StoredSpend[]): LowBudget | null => {
    const spent = expectedCost(currency, part, spend)
    if (limit === null || spent === null || spent < lowFrom * limit) return null
    const text = `Of ${whose} of ${limit} ${currency}${of} for ${month}, ${spent.toFixed(2)} are spent. It begins anew with the next month (UTC).`
    return { key: [whose, of, month, limit, currency].join(':'), text }
  }
  const own = spend.filter((one) => one.person === person)
  return {
    own: low(perPersonAndMonth, 'your budget', own),
    all: low(perMonth, 'the budget of all', spend),
  }
}

export function isLimited({ perMonth, perPersonAndMonth }: Budget): boolean {
  return perMonth !== null || perPersonAndMonth !== null
}

/**
 * A limit that cannot be kept is refused before anything is spent.
 * @throws UserFacingError budget-currency, price-unknown
 */
export function requireKeepable(limits: Limits, prices: Prices): void {
  if (!isLimited(limits)) return
  for (const [alias, price] of Object.entries(prices)) {
    if (price === undefined) throw withoutPrice(alias, limits)
    if (price.currency !== limits.currency) throw otherCurrency(alias, { limits, price })
  }
}

function withoutPrice(alias: string, { of, where }: Limits): UserFacingError {
  return new UserFacingError(
    'price-unknown',
    `A budget${of} needs the price of every model: set models.${alias}.price in proofloop.config.ts, or take the limits away ${where}.`,
  )
}

function otherCurrency(
  alias: string,
  { limits: { currency, of, where }, price }: { limits: Limits; price: ModelPrice },
): UserFacingError {
  return new UserFacingError(
    'budget-currency',
    `The budget${of} is in ${currency}, and the price of the model ${alias} in ${price.currency}. Set the budget ${where} in ${price.currency}, or models.${alias}.price in proofloop.config.ts in ${currency}.`,
  )
}

type Left = Limits & { month: string; what: string; known: number | null }

/** @throws UserFacingError budget-exhausted, budget-unknown */
function left(limit: number | null, { what, known, currency, month, of, where }: Left): number {
  if (limit === null) return Infinity
  const told = `${what} of ${limit} ${currency}${of === '' ? '' : ` ${of.trim()}`} for ${month}`
  if (known === null) {
    throw new UserFacingError(
      'budget-unknown',
      `${told} cannot be kept: the cost of what was sent this month is not known in ${currency}. Take the limit away ${where} until the month is over.`,
    )
  }
  if (known < limit) return limit - known
  throw new UserFacingError(
    'budget-exhausted',
    `${told} is spent. It begins anew with the next month (UTC); an operator can raise it ${where}.`,
  )
}

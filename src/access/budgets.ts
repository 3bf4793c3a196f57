import { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import { Budget } from '../schema/budget.ts'
import type { ModelPrice } from '../schema/config.ts'
import type { ModelAccount } from '../schema/model.ts'
import { costIn, monthOf } from '../store/spend.ts'
import type { Store } from '../store/store.ts'
import { expectedCost } from './expected-cost.ts'

const settingsKey = 'budget'
const noLimits: Budget = { currency: 'USD', perMonth: null, perPersonAndMonth: null }

/** By alias; undefined where none is set. */
type Prices = Record<string, ModelPrice | undefined>

type BudgetState = Budget & {
  /** `2026-03`, UTC. */
  month: string
  /** Null when the cost of something is unknown. */
  spent: number | null
  spentByPerson: number | null
}

/** What people may spend on models in a calendar month (UTC), and what they have. */
export type Budgets = {
  get(): Promise<Budget>
  state(person: string): Promise<BudgetState>
  set(budget: Budget): Promise<void>
  /**
   * What a run of this person may spend now; undefined: no limit, or it asks no model that costs.
   * @param prices of the models that it asks
   * @throws UserFacingError budget-exhausted, budget-currency, price-unknown, budget-unknown
   */
  limitsFor(person: string, prices: Prices): Promise<{ maxCost: number } | undefined>
  /** Adds what a run spends to the month. */
  meter(person: string, account: () => Record<string, ModelAccount>): SpendMeter
}

type SpendMeter = {
  /** What is known by now. */
  note(): Promise<void>
  /** The rest; once the run is over. */
  end(): Promise<void>
}

type Host = { store: Pick<Store, 'settings' | 'spend'>; now: () => number }

export function createBudgets({ store, now }: Host): Budgets {
  const load = async (): Promise<Budget> =>
    z.union([Budget, z.undefined()]).parse(await store.settings.get(settingsKey)) ?? noLimits

  async function state(person: string): Promise<BudgetState> {
    const budget = await load()
    const month = monthOf(now())
    const all = await store.spend.list(month)
    return {
      ...budget,
      month,
      spent: costIn(budget.currency, all),
      spentByPerson: costIn(
        budget.currency,
        all.filter((one) => one.person === person),
      ),
    }
  }
  return {
    get: load,
    state,
    set: (budget) => store.settings.put(settingsKey, budget),
    async limitsFor(person, prices) {
      if (Object.keys(prices).length === 0) return undefined
      const budget = await load()
      const { currency, perMonth, perPersonAndMonth } = budget
      if (perMonth === null && perPersonAndMonth === null) return undefined
      requireKeepable(budget, prices)
      const month = monthOf(now())
      const all = await store.spend.list(month)
      const own = all.filter((one) => one.person === person)
      const known = (part: typeof all): number | null => expectedCost(currency, part, all)
      const when = { currency, month }
      return {
        maxCost: Math.min(
          left(perMonth, { ...when, what: 'The budget', known: known(all) }),
          left(perPersonAndMonth, { ...when, what: 'Your budget', known: known(own) }),
        ),
      }
    },
    meter: (person, account) => createMeter(store, { person, account }),
  }
}

/**
 * A limit that cannot be kept is refused before anything is spent.
 * @throws UserFacingError budget-currency, price-unknown
 */
export function requireKeepable(budget: Budget, prices: Prices): void {
  const { currency, perMonth, perPersonAndMonth } = budget
  if (perMonth === null && perPersonAndMonth === null) return
  for (const [alias, price] of Object.entries(prices)) {
    if (price === undefined) throw withoutPrice(alias)
    if (price.currency !== currency) throw otherCurrency(alias, { currency, price })
  }
}

function withoutPrice(alias: string): UserFacingError {
  return new UserFacingError(
    'price-unknown',
    `A budget needs the price of every model: set models.${alias}.price in proofloop.config.ts, or take the limits away in Settings.`,
  )
}

function otherCurrency(
  alias: string,
  { currency, price }: { currency: string; price: ModelPrice },
): UserFacingError {
  return new UserFacingError(
    'budget-currency',
    `The budget is in ${currency}, and the price of the model ${alias} in ${price.currency}. Set the budget in Settings in ${price.currency}, or models.${alias}.price in proofloop.config.ts in ${currency}.`,
  )
}

type Spent = Pick<BudgetState, 'currency' | 'month'> & { what: string; known: number | null }

/** @throws UserFacingError budget-exhausted */
function left(limit: number | null, { what, known, currency, month }: Spent): number {
  if (limit === null) return Infinity
  if (known === null) {
    throw new UserFacingError(
      'budget-unknown',
      `${what} of ${limit} ${currency} for ${month} cannot be kept: the cost of what was sent this month is not known in ${currency}. Take the limit away in Settings until the month is over.`,
    )
  }
  if (known < limit) return limit - known
  throw new UserFacingError(
    'budget-exhausted',
    `${what} of ${limit} ${currency} for ${month} is spent. It begins anew with the next month (UTC); an operator can raise it in Settings.`,
  )
}

type MeterOptions = { person: string; account: () => Record<string, ModelAccount> }

/**
 * Requests are counted when they go out and their tokens when they come back. One request stays back
 * until the end, so that tokens that come late still go with a request.
 */
function createMeter(
  { spend }: Pick<Store, 'spend'>,
  { person, account }: MeterOptions,
): SpendMeter {
  let noted: Record<string, ModelAccount> = {}
  async function add(heldBack: number): Promise<void> {
    const now = account()
    const news = Object.entries(now).flatMap(([model, all]) => {
      const part = difference(all, noted[model], heldBack)
      return part.requests > 0 ? [[model, part] as const] : []
    })
    if (news.length === 0) return
    const accounts = Object.fromEntries(news)
    await spend.add({ id: timeOrderedId(), person, accounts })
    const told = news.map(([model, part]) => {
      const before = noted[model]?.requests ?? 0
      return [model, { ...now[model], requests: before + part.requests }] as const
    })
    noted = { ...noted, ...(Object.fromEntries(told) as typeof noted) }
  }
  return { note: () => add(1), end: () => add(0) }
}

function difference(
  all: ModelAccount,
  before: ModelAccount | undefined,
  heldBack: number,
): ModelAccount {
  if (before === undefined) return { ...all, requests: Math.max(0, all.requests - heldBack) }
  const cost = all.cost === null || before.cost === null ? null : all.cost - before.cost
  return {
    ...all,
    requests: Math.max(0, all.requests - before.requests - heldBack),
    inputTokens: all.inputTokens - before.inputTokens,
    outputTokens: all.outputTokens - before.outputTokens,
    cost,
  }
}

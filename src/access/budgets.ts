import { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import { Budget } from '../schema/budget.ts'
import type { ModelAccount } from '../schema/model.ts'
import { costIn, monthOf } from '../store/spend.ts'
import type { Store } from '../store/store.ts'

const settingsKey = 'budget'
const noLimits: Budget = { currency: 'USD', perMonth: null, perPersonAndMonth: null }

type BudgetState = Budget & {
  /** `2026-03`, UTC. */
  month: string
  /** Null when the cost of something is unknown. */
  spent: number | null
  spentByPerson: number | null
}

/** What people may spend on models in a calendar month (UTC), and what they have. */
export type Budgets = {
  state(person: string): Promise<BudgetState>
  set(budget: Budget): Promise<void>
  /**
   * What a run of this person may spend now; undefined: no limit.
   * @throws UserFacingError budget-exhausted
   */
  limitsFor(person: string): Promise<{ maxCost: number } | undefined>
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
    state,
    set: (budget) => store.settings.put(settingsKey, budget),
    async limitsFor(person) {
      const { perMonth, perPersonAndMonth, ...rest } = await state(person)
      if (perMonth === null && perPersonAndMonth === null) return undefined
      const whole = left(perMonth, { ...rest, what: 'The budget', known: rest.spent })
      const own = left(perPersonAndMonth, {
        ...rest,
        what: 'Your budget',
        known: rest.spentByPerson,
      })
      return { maxCost: Math.min(whole, own) }
    },
    meter: (person, account) => createMeter(store, { person, account }),
  }
}

type Spent = Pick<BudgetState, 'currency' | 'month'> & { what: string; known: number | null }

/** @throws UserFacingError budget-exhausted */
function left(limit: number | null, { what, known, currency, month }: Spent): number {
  if (limit === null) return Infinity
  if (known === null) {
    throw new UserFacingError(
      'budget-unknown',
      `${what} of ${limit} ${currency} for ${month} cannot be kept: the cost of some requests is not known in ${currency}. Set prices in proofloop.config.ts, or take the limit away in Settings.`,
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

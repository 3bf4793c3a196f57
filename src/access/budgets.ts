import { z } from 'zod'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import { Budget } from '../schema/budget.ts'
import type { EnvironmentBudget, EnvironmentName } from '../schema/environment.ts'
import type { ModelAccount } from '../schema/model.ts'
import { costIn, monthOf } from '../store/spend.ts'
import type { Store } from '../store/store.ts'
import {
  inEnvironment,
  inSettings,
  isLimited,
  leftOf,
  type Limits,
  type LowBudget,
  lowOf,
  type Prices,
  requireKeepable,
} from './budget-limits.ts'

const settingsKey = 'budget'
const noLimits: Budget = { currency: 'USD', perMonth: null, perPersonAndMonth: null }

type BudgetState = Budget & {
  /** `2026-03`, UTC. */
  month: string
  /** Null when the cost of something is unknown, or it is not to be told. */
  spent: number | null
  spentByPerson: number | null
}

/** What people may spend on models in a calendar month (UTC), and what they have. */
export type Budgets = {
  get(): Promise<Budget>
  /** @param options.ofAll whether what all have spent is told; else it is null, and not even read */
  state(person: string, options: { ofAll: boolean }): Promise<BudgetState>
  set(budget: Budget): Promise<void>
  /**
   * What a run of this person may spend now; undefined: no limit, or it asks no model that costs.
   * @param prices of the models that it asks
   * @param environment in which it runs, whose limits hold, too
   * @throws UserFacingError budget-exhausted, budget-currency, price-unknown, budget-unknown
   */
  limitsFor(
    person: string,
    prices: Prices,
    environment: EnvironmentName | null,
  ): Promise<{ maxCost: number } | undefined>
  /** Of which budgets little is left, a person's own and those of all, the environment's among them. */
  low(person: string, environment: EnvironmentName | null): Promise<LowBudgets>
  /** Adds what a run spends to the month, and to that of the environment in which it runs. */
  meter(
    spender: { person: string; environment: EnvironmentName | null },
    account: () => Record<string, ModelAccount>,
  ): SpendMeter
}

type LowBudgets = { own: LowBudget[]; all: LowBudget[] }

type SpendMeter = {
  /** What is known by now. */
  note(): Promise<void>
  /** The rest; once the run is over. */
  end(): Promise<void>
}

type Host = {
  store: Pick<Store, 'settings' | 'spend'>
  now: () => number
  /** What runs in an environment may cost. */
  budgetIn?: (environment: EnvironmentName) => EnvironmentBudget | null
}

export function createBudgets(host: Host): Budgets {
  const { store, now, budgetIn = () => null } = host
  const load = async (): Promise<Budget> =>
    z.union([Budget, z.undefined()]).parse(await store.settings.get(settingsKey)) ?? noLimits

  async function state(person: string, { ofAll }: { ofAll: boolean }): Promise<BudgetState> {
    const budget = await load()
    const month = monthOf(now())
    const all = await store.spend.list(month, ofAll ? undefined : person)
    return {
      ...budget,
      month,
      spent: ofAll ? costIn(budget.currency, all) : null,
      spentByPerson: costIn(
        budget.currency,
        all.filter((one) => one.person === person),
      ),
    }
  }
  async function environmentLimit(
    environment: EnvironmentName | null,
    { person, prices }: { person: string; prices: Prices },
  ): Promise<number> {
    const budget = environment && budgetIn(environment)
    if (environment === null || budget === null) return Infinity
    const limits: Limits = { ...budget, ...inEnvironment(environment) }
    requireKeepable(limits, prices)
    if (!isLimited(limits)) return Infinity
    const month = monthOf(now())
    return leftOf(limits, { month, person, spend: await store.spend.listIn(environment, month) })
  }

  async function generalLimit({ person, prices }: { person: string; prices: Prices }) {
    const limits: Limits = { ...(await load()), ...inSettings }
    requireKeepable(limits, prices)
    if (!isLimited(limits)) return Infinity
    const month = monthOf(now())
    return leftOf(limits, { month, person, spend: await store.spend.list(month) })
  }
  return {
    get: load,
    state,
    set: (budget) => store.settings.put(settingsKey, budget),
    async limitsFor(person, prices, environment) {
      if (Object.keys(prices).length === 0) return undefined
      const whose = { person, prices }
      const maxCost = Math.min(
        await generalLimit(whose),
        await environmentLimit(environment, whose),
      )
      return maxCost === Infinity ? undefined : { maxCost }
    },
    low: (person, environment) => lowNow(host, load, { person, environment }),
    meter: (spender, account) => createMeter(store, { ...spender, account }),
  }
}

async function lowNow(
  { store, now, budgetIn = () => null }: Host,
  load: () => Promise<Budget>,
  { person, environment }: { person: string; environment: EnvironmentName | null },
): Promise<LowBudgets> {
  const month = monthOf(now())
  const general: Limits = { ...(await load()), ...inSettings }
  const found = [lowOf(general, { month, person, spend: await store.spend.list(month) })]
  const budget = environment && budgetIn(environment)
  if (environment !== null && budget !== null) {
    const spend = await store.spend.listIn(environment, month)
    found.push(lowOf({ ...budget, ...inEnvironment(environment) }, { month, person, spend }))
  }
  return {
    own: found.flatMap(({ own }) => own ?? []),
    all: found.flatMap(({ all }) => all ?? []),
  }
}

type MeterOptions = {
  person: string
  environment: EnvironmentName | null
  account: () => Record<string, ModelAccount>
}

/**
 * Requests are counted when they go out and their tokens when they come back. One request stays back
 * until the end, so that tokens that come late still go with a request.
 */
function createMeter(
  { spend }: Pick<Store, 'spend'>,
  { person, environment, account }: MeterOptions,
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
    await spend.add({ id: timeOrderedId(), person, environment, accounts })
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

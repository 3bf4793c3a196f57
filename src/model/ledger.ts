import type { ModelPrice } from '../schema/config.ts'
import type { ModelAccount, ModelUsage } from '../schema/model.ts'
import { costOf } from './model-cost.ts'

type Counts = Omit<ModelAccount, 'cost' | 'currency'>

/** Counts what goes out and what comes of it, by alias. */
export type Ledger = {
  sent(alias: string, tries: { isRetry: boolean }): void
  /** Usage of a request that is over; null when nobody told it. */
  used(alias: string, usage: ModelUsage | null): void
  cached(alias: string): void
  failed(alias: string): void
  account(): { total: ModelAccount; byAlias: Record<string, ModelAccount> }
}

/** @param prices of each alias; undefined where nobody set one */
export function createLedger(prices: Record<string, ModelPrice | undefined>): Ledger {
  const byAlias = new Map(Object.keys(prices).map((alias) => [alias, noCounts()]))
  const of = (alias: string): Counts => {
    const counts = byAlias.get(alias) ?? noCounts()
    byAlias.set(alias, counts)
    return counts
  }
  return {
    sent(alias, { isRetry }) {
      of(alias).requests += 1
      if (isRetry) of(alias).retries += 1
    },
    used: (alias, usage) => addUsage(of(alias), usage),
    cached: (alias) => void (of(alias).cached += 1),
    failed: (alias) => void (of(alias).failed += 1),
    account() {
      const accounts = [...byAlias].map(
        ([alias, counts]) => [alias, withCost(counts, prices[alias])] as const,
      )
      return {
        total: sumAccounts(accounts.map(([, account]) => account)),
        byAlias: Object.fromEntries(accounts),
      }
    },
  }
}

/**
 * The cost is null unless it is known of everything that was sent, in one currency. What sent nothing
 * cost nothing.
 */
function sumAccounts(accounts: ModelAccount[]): ModelAccount {
  const counts = noCounts()
  for (const account of accounts) {
    for (const name of countNames) counts[name] += account[name]
  }
  const sent = accounts.filter(({ requests }) => requests > 0)
  const priced = sent.length > 0 ? sent : accounts.filter(({ cost }) => cost !== null)
  const [currency, ...others] = new Set(priced.map((account) => account.currency))
  const costs = priced.map(({ cost }) => cost)
  const isKnown = currency && others.length === 0 && !costs.includes(null)
  if (!isKnown) return { ...counts, cost: null, currency: null }
  return { ...counts, cost: costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0), currency }
}

function withCost(counts: Counts, price: ModelPrice | undefined): ModelAccount {
  if (!price) return { ...counts, cost: null, currency: null }
  const { inputTokens: input, cachedInputTokens: cachedInput, outputTokens: output } = counts
  const isKnown = counts.requestsWithoutUsage === 0
  const cost = isKnown ? costOf({ input, cachedInput, output }, price) : null
  return { ...counts, cost, currency: price.currency }
}

function addUsage(counts: Counts, usage: ModelUsage | null): void {
  counts.inputTokens += usage?.inputTokens ?? 0
  counts.cachedInputTokens += usage?.cachedInputTokens ?? 0
  counts.outputTokens += usage?.outputTokens ?? 0
  if (usage?.inputTokens == null || usage.outputTokens === null) counts.requestsWithoutUsage += 1
}

const countNames = [
  'requests',
  'retries',
  'cached',
  'failed',
  'inputTokens',
  'cachedInputTokens',
  'outputTokens',
  'requestsWithoutUsage',
] as const satisfies (keyof Counts)[]

function noCounts(): Counts {
  return {
    requests: 0,
    retries: 0,
    cached: 0,
    failed: 0,
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    requestsWithoutUsage: 0,
  }
}

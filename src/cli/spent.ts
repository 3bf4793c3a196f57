import type { ModelAccount } from '../schema/model.ts'
import type { Io } from './io.ts'
import { formatCost } from './progress.ts'

/** One line on stderr, when models had anything to do. */
export function sayWhatWasSpent(account: ModelAccount, io: Io): void {
  if (account.requests === 0 && account.cached === 0) return
  io.stderr.write(`Models: ${describeAccount(account)}.\n`)
}

function describeAccount(account: ModelAccount): string {
  const count = (value: number): string => value.toLocaleString('en')
  const { requests, retries, cached, failed, requestsWithoutUsage: silent } = account
  const tokens = `${count(account.inputTokens)} tokens in, ${count(account.outputTokens)} out`
  return [
    `${count(requests)} requests${retries > 0 ? ` (${count(retries)} of them again)` : ''}`,
    ...(requests > 0
      ? [`${tokens}${silent > 0 ? ` (unknown for ${count(silent)} requests)` : ''}`]
      : []),
    ...(requests > 0 ? [costInWords(account)] : []),
    ...(failed > 0 ? [`${count(failed)} questions without an answer`] : []),
    ...(cached > 0 ? [`${count(cached)} answers were kept from before`] : []),
  ].join(' · ')
}

function costInWords({ cost, currency }: ModelAccount): string {
  return cost === null ? 'cost unknown' : formatCost(cost, currency)
}

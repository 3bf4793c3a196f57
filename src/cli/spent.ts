import type { ModelHost } from '../model/model-host.ts'
import type { ModelAccount } from '../schema/model.ts'
import type { Io } from './io.ts'
import { formatCost } from './progress.ts'

/** One line on stderr, when models had anything to do; waits for what was given up. */
export async function sayWhatWasSpent(models: ModelHost, io: Io): Promise<void> {
  await models.idle()
  sayAccount(models.account().total, io)
}

/** The same of what was spent somewhere else. */
export function sayAccount(account: ModelAccount, io: Pick<Io, 'stderr'>): void {
  if (account.requests === 0 && account.cached === 0) return
  io.stderr.write(`Models: ${describeAccount(account)}.\n`)
}

function describeAccount(account: ModelAccount): string {
  const count = (value: number): string => value.toLocaleString('en')
  const { requests, retries, cached, failed } = account
  return [
    `${count(requests)} requests${retries > 0 ? ` (${count(retries)} of them again)` : ''}`,
    ...(requests > 0 ? [tokensInWords(account), costInWords(account)] : []),
    ...(failed > 0 ? [`${count(failed)} questions without an answer`] : []),
    ...(cached > 0 ? [`${count(cached)} answers were kept from before`] : []),
  ].join(' · ')
}

function tokensInWords(account: ModelAccount): string {
  const { requestsWithoutUsage: silent, inputTokens, outputTokens } = account
  if (silent > 0 && inputTokens === 0) return 'tokens unknown'
  const tokens = `${inputTokens.toLocaleString('en')} tokens in, ${outputTokens.toLocaleString('en')} out`
  return silent > 0 ? `${tokens} (unknown for ${silent.toLocaleString('en')} requests)` : tokens
}

function costInWords({ cost, currency }: ModelAccount): string {
  return cost === null ? 'cost unknown' : formatCost(cost, currency)
}

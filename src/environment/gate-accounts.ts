import { contentHash } from '../lib/content-hash.ts'
import { type Environment as Variables, findAccess } from '../model/provider-access.ts'
import type { ModelSettings } from '../schema/config.ts'

type Models = Readonly<Record<string, ModelSettings>>

/**
 * Who else asks models with a key that gates have, by name: whoever answers for it counts both, and so makes one wait
 * for the other. What is answered from recordings has no account.
 * @param others models by whoever asks them
 */
export function sharesAccounts(
  { gates, others }: { gates: Models; others: ReadonlyMap<string, Models> },
  env: Variables,
): string[] {
  const own = accountsOf(gates, env)
  return [...others]
    .filter(([, models]) => !own.isDisjointFrom(accountsOf(models, env)))
    .map(([name]) => name)
}

/** By address and key, whichever variable holds it; never told. */
function accountsOf(models: Models, env: Variables): Set<string> {
  const accounts = Object.values(models).flatMap((settings) => {
    if (settings.provider === 'replay' || settings.recordings !== undefined) return []
    const access = findAccess(settings, env)
    return 'gap' in access ? [] : [contentHash([access.baseURL, access.apiKey])]
  })
  return new Set(accounts)
}

import { contentHash } from '../lib/content-hash.ts'
import type { ChangeSettings } from '../schema/change-settings.ts'

/**
 * What the functional tests are on this server, as a hash: a pass counts for as long as they are the same. Where it
 * was the runners of a commit that a queue would have put together with others, it is none without the queue.
 */
export function functionalConditions({
  forge,
  functional,
}: Pick<ChangeSettings, 'forge' | 'functional'>): string {
  const command = functional?.command ?? null
  if (forge.kind === 'local') return contentHash({ command })
  const checks = forge.functionalChecks?.toSorted() ?? null
  return contentHash({ command, checks, mergeQueue: forge.mergeQueue ?? false })
}

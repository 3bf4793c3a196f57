import { contentHash } from '../lib/content-hash.ts'
import type { ChangeSettings } from '../schema/change-settings.ts'
import type { ChangeRevision } from '../schema/stored-change.ts'

/**
 * What the functional tests are on this server, as a hash: a pass counts for as long as they are the same. Where it
 * was the runners of a commit that a queue would have put together with others, it is none without the queue; and what
 * the runners said of a head that was behind is none of a later one that has all of the protected branch, although a
 * merge of either gives the same tree.
 */
export function functionalConditions(
  { forge, functional }: Pick<ChangeSettings, 'forge' | 'functional'>,
  revision: Pick<ChangeRevision, 'testedOn'> | null,
): string {
  const command = functional?.command ?? null
  if (forge.kind === 'local') return contentHash({ command })
  const checks = forge.functionalChecks?.toSorted() ?? null
  const isOfHead = revision?.testedOn === 'head'
  return contentHash({ command, checks, mergeQueue: forge.mergeQueue ?? false, isOfHead })
}

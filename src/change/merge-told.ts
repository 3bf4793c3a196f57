import { contentHash, shortHash } from '../lib/content-hash.ts'
import type { ChangeDecision, ChangeEvent } from '../schema/stored-change.ts'
import type { ObservedChange } from './observed-change.ts'

/** On whose word it is merged, and who has overridden its gate; null: nobody had to. */
export type Cleared = { approver: string; override: ChangeDecision | null }

type Story = Pick<ObservedChange, 'events' | 'revision'>
type Told = Story & Pick<ObservedChange, 'gate'>

/** How keys begin of what is told before a merge, when everything that it takes is there. */
export function mergingKey({ head, tree }: { head: string; tree: string | null }): string {
  return `merging:${head}:${tree}`
}

/** Whether everything that it takes was there, and everybody was told. */
export function isMergeTold(story: Story): boolean {
  return mergesTold(story).length > 0
}

/** Whether that is on whose word it would be merged now: another one may have taken the place of theirs. */
export function isMergeToldOf(observed: Told, cleared: Cleared): boolean {
  const key = mergesTold(observed).at(-1)?.key
  return key?.endsWith(`:${wordHash(observed, cleared)}`) === true
}

/** Of the event that tells it next: also where it was on that word once, and on another one since. */
export function nextMergeKey(observed: Told, cleared: Cleared): string {
  const { revision } = observed
  if (revision === null) throw untested()
  const before = mergesTold(observed).length
  return `${mergingKey(revision)}:${before}:${wordHash(observed, cleared)}`
}

/** What the audit log has of a merge. */
export function mergeRecord(observed: Told, cleared: Cleared) {
  const again = mergesTold(observed).length
  return { ...wordOf(observed, cleared), ...(again > 0 && { again }) }
}

/** What is merged, and on whose word. */
function wordOf({ revision, gate }: Told, { approver, override }: Cleared) {
  if (revision === null || revision.tree === null || gate === null) throw untested()
  return { tree: revision.tree, gate: gate.id, approver, overridden: override !== null }
}

function wordHash(observed: Told, cleared: Cleared): string {
  return shortHash(contentHash(wordOf(observed, cleared)))
}

/** Oldest first. */
function mergesTold({ events, revision }: Story): ChangeEvent[] {
  if (revision === null) return []
  const ofThis = mergingKey(revision)
  return events.filter(({ key }) => key === ofThis || key.startsWith(`${ofThis}:`))
}

export function untested(): Error {
  return new Error('A change is merged of which nothing was tested.')
}

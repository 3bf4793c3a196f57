import type { BranchUnguarded } from '../schema/branch-guard.ts'
import type { ChangeEvent, ChangeRevision } from '../schema/stored-change.ts'
import type { ObservedChange } from './observed-change.ts'

type Refused = Pick<ChangeRevision, 'head' | 'base'>

/** Of a guard that does not hold: codes begin so, hashes of what a forge says do not. */
const ofGuard = 'branch-'

/**
 * Of an event: each reason is told once, however often it is tried.
 * @param about the code of a guard that does not hold, or a hash of what the forge said
 */
export function refusalKey({ head, base }: Refused, about: string): string {
  return `refused-merge:${head}:${base}:${about}`
}

/** Why this head was not merged into this base, and the last time that it was not. */
export function newestRefusal({
  change: { refusal },
  events,
  revision,
}: Pick<ObservedChange, 'change' | 'events' | 'revision'>): ChangeEvent | null {
  if (refusal === null || revision === null) return null
  if (!refusal.key.startsWith(refusalKey(revision, ''))) return null
  const told = events.find(({ key }) => key === refusal.key)
  return told === undefined ? null : { ...told, at: refusal.at }
}

/** Whether it was because the forge would let untested things onto its branch. */
export function isOfGuard({ key }: Pick<ChangeEvent, 'key'>): boolean {
  return key.split(':')[3]?.startsWith(ofGuard) === true
}

export function unguardedText({ sentence, fix, code }: BranchUnguarded): string {
  return `${sentence} ${fix} (${code})`
}

import type { BranchUnguarded } from '../schema/branch-guard.ts'
import type { ChangeEvent, ChangeRevision } from '../schema/stored-change.ts'
import type { ObservedChange } from './observed-change.ts'

type Refused = Pick<ChangeRevision, 'head' | 'base'>

/** Of a guard that does not hold: codes begin so, hashes of what a forge says do not. */
const ofGuard = 'branch-'

/**
 * Of an event, told once a minute.
 * @param about the code of a guard that does not hold, or a hash of what the forge said
 * @param at UTC epoch milliseconds
 */
export function refusalKey({ head, base }: Refused, about: string, at: number): string {
  return `refused-merge:${head}:${base}:${about}:${Math.floor(at / 60_000)}`
}

/** The last time that this head was not merged into this base. */
export function newestRefusal({
  events,
  revision,
}: Pick<ObservedChange, 'events' | 'revision'>): ChangeEvent | null {
  const of = `refused-merge:${revision?.head}:${revision?.base}:`
  return events.findLast(({ key }) => key.startsWith(of)) ?? null
}

/** Whether it was because the forge would let untested things onto its branch. */
export function isOfGuard({ key }: Pick<ChangeEvent, 'key'>): boolean {
  return key.split(':')[3]?.startsWith(ofGuard) === true
}

export function unguardedText({ sentence, fix, code }: BranchUnguarded): string {
  return `${sentence} ${fix} (${code})`
}

import type { ChangeCheck } from '../schema/stored-change.ts'
import { versionOf } from './observe-change.ts'
import type { ObservedChange } from './observed-change.ts'

/** A check that was started, and what is known of its change. */
export type Advancing = { observed: ObservedChange; check: ChangeCheck; signal: AbortSignal }

/** What is measured, and as whom: both are known before there is such a check. */
export function measuredOf({ change, checks }: Pick<ObservedChange, 'change' | 'checks'>): {
  author: string
  version: string
} {
  const version = versionOf(checks)
  if (change.author === null || version === null) {
    throw new Error('A change is measured that nobody proposed, or that was not bundled.')
  }
  return { author: change.author, version }
}

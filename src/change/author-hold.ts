import type { ChangeEvent } from '../schema/stored-change.ts'
import type { ObservedChange } from './observed-change.ts'

type Story = Pick<ObservedChange, 'events'>

const heldKey = 'held:author:'

/** That it waits since its author is no engineer here: each time anew that they are none any more. */
export function authorHeldKey({ events, change }: Story & Pick<ObservedChange, 'change'>): string {
  const key = `${heldKey}${change.author}`
  const over = events.findLast(({ kind }) => kind === 'resumed')
  return over === undefined ? key : `${key}:${over.sequence}`
}

/** That its author is an engineer by now. Null: it was not told that they are none, or told that this is over. */
export function resumedKey({ events }: Story): string | null {
  const newest = events.findLast((one) => isAuthorHeld(one) || one.kind === 'resumed')
  return newest !== undefined && isAuthorHeld(newest) ? `resumed:${newest.sequence}` : null
}

/** Whether its author was no engineer when it was merged. What is told to be merged is held by nothing at that time. */
export function isAuthorHeldAsMerged({ events }: Story): boolean {
  const newest = events.findLast(
    (one) => isAuthorHeld(one) || one.kind === 'resumed' || one.kind === 'merging',
  )
  return newest !== undefined && isAuthorHeld(newest)
}

function isAuthorHeld({ kind, key }: Pick<ChangeEvent, 'kind' | 'key'>): boolean {
  return kind === 'held' && key.startsWith(heldKey)
}

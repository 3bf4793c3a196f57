import type { Actor } from '../access/actor.ts'
import type { StoredLabelSet } from '../schema/label-set.ts'
import type { PersonName } from '../schema/workplace.ts'
import type { Store } from '../store/store.ts'

export type LabellingHost = {
  store: Pick<Store, 'datasets' | 'signatures' | 'labelSets' | 'audit' | 'secrets'>
  /** Who labels. */
  actor: Pick<Actor, 'id' | 'key' | 'roles'>
  nameOf: (id: string) => PersonName
}

/**
 * Whether somebody may know what others said of a text. Before that they get nothing that depends on it:
 * people who label one text apart must not follow each other.
 */
export function maySeeOthers(sets: readonly StoredLabelSet[], person: string): boolean {
  const own = sets.find((set) => set.person === person)
  return isSettled(sets) || (own !== undefined && own.state !== 'draft')
}

export function isSettled(sets: readonly StoredLabelSet[]): boolean {
  return sets.some(({ settledAt }) => settledAt !== null)
}

export function handedIn(sets: readonly StoredLabelSet[]): StoredLabelSet[] {
  return sets.filter(({ state }) => state === 'handed-in')
}

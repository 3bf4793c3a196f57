import type { ChangeView } from '../../../src/schema/change-views.ts'

/** What one looks at before one decides; each is null before it is there, the gate also to who may not see its figures. */
export type Looked = {
  revision: Pick<NonNullable<ChangeView['revision']>, 'head' | 'base' | 'tree'> | null
  gate: string | null
}

export function lookedAt({ revision, checks }: Pick<ChangeView, 'revision' | 'checks'>): Looked {
  const gate = checks.find(({ name, state }) => name === 'gate' && state === 'done')
  return { revision, gate: gate?.subject ?? null }
}

/** What comes while one looks is looked at, too: only what takes the place of something else has moved. */
export function lookedOn(looked: Looked, now: Looked): Looked {
  return { revision: looked.revision ?? now.revision, gate: looked.gate ?? now.gate }
}

/** Whether something else would be merged than when one began to look, or the gate has answered once more. */
export function isMoved(looked: Looked, now: Looked): boolean {
  const { revision, gate } = lookedOn(looked, now)
  return (
    revision?.head !== now.revision?.head ||
    revision?.tree !== now.revision?.tree ||
    (now.gate !== null && gate !== now.gate)
  )
}

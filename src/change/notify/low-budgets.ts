import type { LowBudget } from '../../access/budget-limits.ts'
import { hearsAnswersAlone, permissionsOf } from '../../access/permissions.ts'
import { contentHash } from '../../lib/content-hash.ts'
import type { ChangeEvent } from '../../schema/stored-change.ts'
import type { ChangeHost } from '../change-host.ts'
import type { ObservedChange } from '../observed-change.ts'
import type { Telling } from './notification-steps.ts'

/**
 * That little is left of money, once a change has spent some: of their own to its author, of that of all to whoever
 * sets budgets. What others have spent is for them alone, since gates are among it. Each is told of one budget once.
 */
export async function lowBudgets(
  { budgets, store }: Pick<ChangeHost, 'budgets' | 'store'>,
  { change, evaluation, roles }: ObservedChange,
  { key, kind }: Pick<ChangeEvent, 'key' | 'kind'>,
): Promise<(Telling & { id: string })[]> {
  const { author } = change
  if (kind !== 'check-ended' || !key.startsWith('ended:evaluation:')) return []
  const measured = evaluation && (await store.evaluations.get(evaluation.id))
  if (author === null) return []
  const { own, all } = await budgets.low(author, measured?.environment ?? null)
  const keepers = [...roles].filter(
    ([, held]) => permissionsOf(held).has('budgets:write') && !hearsAnswersAlone(held),
  )
  const told = [
    ...own.map((low) => telling(low, { person: author, change: change.id, isPrivate: false })),
    ...keepers.flatMap(([person]) =>
      all.map((low) => telling(low, { person, change: change.id, isPrivate: true })),
    ),
  ]
  const known = await Promise.all(told.map(({ person, id }) => store.notifications.get(person, id)))
  return told.filter((_, n) => known[n] === null)
}

/** The same budget has the same id: nobody is told of it twice, by whichever change. */
function telling(
  { key, text }: LowBudget,
  to: Pick<Telling, 'person' | 'change' | 'isPrivate'>,
): Telling & { id: string } {
  const id = `budget-${contentHash({ key, person: to.person })}`
  return { ...to, id, gate: null, eventKey: `budget-low:${key}`, kind: 'budget-low', text }
}

import type { Actor } from '../access/actor.ts'
import { record } from '../access/audit.ts'
import type { GateBudget } from '../gate/gate-budget.ts'
import { budgetOf } from '../gate/start-gate.ts'
import { refusalIn } from '../lib/errors.ts'
import type { ChangeEntry, ChangeView } from '../schema/change-views.ts'
import type { StoredChange } from '../schema/stored-change.ts'
import type { PersonName } from '../schema/workplace.ts'
import { audienceOf, type ChangeAudience } from './change-audience.ts'
import type { ChangeHost } from './change-host.ts'
import { type KnownChange, knownChange } from './known-change.ts'
import { readCursor } from './forge-cursor.ts'
import { newsRefused } from './forge-news.ts'
import { changeContext } from './observe-change.ts'
import { mayCostGate } from './retryable.ts'
import { sentences } from './sentences.ts'
import { toldOfProduction } from './told-of-production.ts'
import { changeEntry, changeView } from './view-change.ts'

/** What one person is shown of changes, as everything is at this moment. */
export async function showingTo(
  host: ChangeHost,
  actor: Actor,
  nameOf: (person: string) => PersonName,
) {
  const { store } = host
  const context = await changeContext(host)
  const look = async (
    change: StoredChange,
  ): Promise<KnownChange & { audience: ChangeAudience }> => {
    const known = await knownChange(host, context, change)
    return { ...known, audience: audienceOf(actor, known.observed) }
  }
  return {
    look,
    entry: async (change: StoredChange): Promise<ChangeEntry> => {
      const { audience, ...known } = await look(change)
      return changeEntry(known, { audience, nameOf })
    },
    /** The audit log knows of each look at what a gate could tell. */
    async view(change: StoredChange): Promise<ChangeView> {
      const { audience, ...known } = await look(change)
      const { gate } = known.observed
      const isTold = audience.isAuthor && mayCostGate(known)
      const budget = isTold ? await budgetLeft(host, actor.id) : null
      const seen = changeView(known, budget, { audience, nameOf })
      const refused = newsRefused(await store.changes.told(change.id), change)
      const view = {
        ...seen,
        told: [...seen.told, ...refused, ...(await toldOfProduction(host, actor, known))],
      }
      if (audience.judges && gate !== null && gate.passed !== null) {
        await record(store, actor, { action: 'gate-viewed', subject: gate.id })
      }
      if (change.state !== 'open') return view
      return { ...view, told: [...view.told, ...(await toldOfAll(host))] }
    },
    /** What holds of all that are open. */
    told: () => toldOfAll(host),
  }
}

async function toldOfAll(host: Pick<ChangeHost, 'store'>): Promise<string[]> {
  const { awaySince } = await readCursor(host)
  return awaySince === null ? [] : [sentences.forgeAway(awaySince)]
}

/** Null: nobody is told which dataset decides, and so there is none. */
async function budgetLeft(host: ChangeHost, author: string): Promise<GateBudget | null> {
  try {
    return await budgetOf(host, author)
  } catch (error) {
    if (refusalIn(error).code === 'gate-dataset') return null
    throw error
  }
}

import { record } from '../../access/audit.ts'
import type { Actor } from '../../access/actor.ts'
import { type ChangeAudience, audienceOf } from '../../change/change-audience.ts'
import { type ChangeSource, sourceOf } from '../../change/change-source.ts'
import { stageNow } from '../../change/change-stage.ts'
import { fileDiffs } from '../../change/file-diffs.ts'
import { type ChangeStore, findChange, knownChange } from '../../change/known-change.ts'
import { changeEntry, changeView, type KnownChange, toldGate } from '../../change/view-change.ts'
import type { GateHost } from '../../gate/gate-host.ts'
import { budgetOf } from '../../gate/start-gate.ts'
import { refusalIn } from '../../lib/errors.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { GateBudget } from '../../gate/gate-budget.ts'
import type { ChangeView } from '../../schema/change-views.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'

type Host = Omit<GateHost, 'store'> & {
  store: Store
  /** Null: the server's configuration names no repository. */
  changes: ChangeSource | null
}

/** Changes, as their authors, approvers, custodians and operators see them. */
export function changeRoutes(
  os: Pick<Implementer['changes'], 'list' | 'get' | 'diff'>,
  host: Host,
) {
  const { store, now } = host
  return {
    list: os.list.handler(async ({ input, context: { actor } }) => {
      const { after, limit, state, own = false } = input
      const found = await store.changes.list({
        limit,
        ...(state && { state }),
        ...(own && { author: actor.id }),
        ...beforeOf(after),
      })
      const nameOf = await peopleNames(store)
      const audience = await audienceFor(host, actor)
      const items = found.map(async (change) => {
        const known = await knownChange(store, change)
        return changeEntry(change, stageNow(known, now()), { audience: audience(known), nameOf })
      })
      const next = found.length === limit ? found.at(-1)?.number.toString() : undefined
      return { items: await Promise.all(items), next: next ?? null }
    }),
    get: os.get.handler(async ({ input, context: { actor } }) =>
      showChange(host, actor, await knownChange(store, await findChange(store, input.number))),
    ),
    diff: os.diff.handler(async ({ input, context: { actor } }) => {
      const { revision } = await knownChange(store, await findChange(store, input.number))
      const { repository, settings } = sourceOf(host)
      const seesDocuments = actor.permissions.has('datasets:read')
      return fileDiffs(repository, revision, { folder: settings.folder, seesDocuments })
    }),
  }
}

/** The audit log knows of each look at what a gate could tell. */
async function showChange(host: Host, actor: Actor, known: KnownChange): Promise<ChangeView> {
  const { store, now } = host
  const audience = (await audienceFor(host, actor))(known)
  const viewed = { audience, nameOf: await peopleNames(store), now: now() }
  const stage = stageNow(known, viewed.now)
  const budget = audience.isAuthor && known.gate === null ? await budgetLeft(host, actor.id) : null
  const view = changeView(known, { stage, told: [], budget }, viewed)
  const { gate } = known
  if (gate !== null && audience.judges && toldGate(gate, viewed.now).passed !== null) {
    await record(store, actor, { action: 'gate-viewed', subject: gate.id })
  }
  return view
}

/** Null: nobody is told which dataset decides, and so there is none. */
async function budgetLeft(host: GateHost, author: string): Promise<GateBudget | null> {
  try {
    return await budgetOf(host, author)
  } catch (error) {
    if (refusalIn(error).code === 'gate-dataset') return null
    throw error
  }
}

async function audienceFor(
  { store, isSolo }: Pick<Host, 'isSolo'> & { store: ChangeStore },
  actor: Actor,
): Promise<(known: KnownChange) => ChangeAudience> {
  const solo = await isSolo()
  const asked = await store.gates.candidatesOf(actor.id)
  return ({ change, revision, gate }) =>
    audienceOf(actor, {
      change,
      revision,
      solo,
      askedGate: gate !== null && asked.has(gate.candidate),
    })
}

function beforeOf(after: string | undefined): { before?: number } {
  const number = Number(after)
  return Number.isSafeInteger(number) && number > 0 ? { before: number } : {}
}

import { contentHash } from '../lib/content-hash.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { ChangeSettings } from '../schema/change-settings.ts'
import type { StoredChange } from '../schema/stored-change.ts'
import type { Store } from '../store/store.ts'
import { type ChangeHost, changeQueue } from './change-host.ts'
import { decideChange } from './decide-change.ts'
import { forgetCursor, isAway, keepCursor, noteAway, readCursor } from './forge-cursor.ts'
import { type ChangeContext, changeContext, observeStored } from './observe-change.ts'
import { reconcile } from './reconcile.ts'
import { personHere } from './see-forge.ts'

/** How often the forge is asked what happened, and whether something that was waited for is over. */
const lookEvery = '*/20 * * * * *'
/** In milliseconds: so often all that is open is looked at, whatever the forge tells. */
const lookAtAllEvery = 60 * 60_000
/** The others are due the next time. */
const mostDue = 500

/** In this process; and has somebody look at the forge from time to time, one over all processes. */
export async function workOnChanges(host: ChangeHost): Promise<void> {
  const { jobs } = host
  await jobs.work(changeQueue.name, { concurrency: 2 }, async ({ data, signal }) => {
    const { change } = data
    if (change === undefined) await lookAround(host)
    else await goOnWith(host, change, signal)
  })
  jobs.schedule(changeQueue.name, lookEvery, { look: 'around' })
  await wakeForge(host)
}

/** Twice is one job: whoever does it looks at everything. */
export async function wakeChange(
  { jobs }: Pick<ChangeHost, 'jobs'>,
  { id }: Pick<StoredChange, 'id'>,
): Promise<void> {
  await jobs.add(changeQueue.name, { key: id, data: { change: id } })
}

/** Something happened on the forge, as far as one is told. */
export async function wakeForge({ jobs }: Pick<ChangeHost, 'jobs'>): Promise<void> {
  await jobs.add(changeQueue.name, { key: 'look', data: { look: 'around' } })
}

/** Something happened to a change, as the forge calls it; one that is not known yet is looked for. */
export async function wakeReference(
  host: Pick<ChangeHost, 'jobs' | 'changes'> & { store: Pick<Store, 'changes'> },
  reference: string,
): Promise<void> {
  const { kind } = host.changes.forge
  const change = await host.store.changes.referenced(kind, reference)
  if (change === null) return wakeForge(host)
  await host.store.changes.wake(change.id)
  await wakeChange(host, change)
}

async function goOnWith(host: ChangeHost, change: string, signal: AbortSignal): Promise<void> {
  try {
    await reconcile(host, change, signal)
  } catch (error) {
    if (isAway(error)) await forgetCursor(host)
    await noteAway(host, error)
    throw error
  }
}

/** Reads what happened on the forge, and wakes what has something to do. */
export async function lookAround(host: ChangeHost): Promise<void> {
  try {
    await lookAtForge(host)
  } catch (error) {
    await noteAway(host, error)
    throw error
  }
}

async function lookAtForge(host: ChangeHost): Promise<void> {
  const { store, changes, now } = host
  const kept = await readCursor(host)
  const isAll = kept.cursor === null || now() - kept.allAt >= lookAtAllEvery
  const { references, cursor } = await changes.forge.events(isAll ? null : kept.cursor)
  const unread = await wakeAll(host, references, kept.unread)
  const held = await changeContext(host)
  const context = contextHash(held, changes.settings)
  // The forge then lists what is open, and not what was merged or closed since the look before.
  if (isAll || context !== kept.context) await store.changes.wake()
  await keepCursor(host, {
    cursor,
    allAt: isAll ? now() : kept.allAt,
    context,
    awaySince: null,
    unread,
  })
  for (const { id, isWoken } of await store.changes.due(now(), mostDue)) {
    if (isWoken || !(await stillWaits(host, held, id))) await wakeChange(host, { id })
  }
}

/**
 * Each for itself: one that cannot be read stops no other.
 * @param before those that could not be read the last time
 * @returns those that cannot be read now
 */
async function wakeAll(
  host: ChangeHost,
  references: readonly string[],
  before: readonly string[],
): Promise<string[]> {
  const unread: string[] = []
  for (const reference of new Set([...before, ...references])) {
    try {
      const change = await knownOrNew(host, reference)
      if (change !== null) await host.store.changes.wake(change.id)
    } catch (error) {
      // Once, and not each time that it is asked again.
      if (!before.includes(reference)) host.report(error)
      unread.push(reference)
    }
  }
  return unread
}

async function knownOrNew(host: ChangeHost, reference: string): Promise<StoredChange | null> {
  const { store, changes } = host
  const { kind } = changes.forge
  const known = await store.changes.referenced(kind, reference)
  if (known !== null) return known
  const found = await changes.forge.get(reference)
  // Nothing that is over is taken up.
  if (found === null || found.state !== 'open') return null
  const { title, description, branch } = found
  const author = personHere(changes.settings, await store.people.list(), found.author)
  const id = timeOrderedId()
  return store.changes.add({ id, forge: kind, reference, title, description, branch, author })
}

/** Whether what was waited for is not over, by what is kept here: then the forge need not be asked. */
async function stillWaits(host: ChangeHost, context: ChangeContext, id: string): Promise<boolean> {
  const { changes } = host.store
  const wakes = await changes.wakes(id)
  const change = await changes.get(id)
  if (change === null) return true
  const { step } = decideChange(await observeStored(host, context, change))
  if (step.do !== 'wait' || step.until === null || step.until <= context.now) return false
  await changes.keepNextLook(id, { at: step.until, wakes })
  return true
}

/** What may decide about any change: roles, who is who, what the gate compares with and by, the policy. */
function contextHash(
  { isSolo, roles, people, question, policyHash }: ChangeContext,
  { forge }: Pick<ChangeSettings, 'forge'>,
): string {
  const held = [...roles].map(([person, some]) => [person, ...some])
  const known = people.map(({ id, email }) => [id, email])
  const named = forge.kind === 'local' ? null : forge.people
  return contentHash({ isSolo, question, policyHash, roles: held, known, named })
}

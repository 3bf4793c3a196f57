import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import type { StoredChange } from '../schema/stored-change.ts'
import { canonicalJson } from '../lib/content-hash.ts'
import type { ChangeHost } from './change-host.ts'
import { askedLater, together, untold } from './change-story.ts'
import type { ChangeStep, DecidedChange } from './change-step.ts'
import { decideChange } from './decide-change.ts'
import { forgeNews, type ForgeNews } from './forge-news.ts'
import { linkNews } from './link-news.ts'
import { changeContext, observeStored } from './observe-change.ts'
import type { ObservedChange, SeenOnForge } from './observed-change.ts'
import { seeForge } from './see-forge.ts'
import { takeStep } from './take-step.ts'
import { tellEvents } from './tell-events.ts'

/** Milliseconds until what waits for something elsewhere, and does not know when that is over, is looked at again. */
const lookAgainAfter = 20_000

/** More than a change takes from its opening to its deployment; what is left is taken up by the timer. */
const mostSteps = 50

/**
 * Goes on with a change until there is nothing to do, or something to wait for: looks at all that is known,
 * tells what is new, does one thing, looks again.
 */
export async function reconcile(
  host: ChangeHost,
  id: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<DecidedChange | null> {
  let taken: string | null = null
  for (let steps = 0; ; steps += 1) {
    signal.throwIfAborted()
    const wakes = await host.store.changes.wakes(id)
    const observed = await observe(host, id)
    if (observed === null) return null
    const decided = decideChange(observed)
    if (isUpToDate(decided)) await tell(host, observed, decided)
    const { step } = decided
    const same = canonicalJson(step)
    // Once more would change nothing: it waits for something elsewhere.
    if (step.do === 'wait' || same === taken || steps >= mostSteps) {
      const at = step.do === 'wait' ? step.until : host.now() + lookAgainAfter
      await host.store.changes.keepNextLook(id, { at, wakes })
      return decided
    }
    await takeStep(host, observed, { step, signal })
    taken = same
  }
}

async function observe(host: ChangeHost, id: string): Promise<Seen | null> {
  const change = await host.store.changes.get(id)
  if (change === null) return null
  const forge = (await host.changes.forge.get(change.reference)) ?? gone(change)
  const stored = await observeStored(host, await changeContext(host), change)
  return withGuard(host, { ...stored, seen: await seeForge(host, stored, forge) })
}

type Seen = ObservedChange & { seen: SeenOnForge }

/** It is asked each time before a merge is told or done: rules of a branch change by hand. */
async function withGuard({ changes: { guard } }: ChangeHost, observed: Seen): Promise<Seen> {
  if (guard === null || !isAboutToMerge(decideChange(observed))) return observed
  return { ...observed, seen: { ...observed.seen, guard: await guard(observed) } }
}

function isAboutToMerge({ step }: DecidedChange): boolean {
  return step.do === 'tell-merge' || step.do === 'merge'
}

/** The forge does not know it any more: as if it were closed, with what was last seen. */
function gone({ reference, title, description, branch, mergedAs, state }: StoredChange) {
  const nobody = { writers: [], writerAddresses: [], reviews: [], runners: [] }
  const nothing = { ...nobody, commits: 0, head: '', base: '' }
  const last = { reference, title, description, branch, author: '', mergedAs }
  return { ...nothing, ...last, state: state === 'merged' ? state : ('closed' as const) }
}

/** Before what the forge shows is kept here, what is known is of yesterday. */
function isUpToDate({ step }: DecidedChange): boolean {
  const keeps: ChangeStep['do'][] = [
    'look',
    'note-queue-tests',
    'note-state',
    'note-unguarded',
    'record-review',
  ]
  return !keeps.includes(step.do)
}

async function tell(
  host: ChangeHost,
  observed: ObservedChange,
  decided: DecidedChange,
): Promise<void> {
  const { changes } = host.store
  const { id, reference, number } = observed.change
  const { publicUrl } = host.changes
  const story = untold(observed, decided)
  for (const events of together(story)) await tellEvents(host, observed, events)
  // Of a wait that was told just now whoever decides was told.
  const isTold = story.some(({ kind }) => kind === 'approval-waiting')
  if (decided.stage === 'waits-for-approval' && !isTold) await askLater(host, observed)
  const told = await changes.told(id)
  const environment = 'production'
  for (const news of forgeNews(observed, decided, { told, environment })) {
    const linked = publicUrl === undefined ? news : linkNews(news, `${publicUrl}/changes/${number}`)
    const refusal = await refusalOf(tellForge(host, reference, linked))
    await changes.keepTold(id, news.about, { contentHash: news.contentHash, refusal })
  }
}

/** What the forge does not let itself be told stops nothing. Null: it was told. */
async function refusalOf(telling: Promise<void>): Promise<string | null> {
  try {
    await telling
    return null
  } catch (error) {
    if (!(error instanceof UserFacingError) || error.code !== 'forge-refused') throw error
    return printable(error.message)
  }
}

/** Whoever may decide about it since it began to wait is told, too. */
async function askLater(host: ChangeHost, observed: ObservedChange): Promise<void> {
  const { notifications } = host.store
  const { id } = observed.change
  const waiting = observed.events.findLast(({ kind }) => kind === 'approval-waiting')
  if (waiting === undefined) return
  const told = await notifications.toldOf({ change: id, eventKey: waiting.key })
  for (const event of askedLater(observed, new Set(told))) {
    await tellEvents(host, observed, [event])
  }
}

async function tellForge(
  { changes: { forge } }: ChangeHost,
  reference: string,
  news: ForgeNews,
): Promise<void> {
  switch (news.kind) {
    case 'check':
      return forge.setCheck(reference, news.check)
    case 'comment':
      return forge.comment(reference, news.text)
    case 'deployment':
      return forge.setDeployment(reference, news.deployment)
  }
}

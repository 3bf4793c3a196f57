import { setTimeout } from 'node:timers/promises'
import type { ChangeHost } from '../../src/change/change-host.ts'
import type { DecidedChange } from '../../src/change/change-step.ts'
import { decideChange } from '../../src/change/decide-change.ts'
import type { Forge, OpenForge } from '../../src/change/forge/forge.ts'
import { changeContext, observeStored } from '../../src/change/observe-change.ts'
import { reconcile } from '../../src/change/reconcile.ts'
import type { Repository } from '../../src/change/repository.ts'
import { createTreeTests } from '../../src/change/test-tree.ts'
import { bundleFlow, packBundle } from '../../src/flow/bundle.ts'
import { ChangeSettings } from '../../src/schema/change-settings.ts'
import type { ChangeRevision, StoredChange } from '../../src/schema/stored-change.ts'

type Place = {
  forge: Forge
  repository: Repository
  guard?: OpenForge['guard']
  settings: object
  more?: object
}

/** A server's host with changes from a forge of a test's own. */
export function changeHostOf(
  host: Omit<ChangeHost, 'changes'>,
  { forge, repository, guard = null, settings: own, more }: Place,
): ChangeHost {
  const settings = ChangeSettings.parse({ ...own, ...more })
  const testTree = createTreeTests({
    repository,
    settings,
    isolation: host.isolation,
    // What tests propose is nothing that has to be kept apart.
    bundle: async ({ checkout }) =>
      packBundle(await bundleFlow(checkout, { paragraphsPerChunk: 32 })),
  })
  return { ...host, changes: { settings, forge, repository, guard, testTree, examine: null } }
}

/** Longer than anything that runs here: one waits for the time, and for nothing else. */
const aLongTime = 25_000
/** In milliseconds; a look at everything that is kept takes a while, too. */
const pollEvery = 200
/** Ten times what the longest of ways takes. */
const mostTurns = 300

/**
 * How changes are gone on with, by one or several servers, whose clock is set on where only time has to pass.
 */
export function goingOn(hosts: readonly ChangeHost[], setClock: (time: number) => void) {
  const [host] = hosts as [ChangeHost]
  const { store } = host
  const answerEvery = host.gate.settings.answerEverySeconds * 1000
  const stored = async (id: string): Promise<StoredChange> => (await store.changes.get(id))!
  const newest = async (id: string): Promise<ChangeRevision> => {
    const { revision } = await stored(id)
    return (await store.changes.revision(id, revision ?? -1))!
  }
  /** Where it is, by what is kept. */
  const look = async (id: string): Promise<DecidedChange> =>
    decideChange(await observeStored(host, await changeContext(host), await stored(id)))

  /** The gate that is asked about what would be merged now. */
  async function gateOf(id: string): Promise<string | null> {
    const { tree } = await newest(id)
    const checks = tree === null ? [] : await store.changes.checks(id, tree)
    return checks.findLast(({ name }) => name === 'gate')?.subject ?? null
  }

  async function passTimeOf(gate: string): Promise<void> {
    const { dueAt, state } = (await store.gates.get(gate))!
    if (state === 'running') {
      // Its own time begins when those before it are over.
      if (dueAt !== null) setClock(dueAt - answerEvery)
      while ((await store.gates.get(gate))?.state !== 'done') await setTimeout(pollEvery)
    }
    if (dueAt !== null) setClock(dueAt)
  }

  async function passTimeOfAudit(gate: string): Promise<void> {
    for (;;) {
      const audit = await store.gateAudits.get(gate)
      const { dueAt = null } = audit ?? {}
      const isOver = audit === null || audit.state === 'done' || audit.fault !== null
      if (isOver && dueAt !== null) setClock(dueAt)
      if (isOver) return
      if (dueAt !== null && host.now() < dueAt - answerEvery) setClock(dueAt - answerEvery)
      await setTimeout(pollEvery)
    }
  }

  /** What nothing here will end: without a word from the forge nobody knows when to look again. */
  async function isForForge(id: string): Promise<boolean> {
    const { step } = await look(id)
    return step.do === 'wait' && (step.until ?? 0) <= host.now()
  }

  /** Until there is something else to do by what is kept, or only time has to pass: the forge is not asked. */
  async function untilDue(id: string): Promise<void> {
    for (let looks = 0; looks < 50; looks += 1) {
      const { step } = await look(id)
      if (step.do !== 'wait' || (step.until ?? Infinity) - host.now() > aLongTime) return
      await setTimeout(pollEvery)
    }
  }

  /** Lets pass what it waits for. @returns false: it waits for somebody */
  async function wait(id: string, { step, stage }: DecidedChange): Promise<boolean> {
    if (step.do !== 'wait') return true
    if (step.until === null || stage === 'not-passed') return false
    const gate = stage === 'waits-for-gate' ? await gateOf(id) : null
    // A busy machine is slow enough for a fault; it is tried again when its time has come.
    const audited = stage === 'waits-for-audit' ? await gateOf(id) : null
    if (gate !== null) await passTimeOf(gate)
    else if (audited !== null && (await store.gateAudits.get(audited)) !== null)
      await passTimeOfAudit(audited)
    else if (stage === 'host-fault' || step.until - host.now() > aLongTime) setClock(step.until)
    else if (await isForForge(id)) setClock(step.until)
    else await untilDue(id)
    return true
  }

  let turns = 0
  /** Goes on with it until somebody has to do something: one server at a time, and each time another one. */
  async function settle(id: string): Promise<DecidedChange> {
    let decided: DecidedChange | null = null
    for (let turn = 0; turn < mostTurns; turn += 1) {
      const one = hosts[(turns += 1) % hosts.length] ?? host
      decided = await reconcile(one, id)
      if (decided !== null && !(await wait(id, decided))) return decided
    }
    throw new Error(`A change does not settle: ${JSON.stringify(decided)}.`)
  }
  /** The same with all servers at the same time, as when one goes on with what was taken for dead. */
  async function settleAtOnce(id: string): Promise<DecidedChange> {
    for (;;) {
      await Promise.all(hosts.map((one) => reconcile(one, id)))
      const decided = await look(id)
      if (!(await wait(id, decided))) return decided
    }
  }
  return { stored, newest, look, gateOf, passTimeOf, settle, settleAtOnce, wait }
}

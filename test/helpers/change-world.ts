import { setTimeout } from 'node:timers/promises'
import type { ChangeHost } from '../../src/change/change-host.ts'
import type { DecidedChange } from '../../src/change/change-step.ts'
import type { Forge, ForgeReview } from '../../src/change/forge/forge.ts'
import type { Files } from '../../src/change/git/git-samples.ts'
import { decideChange } from '../../src/change/decide-change.ts'
import { changeContext, observeStored } from '../../src/change/observe-change.ts'
import { reconcile } from '../../src/change/reconcile.ts'
import type { Repository } from '../../src/change/repository.ts'
import { createTreeTests } from '../../src/change/test-tree.ts'
import { lookAround } from '../../src/change/work-on-changes.ts'
import { bundleFlow, packBundle } from '../../src/flow/bundle.ts'
import { timeOrderedId } from '../../src/lib/time-ordered-id.ts'
import { ChangeSettings } from '../../src/schema/change-settings.ts'
import type { ChangeDecision, StoredChange } from '../../src/schema/stored-change.ts'
import { gateWorld } from './gate-world.ts'

/** A forge of a test's own, with a flow on its protected branch, and what people do there. */
export type ForgeWorld = {
  forge: Forge
  repository: Repository
  /** `changes` of the server's configuration; the people of the tests have the addresses NAME@example.org. */
  settings: object
  /** Commits to a branch, which begins at the protected one, as somebody; `force`: as if it were new. */
  push(push: {
    branch: string
    files: Files
    by?: string
    force?: boolean
    empty?: number
  }): Promise<string>
  /** Proposes a branch. @returns its reference */
  open(change: { branch: string; by: string; title?: string }): Promise<string>
  close(reference: string): Promise<void>
  /** What somebody says on the forge itself of a commit. */
  review(reference: string, review: Omit<ForgeReview, 'at'>): Promise<void>
  setDown(isDown: boolean): Promise<void>
  /** What the forge was told and did not know yet, a line each. */
  effects(): Promise<string[]>
  /** All texts that everybody sees there. */
  texts(): Promise<string>
} & AsyncDisposable

type ForgeOptions = {
  /** Folder of the flow that is in production. */
  flow: string
  /** Ids of the accounts with these mail addresses. */
  peopleOf: (emails: string[]) => Promise<string[]>
}
export type OpenForgeWorld = (options: ForgeOptions) => Promise<ForgeWorld>

type Options = Parameters<typeof gateWorld>[0] & { changes?: object }

/** A server with a gate, people, and changes that come from a forge; nothing but tests goes on with them. */
export async function changeWorld<F extends ForgeWorld>(
  openForge: (options: ForgeOptions) => Promise<F>,
  options: Options = {},
) {
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await gateWorld(options))
  const peopleOf = async (emails: string[]): Promise<string[]> => {
    const people = await world.store.people.list()
    return people.filter(({ email }) => emails.includes(email)).map(({ id }) => id)
  }
  const forge = stack.use(await openForge({ flow: world.flow.path('flow'), peopleOf }))
  const { repository } = forge
  const settings = ChangeSettings.parse({ ...forge.settings, ...options.changes })
  const testTree = createTreeTests({
    repository,
    settings,
    isolation: world.host.isolation,
    // What tests propose is nothing that has to be kept apart.
    bundle: async ({ checkout }) =>
      packBundle(await bundleFlow(checkout, { paragraphsPerChunk: 32 })),
  })
  const changes = { settings, forge: forge.forge, repository, testTree, examine: null }
  const host: ChangeHost = { ...world.host, changes }
  const wim = await world.person('wim', ['engineer', 'approver'])
  const rob = await world.person('rob', ['reviewer'])
  const all = stack.move()

  const stored = async (id: string): Promise<StoredChange> => (await host.store.changes.get(id))!
  const newest = async (id: string) => {
    const { revision } = await stored(id)
    return (await host.store.changes.revision(id, revision ?? -1))!
  }
  /** Goes on with it, lets the time of the gate come, until somebody has to do something. */
  async function settle(id: string): Promise<DecidedChange> {
    for (;;) {
      const decided = (await reconcile(host, id))!
      const { step } = decided
      if (step.do === 'wait' && step.until === null) return decided
      if (
        step.do === 'wait' &&
        step.until !== null &&
        (decided.stage === 'host-fault' ||
          (decided.stage === 'waits-for-audit' && step.until - host.now() > 60_000))
      ) {
        // A busy machine is slow enough for a fault; it is tried again.
        world.setClock(step.until ?? 0)
        continue
      }
      const { tree } = await newest(id)
      const checks = tree === null ? [] : await host.store.changes.checks(id, tree)
      const gate = checks.findLast(({ name }) => name === 'gate')?.subject ?? null
      if (decided.stage === 'waits-for-gate' && gate !== null) await passTimeOf(gate)
      else await setTimeout(50)
    }
  }
  async function passTimeOf(gate: string): Promise<void> {
    const { dueAt, state } = (await host.store.gates.get(gate))!
    if (state === 'running') {
      // Its own time begins when those before it are over.
      if (dueAt !== null) world.setClock(dueAt - answerEvery)
      await world.stored(gate)
    }
    if (dueAt !== null) world.setClock(dueAt)
  }
  const answerEvery = host.gate.settings.answerEverySeconds * 1000

  async function decide(
    id: string,
    person: string,
    more: Partial<ChangeDecision> = {},
  ): Promise<void> {
    const { head, tree } = await newest(id)
    const decision = { decision: 'approved' as const, gate: null, reason: null, solo: false }
    const about = { id: timeOrderedId(), change: id, person, head, tree: tree ?? '' }
    await host.store.changes.decide({ ...about, ...decision, ...more })
  }
  return {
    ...world,
    host,
    forge,
    wim,
    rob,
    stored,
    newest,
    settle,
    decide,
    passTimeOf,
    /** Where it is, by what is kept. */
    look: async (id: string) =>
      decideChange(await observeStored(host, await changeContext(host), await stored(id))),
    /** Pushes, proposes, and has the server find it. @returns its id here */
    async propose({ branch = 'better', files = betterFiles, by = 'eve', empty = 0 } = {}) {
      await forge.push({ branch, files, by, empty })
      const reference = await forge.open({ branch, by })
      await lookAround(host)
      const change = await host.store.changes.referenced(forge.forge.kind, reference)
      return change!.id
    },
    check: async (id: string, name: string) => {
      const { tree } = await newest(id)
      const checks = await host.store.changes.checks(id, tree ?? '')
      return checks.findLast((one) => one.name === name) ?? null
    },
    kinds: async (id: string) => (await host.store.changes.events(id)).map(({ kind }) => kind),
    actions: async () => (await host.store.audit.list({ limit: 500 })).map(({ action }) => action),
    /** Everything that people who see a change are told. */
    texts: async (id: string, decided: DecidedChange) =>
      JSON.stringify([
        decided.told,
        await host.store.changes.events(id),
        await host.store.changes.checks(id, (await newest(id)).tree ?? ''),
        await forge.texts(),
      ]),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** Of no consequence to what is found. */
export const betterFiles: Files = { 'agents/absolutes/notes.md': 'A note.\n' }

import { permissionsOf } from '../../src/access/permissions.ts'
import type { ChangeHost } from '../../src/change/change-host.ts'
import type { DecidedChange } from '../../src/change/change-step.ts'
import { decideOnChange, type DecisionRequest } from '../../src/change/decide-on-change.ts'
import type { Forge, ForgeReview } from '../../src/change/forge/forge.ts'
import type { Files } from '../../src/change/git/git-samples.ts'
import { overridingOf } from '../../src/change/judge-receipt.ts'
import type { Repository } from '../../src/change/repository.ts'
import { lookAround } from '../../src/change/work-on-changes.ts'
import { signOverride } from '../../src/gate/sign-override.ts'
import { timeOrderedId } from '../../src/lib/time-ordered-id.ts'
import type { ChangeDecision } from '../../src/schema/stored-change.ts'
import { changeHostOf, goingOn } from './change-host.ts'
import { gateWorld } from './gate-world.ts'
import { testServer } from './test-server.ts'

/** A forge of a test's own, with a flow on its protected branch, and what people do there. */
export type ForgeWorld = {
  forge: Forge
  repository: Repository
  /** `changes` of the server's configuration; the people of the tests have the addresses NAME@example.org. */
  settings: object
  /** Commits to a branch, which begins at the protected one, as somebody; `force`: as if it were new. */
  push(push: Push): Promise<string>
  /** Merges the protected branch into another one, as "Update branch" does, and tests what comes out. */
  update(branch: string): Promise<void>
  /** Proposes a branch. @returns its reference */
  open(change: { branch: string; by: string; title?: string }): Promise<string>
  /** Merges it, as somebody who asks nobody. */
  mergeByHand(reference: string): Promise<void>
  /** As whoever has no use for it does: its branch is taken away. */
  remove(branch: string): Promise<void>
  /** What somebody says on the forge itself of the newest commit. */
  review(
    reference: string,
    review: { by: string; decision: ForgeReview['decision'] },
  ): Promise<void>
  /** Takes back what somebody said last there. */
  dismiss(reference: string, by: string): Promise<void>
  setDown(isDown: boolean): Promise<void>
  /** What the forge was told and did not know yet, a line each. */
  effects(): Promise<string[]>
  /** All texts that everybody sees there. */
  texts(): Promise<string>
} & AsyncDisposable

export type Push = {
  branch: string
  files?: Files
  /** Name of who writes it, or an address of theirs that is not the one of their account on the forge. */
  by?: string
  message?: string
  /** Whether what the branch has is thrown away. */
  force?: boolean
  /** How many commits more, of nothing. */
  empty?: number
  /** What its functional tests do, which it brings along or the forge's runners run; default: they pass. */
  tests?: 'passed' | 'failed' | 'slow' | 'missing'
}

export type ForgeOptions = {
  /** Folder of the flow that is in production. */
  flow: string
  /** Ids of the accounts with these mail addresses. */
  peopleOf: (emails: string[]) => Promise<string[]>
  /** UTC epoch milliseconds. */
  now: () => number
}
export type OpenForgeWorld = (options: ForgeOptions) => Promise<ForgeWorld>

type Options = Omit<NonNullable<Parameters<typeof gateWorld>[0]>, 'open'> & {
  changes?: object
  /** Of PostgreSQL: two workers then go on with changes, in turns. */
  databaseUrl?: string
}
type Server = Awaited<ReturnType<typeof testServer>>

/** A server with a gate, people, and changes that come from a forge; nothing but tests goes on with them. */
export async function changeWorld<F extends ForgeWorld>(
  openForge: (options: ForgeOptions) => Promise<F>,
  { databaseUrl, ...options }: Options = {},
) {
  await using stack = new AsyncDisposableStack()
  const others: Server[] = []
  const world = stack.use(
    await gateWorld({
      ...options,
      open: async (server) => {
        const own = await testServer({ ...server, databaseUrl })
        if (databaseUrl === undefined) return own
        const { dataFolder } = own
        others.push(await testServer({ ...server, databaseUrl, dataFolder }))
        return own
      },
    }),
  )
  for (const other of others) stack.use(other)
  const peopleOf = async (emails: string[]): Promise<string[]> => {
    const people = await world.store.people.list()
    return people.filter(({ email }) => emails.includes(email)).map(({ id }) => id)
  }
  const now = world.host.now
  const forge = stack.use(await openForge({ flow: world.flow.path('flow'), peopleOf, now }))
  const hosts = [world, ...others].map((server) =>
    changeHostOf(server.host, { ...forge, more: options.changes }),
  )
  const [host] = hosts as [ChangeHost]
  const setClock = (time: number): void => {
    for (const server of [world, ...others]) server.setClock(time)
  }
  const wim = await world.person('wim', ['engineer', 'approver'])
  const rob = await world.person('rob', ['reviewer'])
  const all = stack.move()
  const going = goingOn(hosts, setClock)

  async function decide(
    id: string,
    person: string,
    more: Partial<ChangeDecision> = {},
  ): Promise<void> {
    const { head, tree } = await going.newest(id)
    const decision = {
      decision: 'approved' as const,
      reason: null,
      reasonTold: false,
      solo: false,
    }
    const about = { id: timeOrderedId(), change: id, person, head, tree: tree ?? '' }
    const isApproval = (more.decision ?? 'approved') === 'approved'
    const gate = isApproval ? await going.gateOf(id) : null
    const said = { ...about, ...decision, gate, ...more }
    const record = said.decision === 'overridden' ? await signedOf(said) : null
    await host.store.changes.decide({ record, ...said })
  }

  /** As somebody does on the page, about what would be merged now: it is refused as there. */
  async function say(
    id: string,
    person: { id: string },
    { decision = 'approved', ...more }: Partial<DecisionRequest> = {},
  ): Promise<void> {
    const { head, tree } = await going.newest(id)
    const { name = '', roles = [] } = (await host.store.people.get(person.id)) ?? {}
    const permissions = permissionsOf(roles)
    const actor = { id: person.id, name, roles, permissions, via: 'session' as const }
    const change = await going.stored(id)
    await decideOnChange(host, actor, { change, decision, head, tree: tree ?? '', ...more })
  }

  /** As the server signs it. */
  async function signedOf(said: Omit<ChangeDecision, 'record' | 'decidedAt'>): Promise<string> {
    const stored = await host.store.gates.get(said.gate ?? '')
    const { id: gate = '', receipt, candidate: version = '' } = stored ?? {}
    const overriding = overridingOf(said, { gate, receipt: receipt ?? '', version })
    const signingKey = await host.gate.signingKey()
    return signOverride(overriding, { signingKey, splitKey: host.splitKey, now: host.now() })
  }
  return {
    ...world,
    host,
    forge,
    wim,
    rob,
    ...going,
    decide,
    say,
    setClock,
    /** Pushes, proposes, and has the server find it. @returns its id here */
    async propose({ branch = 'better', files = betterFiles, by = 'eve', ...more }: Proposal = {}) {
      await forge.push({ branch, files, by, ...more })
      const reference = await forge.open({ branch, by })
      await lookAround(host)
      const change = await host.store.changes.referenced(forge.forge.kind, reference)
      return change!.id
    },
    check: async (id: string, name: string) => {
      const { tree } = await going.newest(id)
      const checks = await host.store.changes.checks(id, tree ?? '')
      return checks.findLast((one) => one.name === name) ?? null
    },
    kinds: async (id: string) => (await host.store.changes.events(id)).map(({ kind }) => kind),
    /** What somebody was told of a change, the oldest first. */
    toldOf: async (id: string, person: string) =>
      (await host.store.notifications.list(person, { limit: 500 }))
        .filter(({ change }) => change === id)
        .map(({ kind }) => kind)
        .toReversed(),
    actions: async () => (await host.store.audit.list({ limit: 500 })).map(({ action }) => action),
    /** Everything that people who see a change are told. */
    texts: async (id: string, decided: DecidedChange) =>
      JSON.stringify([
        decided.told,
        await host.store.changes.events(id),
        await host.store.changes.checks(id, (await going.newest(id)).tree ?? ''),
        await forge.texts(),
      ]),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

type Proposal = Partial<Push>

/** Of no consequence to what is found. */
const betterFiles: Files = { 'agents/absolutes/notes.md': 'A note.\n' }

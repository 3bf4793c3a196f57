import type { MailSettings } from '../../src/access/mail.ts'
import { commitAll, type Files, git, initRepository } from '../../src/change/git/git-samples.ts'
import { functionalConditions } from '../../src/change/functional-conditions.ts'
import type { Forge } from '../../src/change/forge/forge.ts'
import { openRepository } from '../../src/change/open-repository.ts'
import type { Repository } from '../../src/change/repository.ts'
import { ChangeSettings } from '../../src/schema/change-settings.ts'
import type { ChangeView } from '../../src/schema/change-views.ts'
import type { ChangeCheckName } from '../../src/schema/stored-change.ts'
import type { StoredGate } from '../../src/schema/stored-gate.ts'
import { type Ask, type Change, gateWorld, json } from './gate-world.ts'
import { tempFolder } from './temp-folder.ts'
import { testServer } from './test-server.ts'

/** Branches are changes once somebody proposes them: as much of a forge as pages and commands ask. */
function branchForge(repository: Repository): Forge & { closed: string[] } {
  const closed: string[] = []
  const later = async (): Promise<never> => {
    throw new Error('Nobody goes on with changes here.')
  }
  return {
    kind: 'local',
    closed,
    async open({ branch }) {
      if ((await repository.commitOf(branch)) === null) throw new Error(`There is no ${branch}.`)
      return branch
    },
    async close(reference) {
      closed.push(reference)
      return 'closed'
    },
    get: later,
    setCheck: later,
    comment: later,
    merge: later,
    setDeployment: later,
    events: later,
  }
}

type Options = Omit<NonNullable<Parameters<typeof gateWorld>[0]>, 'open'> & { mail?: MailSettings }

/**
 * A server with gates whose flow is in a git repository, on which nobody goes on with changes: what was found
 * out about one is kept by the test.
 */
export async function changeWorld({ mail, ...options }: Options = {}) {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await tempFolder())
  const work = folder.path('work')
  await initRepository(work)
  await commitAll(work, { files: { 'README.md': 'A flow.\n' }, message: 'Begin' })
  const repository = stack.use(await openRepository(work))
  const forge = branchForge(repository)
  const source = {
    settings: ChangeSettings.parse({}),
    forge,
    repository,
    testTree: async () => ({ bundle: null, cause: null, summary: '', log: '' }),
    guard: null,
    examine: null,
  }
  const world = stack.use(
    await gateWorld({
      ...options,
      open: (server) => testServer({ ...server, changes: source, mail }),
    }),
  )
  const { store } = world
  const all = stack.move()

  /** A branch with these files on top of the protected one. */
  async function branch(name: string, files: Files): Promise<string> {
    await git(work, ['switch', '--quiet', '-C', name, 'main'])
    const head = await commitAll(work, { files })
    await git(work, ['switch', '--quiet', 'main'])
    return head
  }

  /** As it is once somebody has looked at the branch. */
  async function seen(number: number, more: { writers?: string[]; policyFiles?: string[] } = {}) {
    const change = await store.changes.numbered(number)
    if (change === null) throw new Error(`There is no change ${number}.`)
    const base = (await repository.commitOf('main')) ?? ''
    const head = (await repository.commitOf(change.branch)) ?? ''
    const merged = await repository.mergeTree(base, head)
    const tree = 'tree' in merged ? merged.tree : null
    const conflicts = 'tree' in merged ? [] : merged.conflicts
    const about = { change: change.id, sequence: (change.revision ?? -1) + 1, head, base, tree }
    const nobody = { testedOn: null, writers: [], writtenBy: null, policyFiles: [] }
    await store.changes.addRevision({ ...about, conflicts, commits: 1, ...nobody, ...more })
    return { change, head, tree: tree ?? '' }
  }

  async function ended(
    { change, tree }: { change: { id: string }; tree: string },
    check: { name: ChangeCheckName; subject?: string | null; attempt?: number } & (
      | { outcome: 'pass'; cause?: null }
      | { outcome: 'fail'; cause: string }
    ),
  ): Promise<void> {
    const { name, attempt = 1, outcome, cause = null, subject = null } = check
    const key = { change: change.id, tree, name, attempt }
    await store.changes.startCheck({ ...key, subject })
    const summary = outcome === 'pass' ? 'It was passed.' : 'It was not passed.'
    const conditions = functionalConditions(source.settings, null)
    await store.changes.endCheck(key, { outcome, cause, summary, log: null, subject, conditions })
  }

  return {
    ...world,
    work,
    source,
    forge,
    branch,
    seen,
    ended,
    /** Proposes a branch with one other file. */
    async open(name: string, ask: Ask = world.eve.ask): Promise<ChangeView> {
      await branch(name, { [`agents/${name}/notes.md`]: `Of ${name}.\n` })
      return json(ask('POST', '/api/changes', { branch: name, title: `Change ${name}` }))
    },
    view: (number: number, ask: Ask) => json<ChangeView>(ask('GET', `/api/changes/${number}`)),
    /** Of a change that passed everything before the gate, which has answered of this candidate. */
    async gated(name: string, candidate: Change): Promise<Gated> {
      await branch(name, { [`agents/${name}/notes.md`]: 'Less.\n' })
      const asked = { branch: name, title: name }
      const { number } = await json<ChangeView>(world.eve.ask('POST', '/api/changes', asked))
      const looked = await seen(number)
      const bundle = await world.send(candidate)
      const { stored, told } = await world.gate({ bundle })
      await ended(looked, { name: 'functional', outcome: 'pass', subject: stored.candidate })
      await ended(looked, { name: 'infrastructure', outcome: 'pass' })
      await ended(looked, { name: 'evaluation', outcome: 'pass' })
      const { passed, cause } = told
      await ended(looked, {
        name: 'gate',
        subject: stored.id,
        ...(passed ? { outcome: 'pass' } : { outcome: 'fail', cause: cause ?? 'quality' }),
      })
      return { ...looked, number, gate: stored }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

type Gated = {
  number: number
  head: string
  tree: string
  change: { id: string }
  gate: StoredGate
}

import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeWorld } from '../../test/helpers/change-world.ts'
import { openGitHubForgeWorld } from '../../test/helpers/github-forge-world.ts'
import { reconcile } from './reconcile.ts'
import { sentences } from './sentences.ts'
import { goesOn } from './view-change.ts'
import { lookAround } from './work-on-changes.ts'

const sizes = { evaluation: 1, test: 2, audit: 2 }

let world: Awaited<ReturnType<typeof open>>
const open = () =>
  changeWorld(openGitHubForgeWorld, { sizes, settings: { minDocs: 2, repeats: 1 } })
beforeAll(async () => {
  world = await open()
})
afterAll(async () => world[Symbol.asyncDispose]())

test('a merge queue merges what is approved and nothing else, and what it merged may be deployed', async () => {
  const { host, forge } = world
  const { github } = forge
  const alone = host.changes.settings.forge
  host.changes.settings.forge = { ...forge.settings.forge, mergeQueue: true }
  const id = await world.propose({ branch: 'queued', files: { 'docs/queued.md': 'Queued.\n' } })
  github.state.rules.queue = true
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  const { base } = await world.newest(id)
  const number = Number((await world.stored(id)).reference)
  // All else that is required is green; nobody has approved it.
  await expect(github.enqueue(number)).rejects.toThrow('proofloop/approval')
  await world.decide(id, world.ada.id)
  const toBeQueued = { stage: 'merging', told: [sentences.toBeQueued] }
  expect(await reconcile(host, id)).toMatchObject(toBeQueued)
  // So pages and `status --wait` have it, who do not ask the forge: it is for somebody to add it.
  const shown = await world.look(id)
  expect(shown).toMatchObject(toBeQueued)
  expect(goesOn(shown)).toBe(false)
  await github.enqueue(number)
  const queued = { stage: 'merging', told: [sentences.queued] }
  expect(await reconcile(host, id)).toMatchObject(queued)
  const shownThen = await world.look(id)
  expect(shownThen).toMatchObject(queued)
  expect(goesOn(shownThen)).toBe(true)
  // What is not wanted any more waits in the queue, although its commit was green.
  await world.decide(id, world.ada.id, { decision: 'changes-requested', gate: null })
  expect((await world.settle(id)).stage).toBe('changes-requested')
  expect(await github.settle(number, base)).toBe(false)
  await world.decide(id, world.ada.id)
  expect(await reconcile(host, id)).toMatchObject(queued)
  expect(await github.settle(number, base)).toBe(true)
  expect((await world.settle(id)).stage).toBe('deployable')
  github.state.rules.queue = false
  host.changes.settings.forge = alone
})

test('a change that a merge queue tests waits for no update of its branch, and is merged by nobody else', async () => {
  await using own = await open()
  const { host } = own
  const { github, settings } = own.forge
  host.changes.settings.forge = { ...settings.forge, mergeQueue: true }
  const id = await own.propose()
  expect((await own.settle(id)).stage).toBe('waits-for-approval')
  await own.forge.push({ branch: 'main', files: { 'right.md': 'Right.\n' }, by: 'owner' })
  expect((await own.settle(id)).stage).toBe('waits-for-approval')
  await own.decide(id, own.ada.id)
  // Also where GitHub would let us.
  expect(await reconcile(host, id)).toMatchObject({ told: [sentences.toBeQueued] })
  expect(github.calls.filter((call) => call.startsWith('PUT '))).toEqual([])
  const { base, tree } = await own.newest(id)
  const number = Number((await own.stored(id)).reference)
  const queued = await github.enqueue(number)
  // The runners have tested the head, and not what the queue has put together.
  expect(await reconcile(host, id)).toMatchObject({ told: [sentences.queueTests] })
  expect((await own.look(id)).told).toEqual([sentences.queueTests])
  expect(await github.settle(number, base)).toBe(false)
  github.runner('test', queued, 'failure')
  expect(await reconcile(host, id)).toMatchObject({ told: [sentences.queueTests] })
  expect(await github.settle(number, base)).toBe(false)
  github.runner('test', queued, 'success')
  expect(await reconcile(host, id)).toMatchObject({ told: [sentences.queued] })
  expect(await own.newest(id)).toMatchObject({ tree, testedOn: 'queue' })
  expect(await github.settle(number, base)).toBe(true)
  expect((await own.settle(id)).stage).toBe('deployable')
})

test('a change that waits for a merge queue is looked at in GitHub each minute, which tells nobody what its queue does', async () => {
  await using own = await open()
  const { host } = own
  const { github, settings } = own.forge
  host.changes.settings.forge = { ...settings.forge, mergeQueue: true }
  const woken: (string | undefined)[] = []
  const add = async (_queue: string, { key }: { key?: string }) => String(woken.push(key))
  const watched = { ...host, jobs: { ...host.jobs, add } }
  const lookedAt = async () => {
    await lookAround(watched)
    return woken.splice(0)
  }
  const id = await own.propose()
  expect((await own.settle(id)).stage).toBe('waits-for-approval')
  await own.decide(id, own.ada.id)
  // What the server itself has told is seen there, too.
  while ((await lookedAt()).length > 0) await reconcile(host, id)
  expect((await own.look(id)).told).toEqual([sentences.toBeQueued])
  const commit = await github.enqueue(Number((await own.stored(id)).reference))
  expect(await lookedAt()).toEqual([])
  own.setClock(host.now() + 60_000)
  expect(await lookedAt()).toEqual([id])
  await reconcile(host, id)
  const ofQueue = github.state.runs.filter((run) => run.commit === commit)
  expect(ofQueue.map(({ name }) => name)).toContain('proofloop/approval')
})

test('of a change whose approval somebody else has given anew the audit log and the story say on whose word a merge queue merges it', async () => {
  await using own = await open()
  const { host, ada, wim } = own
  const { github, settings } = own.forge
  host.changes.settings.forge = { ...settings.forge, mergeQueue: true }
  const id = await own.propose()
  expect((await own.settle(id)).stage).toBe('waits-for-approval')
  const { reference } = await own.stored(id)
  const { base } = await own.newest(id)
  const approve = async (by: 'ada' | 'wim') => {
    await own.forge.review(reference, { by, decision: 'approved' })
    expect(await reconcile(host, id)).toMatchObject({ told: [sentences.toBeQueued] })
  }
  const takeBack = async (by: 'ada' | 'wim') => {
    await own.forge.dismiss(reference, by)
    expect((await reconcile(host, id))?.stage).toBe('waits-for-approval')
  }
  await approve('ada')
  await takeBack('ada')
  await approve('wim')
  await takeBack('wim')
  await approve('ada')
  await github.enqueue(Number(reference))
  await reconcile(host, id)
  expect(await github.settle(Number(reference), base)).toBe(true)
  expect((await own.settle(id)).stage).toBe('deployable')
  const recorded = await host.store.audit.list({ action: 'change-merged', subject: id, limit: 9 })
  const approvers = recorded.map(({ details }) => JSON.parse(details).approver)
  expect(approvers).toEqual([ada.id, wim.id, ada.id])
  const told = (await host.store.changes.events(id)).filter(({ kind }) => kind === 'merging')
  expect(told.map(({ person }) => person)).toEqual([ada.id, wim.id, ada.id])
})

test('what a merge queue merges before its runners have tested it is stopped', async () => {
  await using own = await open()
  const { host } = own
  const { github, settings } = own.forge
  host.changes.settings.forge = { ...settings.forge, mergeQueue: true }
  const id = await own.propose()
  await own.forge.push({ branch: 'main', files: { 'right.md': 'Right.\n' }, by: 'owner' })
  expect((await own.settle(id)).stage).toBe('waits-for-approval')
  await own.decide(id, own.ada.id)
  await reconcile(host, id)
  const { base } = await own.newest(id)
  const number = Number((await own.stored(id)).reference)
  await github.enqueue(number)
  expect(await reconcile(host, id)).toMatchObject({ told: [sentences.queueTests] })
  // Somebody takes the rule away.
  github.state.rules.checks = []
  expect(await github.settle(number, base)).toBe(true)
  expect(await own.settle(id)).toMatchObject({
    stage: 'stopped',
    told: [sentences.stopped.untested],
  })
  expect(await host.store.changes.deploymentRequest(id)).toBeNull()
})

test('what passed while a branch was behind does not count for the one that was updated, of the same tree', async () => {
  await using own = await open()
  const { host, forge } = own
  const { github, settings } = forge
  host.changes.settings.forge = { ...settings.forge, mergeQueue: true }
  const id = await own.propose()
  await forge.push({ branch: 'main', files: { 'right.md': 'Right.\n' }, by: 'owner' })
  expect((await own.settle(id)).stage).toBe('waits-for-approval')
  const { tree } = await own.newest(id)
  await forge.update('better')
  const head = (await github.head('better')) ?? ''
  github.runner('test', head, null)
  expect(await reconcile(host, id)).toMatchObject({ stage: 'checking' })
  expect(await own.newest(id)).toMatchObject({ head, tree, testedOn: 'head' })
  github.runner('test', head, 'failure')
  expect((await own.settle(id)).stage).toBe('not-passed')
  github.runner('test', head, 'success')
  expect((await own.settle(id)).stage).toBe('waits-for-approval')
})

test('what passed with a merge queue, or before the server had a command, is tested again without', async () => {
  await using own = await open()
  const { host } = own
  const { settings } = own.forge
  const { forge } = host.changes.settings
  host.changes.settings.forge = { ...settings.forge, mergeQueue: true }
  const id = await own.propose()
  await own.forge.push({ branch: 'main', files: { 'right.md': 'Right.\n' }, by: 'owner' })
  expect((await own.settle(id)).stage).toBe('waits-for-approval')
  const gate = await own.gateOf(id)
  await own.decide(id, own.ada.id)
  host.changes.settings.forge = forge
  host.changes.settings.functional = { command: ['node', '-e', 'process.exit(1)'], seconds: 60 }
  expect(await own.settle(id)).toMatchObject({ stage: 'not-passed' })
  expect(await own.check(id, 'functional')).toMatchObject({ attempt: 2, cause: 'tests-failed' })
  delete host.changes.settings.functional
  expect(await own.settle(id)).toMatchObject({ stage: 'waits-for-update' })
  expect(own.forge.github.calls.filter((call) => call.startsWith('PUT '))).toEqual([])
  expect(await own.gateOf(id)).toBe(gate)
})

test('a pass of the gate does not outlive the test set: the gate is asked again before it is merged', async () => {
  const { host } = world
  const id = await world.propose({ branch: 'rotated', files: { 'docs/rotated.md': 'Rotated.\n' } })
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  const first = await host.store.gates.get((await world.gateOf(id)) ?? '')
  await world.keepLetters({ ...sizes, test: 3 })
  await world.decide(id, world.ada.id)
  const asked = await world.look(id)
  // Nothing tells its author why.
  expect(asked).toMatchObject({ stage: 'waits-for-gate', told: [sentences.running.gate] })
  // Nobody has approved what it finds then.
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  await world.decide(id, world.ada.id)
  expect((await world.settle(id)).stage).toBe('deployable')
  const second = await host.store.gates.get((await world.gateOf(id)) ?? '')
  expect(second?.testSet).not.toBe(first?.testSet)
  expect(second).toMatchObject({ candidate: first?.candidate, verdict: 'PASS' })
})

import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { afterChecks } from '../src/change/change-scenarios-world.ts'
import { reconcile } from '../src/change/reconcile.ts'
import { UserFacingError } from '../src/lib/errors.ts'
import { changeWorld, type ForgeWorld, type OpenForgeWorld } from './helpers/change-world.ts'
import { dyingHost } from './helpers/dying-host.ts'
import { openGitForgeWorld } from './helpers/git-forge.ts'
import { openGitHubForgeWorld } from './helpers/github-forge-world.ts'
import { watchStatements } from './helpers/watch-statements.ts'

type World<F extends ForgeWorld = ForgeWorld> = Awaited<ReturnType<typeof changeWorld<F>>>

/** As few documents as a gate can tell something by. */
const small = {
  sizes: { evaluation: 1, test: 2, audit: 2 },
  settings: { minDocs: 2, repeats: 1 },
}

const waitsLong: ReadonlySet<string> = new Set(['waits-for-gate', 'merge-refused'])

/** Goes on with a change until somebody has to do something, and is killed after each effect. @returns how often */
async function killedOn<F extends ForgeWorld>(
  world: World<F>,
  id: string,
  effects: Pick<Set<string>, 'has' | 'add'>,
): Promise<number> {
  for (let times = 0; ;) {
    const killed = Promise.withResolvers<null>()
    const host = dyingHost(world.host, { known: effects, ofForge: true }, (effect) => {
      effects.add(effect)
      killed.resolve(null)
    })
    const decided = await Promise.race([killed.promise, reconcile(host, id)])
    if (decided === null) {
      times += 1
      continue
    }
    const { step, stage } = decided
    const isOver = step.do === 'wait' && (step.until === null || waitsLong.has(stage))
    if (isOver) return times
    if (stage === 'waits-for-audit') await world.wait(id, decided)
    else await setTimeout(50)
  }
}

test('whoever goes on with a change may die between any two effects: the end is the same, with no effect twice', async () => {
  await using world = await changeWorld(openGitForgeWorld)
  const { forge, host } = world
  const effects = new Set<string>()
  const id = await world.propose()
  const toGate = await killedOn(world, id, effects)
  await world.passTimeOf((await world.check(id, 'gate'))?.subject ?? '')
  const toApproval = await killedOn(world, id, effects)
  expect((await world.look(id)).stage).toBe('waits-for-approval')
  await world.decide(id, world.ada.id)
  const toEnd = await killedOn(world, id, effects)
  expect((await world.look(id)).stage).toBe('deployable')
  expect([toGate > 30, toApproval > 5, toEnd > 10]).toEqual([true, true, true])

  // As one that nobody killed.
  await using other = await changeWorld(openGitForgeWorld)
  const same = await other.propose()
  await other.settle(same)
  await other.decide(same, other.ada.id)
  await other.settle(same)
  expect(await world.kinds(id)).toEqual(await other.kinds(same))
  const told = async (one: World): Promise<string[]> =>
    (await one.actions()).filter((action) => /^change|deploy|audited/u.test(action))
  expect(await told(world)).toEqual(await told(other))
  const all = await forge.effects()
  for (const kind of ['check', 'merge', 'deployment']) {
    const of = (effect: string): boolean => effect.startsWith(kind)
    expect(all.filter(of)).toHaveLength((await other.forge.effects()).filter(of).length)
  }
  // A comment may say again what it said before.
  const others = all.filter((effect) => !effect.startsWith('comment'))
  expect(new Set(others).size).toBe(others.length)
  const gates = await host.store.gates.list({ limit: 9 })
  expect(gates.map(({ charge }) => charge)).toEqual([1])
  expect(await host.store.evaluations.list({ limit: 9 })).toHaveLength(1)
  expect(await host.store.gateAudits.list()).toHaveLength(1)
  const { base } = await world.newest(id)
  const merged = (await world.stored(id)).mergedAs ?? ''
  // The commit that was proposed, and the merge.
  expect(await forge.repository.commits(base, merged, 9)).toMatchObject({ count: 2 })
})

test('whoever notes that somebody merged a change may die between any two effects: what was said before counts', async () => {
  await using world = await changeWorld(openGitForgeWorld, small)
  const { host, forge } = world
  const id = await world.propose()
  await world.settle(id)
  const { reference } = await world.stored(id)
  await forge.review(reference, { by: 'ada', decision: 'approved' })
  const own = host.changes.forge
  const refused = { merged: false, why: 'refused', reason: 'Not clean.' } as const
  host.changes.forge = { ...own, merge: () => Promise.resolve(refused) }
  expect((await reconcile(host, id))?.stage).toBe('merge-refused')
  host.changes.forge = own
  await forge.review(reference, { by: 'ada', decision: 'changes-requested' })
  await forge.review(reference, { by: 'rob', decision: 'approved' })
  await forge.mergeByHand(reference)
  expect(await killedOn(world, id, new Set())).toBeGreaterThan(5)
  expect((await world.look(id)).stage).toBe('stopped')
  const kinds = await world.kinds(id)
  expect(kinds.slice(kinds.indexOf('merge-refused') + 1)).toEqual([
    'changes-requested',
    'approved',
    'approval-refused',
    'merged',
    'stopped',
  ])
  const decided = await host.store.audit.list({ action: 'change-decided', limit: 9 })
  expect(decided).toHaveLength(3)
})

test('whoever is refused a merge may die between any two effects: that is told once, and merged once', async () => {
  await using world = await changeWorld(openGitForgeWorld, small)
  const { host, forge, eve } = world
  const id = await world.propose()
  await world.settle(id)
  await world.decide(id, world.ada.id)
  const own = host.changes.forge
  const refused = { merged: false, why: 'refused', reason: 'Not clean.' } as const
  host.changes.forge = { ...own, merge: () => Promise.resolve(refused) }
  for (const more of [0, 11 * 60_000]) {
    world.setClock(host.now() + more)
    const at = host.now()
    await killedOn(world, id, new Set())
    expect((await world.look(id)).stage).toBe('merge-refused')
    expect((await world.stored(id)).refusal?.at).toBeGreaterThanOrEqual(at)
    expect((await world.kinds(id)).filter((kind) => kind === 'merge-refused')).toHaveLength(1)
    expect((await world.toldOf(id, eve.id)).filter((kind) => kind === 'stopped')).toHaveLength(1)
  }
  host.changes.forge = own
  world.setClock(host.now() + 11 * 60_000)
  await killedOn(world, id, new Set())
  expect((await world.look(id)).stage).toBe('deployable')
  expect((await forge.effects()).filter((effect) => effect.startsWith('merge'))).toHaveLength(1)
})

test('whoever has told that a look at audit begins once more, and dies then, has begun it', async () => {
  await using world = await changeWorld(openGitForgeWorld, small)
  const { host } = world
  const { runner } = host.gate
  const run = runner.run.bind(runner)
  let isDown = true
  runner.run = async (wanted) => {
    if (!isDown || wanted.apart !== 'audit') return run(wanted)
    throw new UserFacingError('isolation-failed', 'No process starts.')
  }
  const id = await world.propose()
  await world.settle(id)
  await world.decide(id, world.ada.id)
  let decided = await reconcile(host, id)
  while (decided !== null && decided.stage !== 'host-fault') {
    await world.wait(id, decided)
    decided = await reconcile(host, id)
  }
  const audit = async () => host.store.gateAudits.get((await world.gateOf(id)) ?? '')
  const before = await audit()
  expect(before).toMatchObject({ fault: 'isolation-failed' })
  isDown = false
  await world.wait(id, decided!)
  const killed = Promise.withResolvers<null>()
  const known = { has: (effect: string) => !effect.includes('audit-started') }
  const dying = dyingHost(host, { known, ofForge: true }, () => killed.resolve(null))
  expect(await Promise.race([killed.promise, reconcile(dying, id)])).toBeNull()
  expect((await audit())?.startedAt).toBeGreaterThan(before?.startedAt ?? Infinity)
  expect(await world.settle(id)).toMatchObject({ stage: 'deployable' })
  const kinds = await world.kinds(id)
  expect(kinds.filter((kind) => kind === 'audit-started')).toHaveLength(2)
})

/** Takes all but one in so many for known, so that nobody dies after them. */
function oneIn(many: number): Pick<Set<string>, 'has' | 'add'> {
  const seen = new Set<string>()
  return {
    has: (effect) => seen.has(effect) || seen.add(effect).size % many !== 0,
    add: () => seen,
  } as Pick<Set<string>, 'has' | 'add'>
}

// After each of them, and with processes that are killed, in the soak.
test('whoever goes on with a change on GitHub may die after any fourth effect: the end is the same, with no effect twice', async () => {
  await using world = await changeWorld(openGitHubForgeWorld, small)
  const { forge, host } = world
  const effects = oneIn(4)
  const id = await world.propose()
  const toGate = await killedOn(world, id, effects)
  await world.passTimeOf((await world.check(id, 'gate'))?.subject ?? '')
  const toApproval = await killedOn(world, id, effects)
  expect((await world.look(id)).stage).toBe('waits-for-approval')
  await forge.review((await world.stored(id)).reference, { by: 'ada', decision: 'approved' })
  const toEnd = await killedOn(world, id, effects)
  expect((await world.look(id)).stage).toBe('deployable')
  expect(Math.min(toGate, toApproval, toEnd)).toBeGreaterThan(0)
  expect(await world.kinds(id)).toEqual([
    'opened',
    ...Array.from({ length: 4 }, () => ['check-started', 'check-ended']).flat(),
    ...afterChecks,
  ])
  const { state, calls } = forge.github
  const { mergedAs } = await world.stored(id)
  expect(state.pulls).toMatchObject([{ mergedAs }])
  expect(calls.filter((call) => call.startsWith('PUT '))).toHaveLength(1)
  expect(state.comments).toHaveLength(1)
  expect(state.deployments).toMatchObject([{ sha: mergedAs, statuses: [{ state: 'queued' }] }])
  const ours = state.runs.filter(({ name }) => name.startsWith('proofloop/'))
  expect(new Set(ours.map(({ name }) => name)).size).toBe(ours.length)
  const gates = await host.store.gates.list({ limit: 9 })
  expect(gates.map(({ charge }) => charge)).toEqual([1])
  expect(await host.store.evaluations.list({ limit: 9 })).toHaveLength(1)
  expect(await host.store.gateAudits.list()).toHaveLength(1)
})

const writes = /^\s*(?:\d+ times )?(?:insert|update|delete)\b/iu

test.each<[string, OpenForgeWorld]>([
  ['a git repository', openGitForgeWorld],
  ['GitHub', openGitHubForgeWorld],
])(
  'whoever goes on with a change on %s may die after everything that it writes',
  async (...[, open]) => {
    using watch = watchStatements()
    await using world = await changeWorld<ForgeWorld>(open, small)
    const named = new Set<string>()
    const lives = { has: (effect: string) => named.add(effect) !== null }
    const aside = async <T>(work: () => Promise<T>) => (await watch.during(work)).done
    const host = dyingHost(world.host, { known: lives, ofForge: true, aside }, () => {})
    const id = await world.propose()
    const others: string[] = []
    for (let isOver = false; !isOver;) {
      const { done, statements } = await watch.during(() => reconcile(host, id))
      others.push(...statements.filter((statement) => writes.test(statement)))
      if (done === null) throw new Error('It is not known.')
      if (await world.wait(id, done)) continue
      isOver = done.stage !== 'waits-for-approval'
      if (!isOver) {
        const { reference } = await world.stored(id)
        await world.forge.review(reference, { by: 'ada', decision: 'approved' })
      }
    }
    expect((await world.look(id)).stage).toBe('deployable')
    expect(others).toEqual([])
    expect(named.size).toBeGreaterThan(60)
  },
)

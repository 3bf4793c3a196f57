import { expect, test } from 'vitest'
import { proposeIn, refusedByForge, type World } from './change-scenarios-world.ts'
import { reconcile } from './reconcile.ts'
import { lookAround } from './work-on-changes.ts'

/** One that an approving review has let in, and that the forge did not merge. */
async function approvedAndRefused(
  world: World,
  branch: string,
): Promise<{ id: string; reference: string }> {
  const { forge } = world
  const id = await proposeIn(world, branch)
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  const { reference } = await world.stored(id)
  await forge.review(reference, { by: 'ada', decision: 'approved' })
  await refusedByForge(world, id)
  return { id, reference }
}

/** What people say on the forge while nobody here looks, before somebody merges it. */
export function testReviewsBeforeMerge(open: () => World): void {
  test('whose approval was dismissed before somebody merged it is not deployed, and its story says why', async () => {
    const world = open()
    const { id, reference } = await approvedAndRefused(world, 'dismissed')
    await world.forge.dismiss(reference, 'ada')
    await world.forge.mergeByHand(reference)
    expect((await world.settle(id)).stage).toBe('stopped')
    expect((await world.kinds(id)).slice(-4)).toEqual([
      'merge-refused',
      'approval-void',
      'merged',
      'stopped',
    ])
  })

  test('that its approver did not want any more before somebody merged it is not deployed', async () => {
    const world = open()
    const { id, reference } = await approvedAndRefused(world, 'not-wanted')
    await world.forge.review(reference, { by: 'ada', decision: 'changes-requested' })
    await world.forge.mergeByHand(reference)
    expect((await world.settle(id)).stage).toBe('stopped')
    expect(await world.kinds(id)).toContain('changes-requested')
  })

  test('that somebody whose word does not count did not want before somebody merged it is deployed', async () => {
    const world = open()
    const { id, reference } = await approvedAndRefused(world, 'not-counted')
    await world.forge.review(reference, { by: 'rob', decision: 'changes-requested' })
    await world.forge.mergeByHand(reference)
    expect((await world.settle(id)).stage).toBe('deployable')
    expect(await world.kinds(id)).toContain('approval-refused')
  })
}

/** Whose author has lost the role engineer since it was approved. */
export function testHeldBeforeMerge(open: () => World): void {
  const roles = ['reviewer', 'engineer', 'reviewer', 'engineer'] as const
  test.each([
    ['no engineer when somebody merged it is not deployed', 3, 'stopped'],
    ['an engineer again when somebody merged it is deployed', 4, 'deployable'],
  ] as const)('whose author was %s', async (...[, turns, stage]) => {
    const world = open()
    const { eve, forge, host } = world
    const { id, reference } = await approvedAndRefused(world, `held-${turns}`)
    const told = async (): Promise<number> =>
      (await world.toldOf(id, world.first.id)).filter((kind) => kind === 'stopped').length
    for (const [turn, role] of roles.slice(0, turns).entries()) {
      await host.store.people.setRoles(eve.id, [role])
      expect((await reconcile(host, id))?.stage === 'not-an-engineer').toBe(role === 'reviewer')
      // Admins hear of it each time.
      expect(await told()).toBe(turn < 2 ? 1 : 2)
    }
    await forge.mergeByHand(reference)
    await host.store.people.setRoles(eve.id, ['engineer'])
    expect((await world.settle(id)).stage).toBe(stage)
  })
}

/** What is merged there between two looks at all that is open. */
export function testMergedUnseen(open: () => World): void {
  test('is looked at when it was merged before everything that is open was listed anew', async () => {
    const world = open()
    const { host, forge } = world
    const { changes } = host.store
    const id = await proposeIn(world, 'unseen')
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    await lookAround(host)
    await reconcile(host, id)
    const isDue = async () => (await changes.due(host.now(), 99)).some((one) => one.id === id)
    expect(await isDue()).toBe(false)
    const { reference } = await world.stored(id)
    await forge.mergeByHand(reference)
    // Whoever saw it there died before that was kept here.
    await forge.forge.get(reference)
    world.setClock(host.now() + 3_600_000)
    await lookAround(host)
    expect(await isDue()).toBe(true)
    expect((await world.settle(id)).stage).toBe('stopped')
  })
}

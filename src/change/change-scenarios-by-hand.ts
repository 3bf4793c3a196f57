import { expect, test } from 'vitest'
import { proposeIn, type World } from './change-scenarios-world.ts'
import { reconcile } from './reconcile.ts'
import { lookAround } from './work-on-changes.ts'

/** What people do on the forge while nobody here looks. */
export function testByHand(open: () => World): void {
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

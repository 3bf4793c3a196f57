import { expect, test } from 'vitest'
import { publicKeyOf, verifyReceipt } from '../gate/sign-receipt.ts'
import {
  actionsAbout,
  afterChecks,
  countEffects,
  hidden,
  prompt,
  proposeIn,
  type World,
} from './change-scenarios-world.ts'
import { reconcile } from './reconcile.ts'

export function testWholeWay(open: () => World): void {
  test('goes from a push to an offer to deploy, with one decision of a person', async () => {
    const world = open()
    const { host, forge } = world
    const before = await countEffects(world)
    const id = await proposeIn(world, 'whole', {
      files: prompt('absolutes', 'Find all that is promised.'),
    })
    const ready = await world.settle(id)
    expect(ready.stage).toBe('waits-for-approval')
    expect(await world.check(id, 'functional')).toMatchObject({ outcome: 'pass' })
    expect(await world.check(id, 'infrastructure')).toMatchObject({ outcome: 'skipped' })
    expect((await world.check(id, 'evaluation'))?.summary).toMatch(/F0.5 .* on 1 document/u)
    await world.decide(id, world.ada.id)
    const done = await world.settle(id)
    expect(done.stage).toBe('deployable')
    const { tree, head, base } = await world.newest(id)
    const { mergedAs } = await world.stored(id)
    expect(await forge.repository.changedFiles(mergedAs ?? '', tree ?? '')).toEqual([])
    expect(await forge.repository.commitOf('main')).toBe(mergedAs)
    expect(await forge.repository.changedFiles(base, head)).toHaveLength(1)
    const request = await host.store.changes.deploymentRequest(id)
    expect(request).toMatchObject({ commit: mergedAs, tree })
    const key = publicKeyOf(await host.gate.signingKey())
    expect(verifyReceipt(request?.receipt ?? '', key).candidate.version).toBe(request?.version)
    expect((await world.kinds(id)).filter((kind) => !kind.startsWith('check-'))).toEqual([
      'opened',
      ...afterChecks,
    ])
    expect(await actionsAbout(world, id)).toEqual(['change-merged', 'deployment-requested'])
    const { merges, deployments } = await countEffects(world)
    expect([merges - before.merges, deployments - before.deployments]).toEqual([1, 1])
    expect(await world.texts(id, done)).not.toContain(hidden)
  })
}

/** Those in which it matters who comes first: what was pushed or what was approved, one merge or the other. */
export function testWhoComesFirst(open: () => World): void {
  test('that is pushed to after an approval waits for another one', async () => {
    const world = open()
    const id = await proposeIn(world, 'pushed')
    await reconcile(world.host, id)
    await world.decide(id, world.ada.id)
    const { head } = await world.newest(id)
    await world.forge.push({ branch: 'pushed', files: { 'docs/pushed.md': 'Two.\n' } })
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    expect(await world.newest(id)).toMatchObject({ sequence: 1 })
    expect(await world.kinds(id)).toEqual(expect.arrayContaining(['pushed', 'approval-void']))
    // Whoever looks at an old page approves what was there.
    await world.decide(id, world.ada.id, { head })
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    await world.decide(id, world.ada.id)
    expect((await world.settle(id)).stage).toBe('deployable')
  })

  test('lands when it is the first of two that change the same file, and the other is told', async () => {
    const world = open()
    const { forge } = world
    const before = await countEffects(world)
    const ids = [
      await proposeIn(world, 'left', { files: { 'docs/both.md': 'left\n' } }),
      await proposeIn(world, 'right', { files: { 'docs/both.md': 'right\n' } }),
    ]
    for (const id of ids) {
      expect((await world.settle(id)).stage).toBe('waits-for-approval')
      await world.decide(id, world.ada.id)
    }
    const ended = await Promise.all(ids.map((id) => world.settle(id)))
    const stages = ended.map(({ stage }) => stage)
    expect(stages.toSorted()).toEqual(['conflict', 'deployable'])
    const loser = stages.indexOf('conflict')
    expect(ended[loser]?.told.join(' ')).toContain('docs/both.md')
    expect(await world.kinds(ids[loser] ?? '')).toContain('conflict')
    expect(await world.newest(ids[loser] ?? '')).toMatchObject({
      tree: null,
      conflicts: ['docs/both.md'],
    })
    const winner = await world.stored(ids[1 - loser] ?? '')
    expect(await forge.repository.commitOf('main')).toBe(winner.mergedAs)
    expect((await countEffects(world)).deployments - before.deployments).toBe(1)
    // Whoever lost the race puts both together, and goes on.
    const branch = loser === 0 ? 'left' : 'right'
    await forge.push({ branch, files: { 'docs/both.md': 'both\n' }, force: true })
    expect((await world.settle(ids[loser] ?? '')).stage).toBe('waits-for-approval')
  })
}

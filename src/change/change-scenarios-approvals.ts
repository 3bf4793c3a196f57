import { expect, test } from 'vitest'
import { proposeIn, refusedByForge, type World } from './change-scenarios-world.ts'
import { reconcile } from './reconcile.ts'
import { sentences } from './sentences.ts'

/** Whose word counts, of what, and for how long. */
export function testWhoApproves(open: () => World): void {
  test('is approved on the forge once, by somebody who is known here, for the newest commit', async () => {
    const world = open()
    const { forge, host } = world
    const id = await proposeIn(world, 'reviewed')
    await world.settle(id)
    const { reference } = await world.stored(id)
    const said = () => host.store.changes.decisions(id)
    await forge.review(reference, { by: 'mallory', decision: 'approved' })
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    expect(await said()).toEqual([])
    // Somebody whom one knows, and who is no approver.
    await forge.review(reference, { by: 'rob', decision: 'approved' })
    await world.settle(id)
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    expect(await said()).toMatchObject([{ person: world.rob.id }])
    const refused = (await world.kinds(id)).filter((kind) => kind === 'approval-refused')
    expect(refused).toHaveLength(1)
    // Of a commit that is not the newest any more when somebody looks.
    await forge.review(reference, { by: 'ada', decision: 'approved' })
    await forge.push({ branch: 'reviewed', files: { 'docs/reviewed.md': 'Two.\n' } })
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    expect(await said()).toHaveLength(1)
    await forge.review(reference, { by: 'ada', decision: 'changes-requested' })
    expect((await world.settle(id)).stage).toBe('changes-requested')
    await forge.review(reference, { by: 'ada', decision: 'approved' })
    expect((await world.settle(id)).stage).toBe('deployable')
    await world.settle(id)
    const { head, tree } = await world.newest(id)
    const ofAda = (await said()).filter(({ person }) => person === world.ada.id)
    expect(ofAda).toMatchObject([
      { decision: 'changes-requested', head, tree },
      { decision: 'approved', head, tree },
    ])
  })

  test('that was approved and then not wanted is not deployed when somebody merges it by hand', async () => {
    const world = open()
    const { ada, forge, host } = world
    const id = await approvedAndRefused(world, 'unwanted')
    await world.decide(id, ada.id, { decision: 'changes-requested', gate: null })
    expect((await world.settle(id)).stage).toBe('changes-requested')
    await forge.mergeByHand((await world.stored(id)).reference)
    expect((await world.settle(id)).stage).toBe('stopped')
    expect(await host.store.changes.deploymentRequest(id)).toBeNull()
  })
}

/** What the forge does not merge is tried every few minutes, perhaps for days. */
export function testWhatIsRefused(open: () => World): void {
  test('that the forge refuses again and again is told once for each reason, and when it last did is kept', async () => {
    const world = open()
    const { ada, eve, host } = world
    const own = host.changes.forge
    const id = await proposeIn(world, 'refused')
    await world.settle(id)
    await world.decide(id, ada.id)
    const refuse = async (reason: string): Promise<void> => {
      const refused = { merged: false, why: 'refused', reason } as const
      host.changes.forge = { ...own, merge: () => Promise.resolve(refused) }
      const at = host.now() + 11 * 60_000
      world.setClock(at)
      const told = [sentences.mergeRefused(reason)]
      expect(await reconcile(host, id)).toMatchObject({ stage: 'merge-refused', told })
      expect((await world.stored(id)).refusal?.at).toBeGreaterThanOrEqual(at)
      expect((await world.stored(id)).updatedAt).toBeGreaterThanOrEqual(at)
    }
    await refuse('Not green.')
    await refuse('Not green.')
    await refuse('A draft.')
    await refuse('Not green.')
    const refusals = (await host.store.changes.events(id)).filter(
      ({ kind }) => kind === 'merge-refused',
    )
    expect(refusals.map(({ text }) => text)).toEqual(['Not green.', 'A draft.'])
    const told = await world.toldOf(id, eve.id)
    expect(told.filter((kind) => kind === 'stopped')).toHaveLength(2)
    host.changes.forge = own
    world.setClock(host.now() + 11 * 60_000)
    expect((await world.settle(id)).stage).toBe('deployable')
  })
}

/** Whoever may decide about it is told, once. */
export function testWhoIsAsked(open: () => World): void {
  test('that takes a custodian no more is told to approvers, once', async () => {
    const world = open()
    const { ada, cleo, forge } = world
    const policy = '.github/notes.md'
    const files = { [policy]: 'A note.\n', 'docs/eased.md': 'Eased.\n' }
    const id = await proposeIn(world, 'eased', { files })
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    const told = async () => [await world.toldOf(id, cleo.id), await world.toldOf(id, ada.id)]
    const once = ['approval-waiting']
    expect(await told()).toEqual([once, []])
    await forge.push({ branch: 'eased', files: { [policy]: null } })
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    await world.settle(id)
    expect(await told()).toEqual([once, once])
  })
}

/** Whose author hears of a wish for changes when that has to be answered. */
export function testWishThatCountsLater(open: () => World): void {
  test('that somebody wants otherwise who gets the role later is told to its author then', async () => {
    const world = open()
    const { eve, rob, forge, host } = world
    const id = await proposeIn(world, 'wish-counts-later')
    await world.settle(id)
    const wishes = async (): Promise<number> =>
      (await world.toldOf(id, eve.id)).filter((kind) => kind === 'changes-requested').length
    const { reference } = await world.stored(id)
    await forge.review(reference, { by: 'rob', decision: 'changes-requested' })
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    expect(await wishes()).toBe(0)
    await host.store.people.setRoles(rob.id, ['approver'])
    expect((await world.settle(id)).stage).toBe('changes-requested')
    await world.settle(id)
    expect(await wishes()).toBe(1)
    await host.store.people.setRoles(rob.id, ['reviewer'])
  })
}

/** One that somebody has approved, and that the forge did not merge. */
async function approvedAndRefused(world: World, branch: string): Promise<string> {
  const id = await proposeIn(world, branch)
  await world.settle(id)
  await world.decide(id, world.ada.id)
  await refusedByForge(world, id)
  return id
}

/** Who has their role taken away, and has it again. */
export function testWhoCountsAgain(open: () => World): void {
  test('is deployed where its approver was none for a while, and is none any more since the merge', async () => {
    const world = open()
    const { ada, host } = world
    const id = await approvedAndRefused(world, 'role-and-back')
    const setRole = (role: 'approver' | 'reviewer') => host.store.people.setRoles(ada.id, [role])
    await setRole('reviewer')
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    await setRole('approver')
    world.setClock(host.now() + 11 * 60_000)
    expect((await reconcile(host, id))?.stage).toBe('waits-for-audit')
    await setRole('reviewer')
    expect((await world.settle(id)).stage).toBe('deployable')
    await setRole('approver')
  })

  test('is not deployed where its approver was none any more once more when somebody merged it', async () => {
    const world = open()
    const { ada, host } = world
    const id = await approvedAndRefused(world, 'role-and-gone')
    const roles = ['reviewer', 'approver', 'reviewer'] as const
    for (const role of roles) {
      await host.store.people.setRoles(ada.id, [role])
      await reconcile(host, id)
    }
    await world.forge.mergeByHand((await world.stored(id)).reference)
    expect((await world.settle(id)).stage).toBe('stopped')
    await host.store.people.setRoles(ada.id, ['approver'])
  })
}

/** Who gets a role once it is merged. */
export function testWhoCountsSince(open: () => World): void {
  test('is deployed where somebody wanted otherwise who was no approver when it was merged', async () => {
    const world = open()
    const { ada, rob, forge, host } = world
    const id = await proposeIn(world, 'wish-before-role')
    await world.settle(id)
    await forge.review((await world.stored(id)).reference, {
      by: 'rob',
      decision: 'changes-requested',
    })
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    await world.decide(id, ada.id)
    expect((await reconcile(host, id))?.stage).toBe('waits-for-audit')
    await host.store.people.setRoles(rob.id, ['approver'])
    expect((await world.settle(id)).stage).toBe('deployable')
    await host.store.people.setRoles(rob.id, ['reviewer'])
  })

  test('is not deployed on the approval of somebody who was no approver when somebody merged it', async () => {
    const world = open()
    const { ada, rob, forge, host } = world
    const { people } = host.store
    const id = await approvedAndRefused(world, 'approval-before-role')
    const { reference } = await world.stored(id)
    await forge.review(reference, { by: 'rob', decision: 'approved' })
    await people.setRoles(ada.id, ['reviewer'])
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    await forge.mergeByHand(reference)
    await people.setRoles(rob.id, ['approver'])
    await people.setRoles(ada.id, ['approver'])
    expect((await world.settle(id)).stage).toBe('stopped')
    await people.setRoles(rob.id, ['reviewer'])
  })
}

/** Whoever wrote a part of it decides nothing about it. */
export function testWhoWrote(open: () => World): void {
  test('is not approved by whoever its commits name, as a co-author or by an address', async () => {
    const world = open()
    const message = 'Edit\n\nCo-authored-by: Ada <Ada@Example.org>\n'
    const id = await proposeIn(world, 'named', { message })
    await world.forge.push({ branch: 'named', files: { 'a.md': 'A' }, by: 'wim@example.org' })
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    const writers = [world.ada.id, world.wim.id].toSorted()
    expect(await world.newest(id)).toMatchObject({ writers })
    const { reference } = await world.stored(id)
    await world.forge.review(reference, { by: 'ada', decision: 'approved' })
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
  })

  test('is not approved by whoever wrote a commit of it and was invited after it was looked at', async () => {
    const world = open()
    const id = await proposeIn(world, 'invited')
    const files = { 'a.md': 'A later one.\n' }
    await world.forge.push({ branch: 'invited', files, by: 'zoe@example.org' })
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    expect(await world.newest(id)).toMatchObject({ writers: [] })
    const zoe = await world.person('zoe', ['approver'])
    await expect(world.say(id, zoe)).rejects.toMatchObject({ code: 'own-change' })
    await world.decide(id, zoe.id)
    expect((await world.look(id)).stage).toBe('waits-for-approval')
    expect((await world.settle(id)).stage).toBe('waits-for-approval')
    expect(await world.kinds(id)).toContain('approval-refused')
  })
}

import { expect, test } from 'vitest'
import { changeWorld } from '../../test/helpers/change-world.ts'
import { openGitHubForgeWorld } from '../../test/helpers/github-forge-world.ts'
import { describeChanges } from './change-scenarios-contract.ts'
import { small, updatedOnceUntested } from './change-scenarios-world.ts'
import { reconcile } from './reconcile.ts'

describeChanges(openGitHubForgeWorld)

test('a change of which a runner says later that it fails is not merged, also once it is approved', async () => {
  await using world = await changeWorld(openGitHubForgeWorld, small)
  const { github } = world.forge
  const id = await world.propose()
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  const { head } = await world.newest(id)
  const gate = await world.gateOf(id)
  // Of a workflow that was queued when the others were done.
  github.runner('late', head, 'failure')
  await world.decide(id, world.ada.id)
  expect((await world.settle(id)).stage).toBe('not-passed')
  expect(await world.check(id, 'functional')).toMatchObject({
    attempt: 2,
    cause: 'runners-failed',
    summary: expect.stringContaining('late'),
  })
  expect(await github.head('main')).toBe((await world.newest(id)).base)
  // It is run again, and passes: what was measured and approved of the same tree stands.
  github.runner('late', head, 'success')
  expect((await world.settle(id)).stage).toBe('deployable')
  expect(await world.gateOf(id)).toBe(gate)
})

test('a change that was approved is not merged with a base that has moved since its runners tested it', async () => {
  await using world = await changeWorld(openGitHubForgeWorld, small)
  const { forge, host } = world
  const id = await world.propose()
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  await world.decide(id, world.ada.id)
  const gate = await host.store.gates.get((await world.gateOf(id)) ?? '')
  const { tree } = await world.newest(id)
  await forge.push({ branch: 'main', files: { 'right.md': 'Right.\n' }, by: 'owner' })
  await updatedOnceUntested(world, id, 'better')
  // Moved again before anybody looked: what the runners test is the branch as it was updated.
  await forge.push({ branch: 'main', files: { 'more.md': 'More.\n' }, by: 'owner' })
  await reconcile(host, id)
  await forge.push({ branch: 'main', files: { 'most.md': 'Most.\n' }, by: 'owner' })
  await updatedOnceUntested(world, id, 'better')
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  expect(await world.kinds(id)).toContain('approval-void')
  const again = await host.store.gates.get((await world.gateOf(id)) ?? '')
  expect(again).toMatchObject({ charge: null, candidate: gate?.candidate })
  await world.decide(id, world.ada.id)
  expect((await world.settle(id)).stage).toBe('deployable')
  const { mergedAs } = await world.stored(id)
  const { tree: merged } = await world.newest(id)
  expect(merged).not.toBe(tree)
  expect(await forge.repository.changedFiles(mergedAs ?? '', merged ?? '')).toEqual([])
})

test('a change whose base moves back is what its runners tested', async () => {
  await using world = await changeWorld(openGitHubForgeWorld, small)
  const { forge, host } = world
  const id = await world.propose()
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  await forge.push({ branch: 'main', files: { 'right.md': 'Right.\n' }, by: 'owner' })
  expect((await world.settle(id)).stage).toBe('waits-for-update')
  expect(await host.store.notifications.list(world.eve.id, { limit: 1 })).toMatchObject([
    { kind: 'stopped', text: expect.stringContaining('has to be updated') },
  ])
  await forge.push({ branch: 'main', files: { 'right.md': null }, by: 'owner' })
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
})

test('a change is tested again with a base that has moved, which the runners were not, where the server has a command', async () => {
  const functional = { command: ['node', 'check.mjs'] }
  await using world = await changeWorld(openGitHubForgeWorld, { ...small, changes: { functional } })
  const { forge } = world
  const both = "existsSync('left.md') && existsSync('right.md')"
  const files = {
    'check.mjs': `import { existsSync } from 'node:fs'\nif (${both}) throw new Error('Both.')\n`,
  }
  await forge.push({ branch: 'main', files, by: 'owner' })
  const id = await world.propose({ files: { 'left.md': 'Left.\n' } })
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  await forge.push({ branch: 'main', files: { 'right.md': 'Right.\n' }, by: 'owner' })
  expect((await world.settle(id)).stage).toBe('not-passed')
  expect(await world.check(id, 'functional')).toMatchObject({ cause: 'tests-failed' })
})

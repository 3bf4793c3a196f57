import { expect, test } from 'vitest'
import { changeWorld } from '../../test/helpers/change-world.ts'
import { openGitHubForgeWorld } from '../../test/helpers/github-forge-world.ts'
import type { Actor } from '../access/actor.ts'
import { UserFacingError } from '../lib/errors.ts'
import { describeChanges } from './change-scenarios-contract.ts'
import { refusedByForge, small, updatedOnceUntested, type World } from './change-scenarios-world.ts'
import { reconcile } from './reconcile.ts'
import { sentences } from './sentences.ts'
import { showingTo } from './show-change.ts'
import { goesOn } from './view-change.ts'
import { lookAround } from './work-on-changes.ts'

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

test('a change whose pull request is locked, and of which no deployment may be told, goes on, and says so', async () => {
  await using world = await changeWorld(openGitHubForgeWorld, small)
  const { host } = world
  const { github } = world.forge
  const view = async (id: string) => {
    const { id: actor, name, roles } = (await host.store.people.get(world.ada.id))!
    const reader: Actor = { id: actor, name, roles, permissions: new Set(), via: 'session' }
    const showing = await showingTo(host, reader, (person) => ({ id: person, name: person }))
    return (await showing.view(await world.stored(id))).told.join(' ')
  }
  const asked = (call: string) => github.calls.filter((one) => one === call).length
  const comments = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
  const deployments = 'POST /repos/{owner}/{repo}/deployments'
  const files = { 'agents/absolutes/notes.md': 'A note.\n' }
  await world.forge.push({ branch: 'locked', files })
  const reference = await world.forge.open({ branch: 'locked', by: 'eve' })
  const pull = github.state.pulls.find(({ number }) => String(number) === reference)!
  pull.locked = true
  await lookAround(host)
  const { id } = (await host.store.changes.referenced('github', reference))!
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  expect(await view(id)).toMatch(/does not take the comment, .* because issue is locked\./)
  const told = asked(comments)
  expect(told).toBeGreaterThan(0)
  await reconcile(host, id)
  expect(asked(comments)).toBe(told)

  pull.locked = false
  github.known.fault = (call) =>
    call === deployments
      ? { kind: 'answer', status: 403, message: 'Resource not accessible by integration' }
      : null
  await world.decide(id, world.ada.id)
  expect((await world.settle(id)).stage).toBe('deployable')
  expect(github.state.comments.filter(({ pull: of }) => String(of) === reference)).toHaveLength(1)
  const said = await view(id)
  expect(said).toMatch(/does not take the deployment\. It says: .*not accessible by integration/)
  expect(said).not.toContain('comment')
  expect(github.state.deployments).toEqual([])
  github.known.fault = null
  await reconcile(host, id)
  expect(asked(deployments)).toBe(0)
})

test('a change whose runners are not done goes on by itself, also by what is kept here', async () => {
  await using world = await changeWorld(openGitHubForgeWorld, small)
  const { host } = world
  const files = { 'docs/slow.md': 'Slow.\n' }
  const id = await world.propose({ branch: 'slow', files, tests: 'slow' })
  expect(await reconcile(host, id)).toMatchObject({ stage: 'checking', step: { do: 'wait' } })
  const shown = await world.look(id)
  expect(shown).toMatchObject({ stage: 'checking', told: [sentences.running.functional] })
  expect(goesOn(shown)).toBe(true)
})

test('whoever wrote a commit by a login that the configuration names later does not approve it', async () => {
  await using world = await changeWorld(openGitHubForgeWorld, small)
  const { forge } = world.host.changes.settings
  if (forge.kind !== 'github') throw new Error('It is GitHub.')
  const id = await world.propose()
  await world.forge.push({ branch: 'better', files: { 'a.md': 'A.\n' }, by: 'ada-at-home' })
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  await world.decide(id, world.ada.id)
  forge.people['ada-at-home'] = world.ada.id
  expect((await world.look(id)).stage).toBe('waits-for-approval')
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
})

test('a base that moves in the moment of the merge is refused by GitHub: nothing untested lands', async () => {
  await using world = await changeWorld(openGitHubForgeWorld, small)
  const { forge } = world
  const { github } = forge
  const id = await world.propose()
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  await world.decide(id, world.ada.id)
  let moved = ''
  github.known.beforeMerge = async () => {
    github.known.beforeMerge = null
    moved = await github.push({
      branch: 'main',
      files: { 'right.md': 'Right.\n' },
      author: 'owner',
    })
  }
  expect(await world.settle(id)).toMatchObject({
    stage: 'waits-for-update',
    told: [sentences.untested],
  })
  expect(moved).not.toBe('')
  expect(github.calls.filter((call) => call.startsWith('PUT '))).toHaveLength(1)
  expect(await github.head('main')).toBe(moved)
  expect((await world.stored(id)).state).toBe('open')
  await forge.update('better')
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  await world.decide(id, world.ada.id)
  expect((await world.settle(id)).stage).toBe('deployable')
})

test('a base that moved between the push and our first look is nothing that the runners are known to have tested', async () => {
  await using world = await changeWorld(openGitHubForgeWorld, small)
  const { forge, host } = world
  await forge.push({ branch: 'better', files: { 'left.md': 'Left.\n' } })
  await forge.push({ branch: 'main', files: { 'right.md': 'Right.\n' }, by: 'owner' })
  const id = await world.propose({ branch: 'better', files: { 'more.md': 'More.\n' } })
  await updatedOnceUntested(world, id, 'better')
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  expect(await host.store.notifications.list(world.eve.id, { limit: 9 })).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ text: expect.stringContaining('has to be updated') }),
    ]),
  )
})

test('nothing is merged, nor told as approved, while GitHub would merge what is behind', async () => {
  await using world = await changeWorld(openGitHubForgeWorld, small)
  const { forge, host } = world
  const { github } = forge
  const approval = () =>
    github.state.runs.findLast(({ name }) => name === 'proofloop/approval')?.conclusion
  github.state.rules.isStrict = false
  const id = await world.propose()
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  await world.decide(id, world.ada.id)
  const waits = await reconcile(host, id)
  expect(waits).toMatchObject({ stage: 'waits-for-rules', step: { do: 'wait' } })
  expect(waits?.told[0]).toContain('branch-rules-unreadable')
  expect(waits?.told[0]).toContain('Administration (read)')
  // As pages have it, which ask no forge; and nobody is told twice.
  const { stage, told } = await world.look(id)
  expect({ stage, told }).toEqual({ stage: waits?.stage, told: waits?.told })
  await reconcile(host, id)
  const later = host.now() + 11 * 60_000
  world.setClock(later)
  expect((await reconcile(host, id))?.told).toEqual(waits?.told)
  expect((await world.stored(id)).refusal?.at).toBeGreaterThanOrEqual(later)
  expect((await world.kinds(id)).filter((kind) => kind === 'merge-refused')).toHaveLength(1)
  expect(await world.kinds(id)).not.toContain('merging')
  expect(await forge.texts()).toContain('branch-rules-unreadable')
  expect(github.calls.filter((call) => call.startsWith('PUT '))).toEqual([])
  expect(approval()).toBeNull()
  github.state.rules.bypass = 'always'
  github.state.rules.isStrict = true
  world.setClock(host.now() + 11 * 60_000)
  expect((await reconcile(host, id))?.told[0]).toContain('branch-bypassed')
  expect(approval()).toBeNull()
  github.state.rules.bypass = 'never'
  world.setClock(host.now() + 11 * 60_000)
  expect((await world.settle(id)).stage).toBe('deployable')
})

type GitHubWorld = World & { forge: Awaited<ReturnType<typeof openGitHubForgeWorld>> }

/** A change that she wants, and what GitHub shows of that. */
async function approvedByAda(world: GitHubWorld) {
  const id = await world.propose()
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  await world.decide(id, world.ada.id)
  const { state } = world.forge.github
  return {
    id,
    approval: () => state.runs.findLast(({ name }) => name === 'proofloop/approval'),
  }
}

test('what was approved is not merged by GitHub once its author is an engineer no more', async () => {
  await using world = await changeWorld(openGitHubForgeWorld, small)
  const { forge, host, eve } = world
  const { state } = forge.github
  const { id, approval } = await approvedByAda(world)
  state.rules.approvals = 1
  expect((await reconcile(host, id))?.stage).toBe('merge-refused')
  expect(approval()?.conclusion).toBe('success')
  await host.store.people.setRoles(eve.id, ['reviewer'])
  expect((await world.settle(id)).stage).toBe('not-an-engineer')
  expect(approval()).toMatchObject({ status: 'queued', conclusion: null })
  await host.store.people.setRoles(eve.id, ['engineer'])
  state.rules.approvals = 0
  world.setClock(host.now() + 11 * 60_000)
  expect((await world.settle(id)).stage).toBe('deployable')
})

test('an approval is taken back also where GitHub is away from the moment on when it refuses the merge', async () => {
  await using world = await changeWorld(openGitHubForgeWorld, small)
  const { host, eve } = world
  const { id, approval } = await approvedByAda(world)
  const own = host.changes.forge
  const away = () => Promise.reject(new UserFacingError('forge-unavailable', 'It is away.'))
  host.changes.forge = {
    ...own,
    merge: () => {
      Object.assign(host.changes.forge, { setCheck: away, comment: away })
      return Promise.resolve({ merged: false, why: 'refused', reason: 'Not clean.' })
    },
  }
  await expect(reconcile(host, id)).rejects.toThrow('It is away.')
  expect(approval()?.conclusion).toBe('success')
  await host.store.people.setRoles(eve.id, ['reviewer'])
  host.changes.forge = own
  expect((await world.settle(id)).stage).toBe('not-an-engineer')
  expect(approval()).toMatchObject({ status: 'queued', conclusion: null })
})

test('of two pull requests of one commit the approved one is merged, whatever the other one has told of it', async () => {
  await using world = await changeWorld(openGitHubForgeWorld, small)
  const { forge, host } = world
  const { repository } = forge.github
  const { id, approval } = await approvedByAda(world)
  await refusedByForge(world, id)
  expect(approval()?.conclusion).toBe('success')
  await repository.setRef('refs/heads/twin', (await world.newest(id)).head)
  const twin = await forge.open({ branch: 'twin', by: 'wim' })
  await lookAround(host)
  const other = await host.store.changes.referenced('github', twin)
  await reconcile(host, other?.id ?? '')
  expect(approval()?.conclusion).toBeNull()
  world.setClock(host.now() + 11 * 60_000)
  expect((await reconcile(host, id))?.stage).toBe('merge-refused')
  expect(approval()?.conclusion).toBe('success')
  world.setClock(host.now() + 11 * 60_000)
  expect((await world.settle(id)).stage).toBe('deployable')
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

test('a change whose base moves back has to be updated all the same, as GitHub wants it', async () => {
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
  expect((await world.settle(id)).stage).toBe('waits-for-update')
  await forge.update('better')
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

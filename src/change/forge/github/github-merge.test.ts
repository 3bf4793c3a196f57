import { expect, test } from 'vitest'
import { openForgeOnGitHub } from '../../../../test/helpers/github-forge.ts'
import type { ForgeChange, MergeRequest } from '../forge.ts'
import type { Repository } from '../../repository.ts'

async function requestOf(
  repository: Repository,
  { head, base }: Pick<ForgeChange, 'head' | 'base'>,
): Promise<MergeRequest> {
  const merged = await repository.mergeTree(base, head)
  const tree = 'tree' in merged ? merged.tree : ''
  const author = { name: 'Grace', email: 'grace@people.test' }
  return { head, base, tree, message: 'Merge better (#1)\n\nApproved.', author }
}

test('merges what was tested, and says so again when it is asked again', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge, repository } = world
  const { reference } = await world.propose()
  const request = await requestOf(repository, (await forge.get(reference))!)

  const merged = await forge.merge(reference, request)

  const commit = await github.head('main')
  expect(merged).toEqual({ merged: true, commit })
  expect(await github.repository.treeOf(commit!)).toBe(request.tree)
  expect(await repository.changedFiles(commit!, request.tree)).toEqual([])
  expect(await forge.get(reference)).toMatchObject({ state: 'merged', mergedAs: commit })
  expect(await forge.merge(reference, request)).toEqual(merged)
  expect(github.effects()).toEqual(['PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge'])
})

test('a merge whose answer was lost is found by the next try', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge, repository } = world
  const { reference } = await world.propose()
  const request = await requestOf(repository, (await forge.get(reference))!)
  github.known.fault = (call) => (call.startsWith('PUT') ? { kind: 'lost' } : null)
  await expect(forge.merge(reference, request)).rejects.toMatchObject({ code: 'forge-unavailable' })
  github.known.fault = null
  expect(await forge.merge(reference, request)).toEqual({
    merged: true,
    commit: await github.head('main'),
  })
})

test('does not merge when somebody has pushed, to the branch or to the pull request', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge, repository } = world
  const { reference } = await world.propose()
  const request = await requestOf(repository, (await forge.get(reference))!)
  await github.push({ branch: 'main', files: { 'README.md': 'Moved\n' } })
  expect(await forge.merge(reference, request)).toMatchObject({ merged: false, why: 'moved' })
  const again = await requestOf(repository, (await forge.get(reference))!)
  await github.push({ branch: 'better', files: { 'flow.txt': 'three\n' } })
  expect(await forge.merge(reference, again)).toMatchObject({ merged: false, why: 'moved' })
})

test('a push between look and merge is refused by GitHub, which holds the head fast', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge, repository } = world
  const { reference } = await world.propose()
  const request = await requestOf(repository, (await forge.get(reference))!)
  github.known.beforeMerge = async () => {
    github.known.beforeMerge = null
    await github.push({ branch: 'better', files: { 'flow.txt': 'three\n' } })
  }
  expect(await forge.merge(reference, request)).toMatchObject({ merged: false, why: 'moved' })
})

test('a base that moves between look and merge is refused by GitHub, where its branches must be up to date', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge, repository } = world
  const { number, reference, head } = await world.propose()
  Object.assign(github.state.rules, { checks: ['test'], isStrict: true })
  github.runner('test', head, 'success')
  const request = await requestOf(repository, (await forge.get(reference))!)
  github.known.beforeMerge = async () => {
    github.known.beforeMerge = null
    await github.push({ branch: 'main', files: { 'README.md': 'Moved\n' } })
  }
  expect(await forge.merge(reference, request)).toMatchObject({ merged: false, why: 'moved' })
  expect(github.calls.filter((call) => call.startsWith('PUT '))).toHaveLength(1)
  const moved = (await github.head('main'))!
  expect(moved).not.toBe(request.base)
  // Nor is what nobody updates, by what GitHub says of it.
  const behind = await requestOf(repository, (await forge.get(reference))!)
  expect(await forge.merge(reference, behind)).toMatchObject({
    why: 'refused',
    reason: '1 of 1 required status checks are expected.',
  })
  expect(await github.head('main')).toBe(moved)
  expect(github.state.pulls.find((pull) => pull.number === number)).toMatchObject({ state: 'open' })
})

test('when the base moves between look and merge, what was merged shows as another tree', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge, repository } = world
  const { reference } = await world.propose()
  const request = await requestOf(repository, (await forge.get(reference))!)
  github.known.beforeMerge = async () => {
    await github.push({ branch: 'main', files: { 'README.md': 'Moved\n' } })
  }
  const merged = await forge.merge(reference, request)
  const commit = (await github.head('main'))!
  expect(merged).toEqual({ merged: true, commit })
  expect(await repository.changedFiles(request.tree, commit)).toEqual([
    { path: 'README.md', status: 'changed' },
  ])
})

test('says why GitHub does not merge', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge, repository } = world
  const { number, reference } = await world.propose()
  const request = await requestOf(repository, (await forge.get(reference))!)
  const merge = () => forge.merge(reference, request)

  github.setDraft(number, true)
  expect(await merge()).toMatchObject({ why: 'refused', reason: expect.stringContaining('draft') })
  github.setDraft(number, false)
  github.state.rules.approvals = 1
  expect(await merge()).toEqual({
    merged: false,
    why: 'refused',
    reason: 'At least 1 approving review is required by reviewers with write access.',
  })
  github.state.rules.approvals = 0
  github.state.rules.checks = ['proofloop/gate']
  expect(await merge()).toMatchObject({
    why: 'refused',
    reason: 'Required status check "proofloop/gate" is expected.',
  })
  github.close(number)
  expect(await merge()).toMatchObject({ why: 'closed' })
  expect(await github.head('main')).toBe(request.base)
})

test('says which reviews are missing: the newest of each person counts, and who asks for changes is heard', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge, repository } = world
  const { number, reference } = await world.propose()
  const request = await requestOf(repository, (await forge.get(reference))!)
  const refused = { merged: false, why: 'refused' }
  const isMissing = {
    ...refused,
    reason: 'At least 2 approving reviews are required by reviewers with write access.',
  }
  github.state.rules.approvals = 2
  for (const login of ['grace', 'grace', 'hedy']) github.review(number, login)
  github.review(number, 'hedy', 'CHANGES_REQUESTED')
  expect(await forge.merge(reference, request)).toEqual({
    ...refused,
    reason: '1 review requesting changes by reviewers with write access.',
  })
  github.dismiss(number, 'hedy')
  expect(await forge.merge(reference, request)).toEqual(isMissing)
  github.review(number, 'hedy', 'APPROVED')
  github.review(number, 'hedy', 'COMMENTED')
  expect(await forge.merge(reference, request)).toMatchObject({ merged: true })
})

test('of two that conflict one is merged, and the other is told', async () => {
  await using world = await openForgeOnGitHub()
  const { forge, repository } = world
  const one = await world.propose('one', { 'flow.txt': 'of one\n' })
  const two = await world.propose('two', { 'flow.txt': 'of two\n' })
  const ofOne = await requestOf(repository, (await forge.get(one.reference))!)
  const ofTwo = await requestOf(repository, (await forge.get(two.reference))!)
  expect(await forge.merge(one.reference, ofOne)).toMatchObject({ merged: true })
  expect(await forge.merge(two.reference, ofTwo)).toMatchObject({ merged: false, why: 'moved' })
  const { base, head } = (await forge.get(two.reference))!
  const now = await requestOf(repository, { base, head })
  expect(await forge.merge(two.reference, now)).toMatchObject({ merged: false, why: 'conflict' })
  expect(await repository.mergeTree(base, head)).toEqual({ conflicts: ['flow.txt'] })
})

test('in a merge queue, the commit that the queue has made asks for the checks of its tree', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge, repository } = world
  const { number, reference } = await world.propose()
  github.state.rules.queue = true
  github.state.rules.checks = ['proofloop/gate']
  const before = (await forge.get(reference))!
  expect(before.queued).toBeUndefined()
  const request = await requestOf(repository, before)
  expect(await forge.merge(reference, request)).toMatchObject({
    why: 'refused',
    reason: 'Changes must be made through the merge queue',
  })

  const passed = { name: 'gate', state: 'passed', title: 'Passed', summary: '' } as const
  await expect(github.enqueue(number)).rejects.toThrow('"proofloop/gate" is expected')
  await forge.setCheck(reference, { ...passed, commit: before.head })
  const queued = await github.enqueue(number)
  const change = (await forge.get(reference))!
  expect(change).toMatchObject({
    queued: { commit: queued },
    base: before.base,
    head: before.head,
  })
  expect(await forge.merge(reference, request)).toMatchObject({ why: 'refused' })
  expect(await github.settle(number, before.base)).toBe(false)
  await forge.setCheck(reference, { ...passed, commit: queued })
  expect(await github.settle(number, before.base)).toBe(true)

  const merged = (await forge.get(reference))!
  expect(merged).toMatchObject({ state: 'merged', mergedAs: queued })
  expect(merged.queued).toBeUndefined()
  expect(await repository.changedFiles(queued, request.tree)).toEqual([])
})

test('behind another one in the queue, the base is what that one makes of the branch', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge, repository } = world
  const one = await world.propose('one', { 'README.md': 'Other words\n' })
  const two = await world.propose('two')
  const first = await github.enqueue(one.number)
  const second = await github.enqueue(two.number, first)
  const change = (await forge.get(two.reference))!
  expect(change).toMatchObject({ base: first, queued: { commit: second, runners: [] } })
  const merged = await repository.mergeTree(change.base, change.head)
  expect(merged).toEqual({ tree: await github.repository.treeOf(second) })
})

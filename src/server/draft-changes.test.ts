import { expect, test } from 'vitest'
import { type Ask, json } from '../../test/helpers/gate-world.ts'
import { changeWorld } from '../../test/helpers/proposed-changes.ts'
import { git } from '../change/git/git-samples.ts'
import type { DraftBase } from '../change/draft-base.ts'
import type { Forge } from '../change/forge/forge.ts'
import { openLocalForge } from '../change/forge/local/open-local-forge.ts'
import type { ChangeView } from '../schema/change-views.ts'

/** A flow in a repository with the local forge: what is proposed there and merged. */
async function worldOfDrafts() {
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await changeWorld({ work: false }))
  const { flow, work } = world
  const settings = { folder: work, branch: 'main', peopleOf: async () => [] }
  const local = stack.use(await openLocalForge(settings))
  Object.assign(world.forge, {
    open: (change: Parameters<Forge['open']>[0]) => local.forge.open(change),
  })
  await git(work, ['--work-tree', flow.path('flow'), 'add', '--all'])
  await git(work, ['commit', '--quiet', '--message', 'The flow'])
  await git(work, ['reset', '--quiet', '--hard'])
  const baseOf = (ask: Ask) => json<DraftBase>(ask('GET', '/api/flow/agents/promises/draft-base'))
  const [prompt] = (await baseOf(world.eve.ask)).files
  const draft = async (ask: Ask, words: string) => {
    const { version: base } = await baseOf(ask)
    const files = [{ name: prompt?.name, text: `${prompt?.text}${words}` }]
    const body = { agent: 'promises', base, files }
    return (await json<{ version: string }>(ask('POST', '/api/flow/drafts', body))).version
  }
  const propose = async (ask: Ask, words: string) => {
    const body = { draft: await draft(ask, words), title: words }
    return json<ChangeView>(ask('POST', '/api/changes', body))
  }
  const land = async (words: string) => {
    const { branch } = await propose(world.eve.ask, words)
    await git(work, ['merge', '--quiet', '--no-ff', '--message', words, branch])
    return branch
  }
  const text = () => git(work, ['show', `main:agents/promises/${prompt?.name}`])
  const owned = stack.move()
  return { ...world, land, propose, text, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

test('an earlier prompt is proposed again after others, as often as somebody goes back to it', async () => {
  await using world = await worldOfDrafts()
  const branches: string[] = []
  for (const words of ['Be brief.\n', 'Be kind.\n', 'Be brief.\n', 'Be kind.\n', 'Be brief.\n']) {
    branches.push(await world.land(words))
    expect(await world.text()).toContain(words.trim())
  }
  expect(new Set(branches).size).toBe(branches.length)
})

test('two people who write the same propose it each as their own', async () => {
  await using world = await worldOfDrafts()
  const { eve } = world
  const zoe = await world.person('zoe', ['engineer'])
  const first = await world.propose(eve.ask, 'Be brief.\n')
  const second = await world.propose(zoe.ask, 'Be brief.\n')
  expect([first.author?.name, second.author?.name]).toEqual(['eve', 'zoe'])
  expect(second.branch).not.toBe(first.branch)
  // Sent again, it is the same change.
  expect(await world.propose(eve.ask, 'Be brief.\n')).toMatchObject({ number: first.number })
})

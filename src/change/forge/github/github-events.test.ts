import { expect, test } from 'vitest'
import { openForgeOnGitHub } from '../../../../test/helpers/github-forge.ts'

test('tells of all that are open first, and then of those that something happened to', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const one = await world.propose('one')
  const two = await world.propose('two')
  const three = await world.propose('three')
  github.close(three.number)

  const first = await forge.events(null)
  expect(first.references.toSorted()).toEqual([one.reference, two.reference])
  const second = await forge.events(first.cursor)
  expect(second.references).toEqual([])
  github.review(one.number, 'grace')
  github.reopen(three.number)
  const third = await forge.events(second.cursor)
  expect(third.references).toEqual(expect.arrayContaining([one.reference, three.reference]))
  expect(third.references).not.toContain(two.reference)
  expect((await forge.events(third.cursor)).references).toEqual([])
})

test('tells of all that are open when the branch that they go to has moved', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const one = await world.propose('one')
  const two = await world.propose('two')
  const { cursor } = await forge.events(null)
  await github.push({ branch: 'main', files: { 'README.md': 'Moved\n' } })
  const { references } = await forge.events(cursor)
  expect(references.toSorted()).toEqual([one.reference, two.reference])
})

test('misses none of a hundred and fifty', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const first = await forge.events(null)
  expect(first.references).toEqual([])
  const { head } = await world.propose('all')
  for (let i = 0; i < 150; i += 1) {
    const pull = github.state.pulls[0]!
    const more = { number: i + 2, head, updatedAt: github.state.nextTime() }
    github.state.pulls.push({ ...pull, ...more })
  }
  expect((await forge.events(first.cursor)).references).toHaveLength(151)
  expect((await forge.events(null)).references).toHaveLength(151)
})

test.each(['', 'nonsense', '{"since":3}'])(
  'with a cursor of somebody else (%o) all are told of',
  async (cursor) => {
    await using world = await openForgeOnGitHub()
    const { reference } = await world.propose()
    expect((await world.forge.events(cursor)).references).toEqual([reference])
  },
)

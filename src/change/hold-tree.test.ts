import { expect, test } from 'vitest'
import { openForgeOnGitHub } from '../../test/helpers/github-forge.ts'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { holdTree } from './hold-tree.ts'

test('what one server has merged to look at it is merged again where another one needs it', async () => {
  await using world = await openForgeOnGitHub()
  await using folder = await tempFolder()
  const { reference } = await world.propose()
  // So that no commit has the files of both.
  await world.github.push({ branch: 'main', files: { 'README.md': 'Moved\n' } })
  const { base, head } = (await world.forge.get(reference))!
  const merged = await world.repository.mergeTree(base, head)
  const tree = 'tree' in merged ? merged.tree : ''

  await using other = await world.open(folder.folder)
  expect(await other.repository.has(tree)).toBe(false)
  for (let twice = 0; twice < 2; twice += 1) {
    await holdTree(other, { reference }, { base, head, tree })
  }
  expect(await other.repository.has(tree)).toBe(true)
  expect(await other.repository.changedFiles(base, tree)).toEqual([
    { path: 'flow.txt', status: 'changed' },
  ])
  await holdTree(other, { reference }, { base, head, tree: null })
})

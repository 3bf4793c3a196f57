import { expect, test } from 'vitest'
import { firstChangeFolder, followFirstChange } from './helpers/first-change.ts'
import { serverProcess } from './helpers/server-process.ts'

test('the guide leads one person from an empty folder through a change that passes, one that is worse and one that cannot be told', async () => {
  await using folder = await firstChangeFolder()
  await using server = await serverProcess(['--port', '0', '--flow', 'reviews'], {
    cwd: folder.cwd,
  })
  const commands = await followFirstChange(folder, server)
  expect(commands).toBeGreaterThan(15)
})

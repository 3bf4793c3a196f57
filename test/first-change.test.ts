import { expect, test } from 'vitest'
import { findIsolation } from '../src/flow/isolate/isolation.ts'
import { firstChangeFolder, followFirstChange } from './helpers/first-change.ts'
import { serverProcess } from './helpers/server-process.ts'

const hasWalls = (await findIsolation({ requester: 'server' })).isolation === 'os'
const why = hasWalls ? '' : ' (skipped: the system puts up no walls here)'

test.skipIf(!hasWalls)(
  `the guide leads one person from an empty folder through a change that passes, one that is worse and one that cannot be told${why}`,
  async () => {
    await using folder = await firstChangeFolder()
    await using server = await serverProcess(['--port', '0', '--flow', 'reviews'], {
      cwd: folder.cwd,
    })
    const commands = await followFirstChange(folder, server)
    expect(commands).toBeGreaterThan(15)
  },
)

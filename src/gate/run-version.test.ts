import { expect, test } from 'vitest'
import { letterOf } from '../../test/helpers/coded-bundle.ts'
import { gateWorld } from '../../test/helpers/gate-world.ts'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { UserFacingError } from '../lib/errors.ts'
import { findGateWalls, type GateWalls } from './refuse-thin-walls.ts'

test('a version is shown no document where what is told before does not let it', async () => {
  await using world = await gateWorld({ work: false })
  const { runner } = world.host.gate
  const { hash: version } = await world.host.flows.current()
  const wanted = {
    version,
    documents: new Map([['one', letterOf('We always pay.')]]),
    firstRepeat: 0,
    repeats: 1,
    apart: 'test',
    behind: await findGateWalls(world.host.gate, false),
    recorded: { measure: 'one', dataset: 'letters' },
    signal: new AbortController().signal,
  }
  const ended = new UserFacingError('gate-time-limit', 'It was ended.')
  const begins = () => Promise.reject(ended)
  await expect(runner.run({ ...wanted, begins })).rejects.toBe(ended)
  expect(world.models.requests).toEqual([])
  let asked = 0
  const [outputs] = await runner.run({
    ...wanted,
    begins: async () => void (asked = world.models.requests.length + 1),
  })
  expect([asked, outputs?.get('one')?.error]).toEqual([1, null])
  expect(world.models.requests).not.toEqual([])
})

test('a version is opened behind the walls that were found for it, or not at all', async () => {
  await using world = await gateWorld({ work: false })
  const { host } = world
  const { hash: version } = await host.flows.current()
  const here = await host.isolation()
  let begun = 0
  const run = (behind: GateWalls) =>
    host.gate.runner.run({
      version,
      documents: new Map([['one', letterOf('We always pay.')]]),
      firstRepeat: 0,
      repeats: 1,
      apart: 'test',
      behind,
      recorded: { measure: 'one', dataset: 'letters' },
      begins: async () => void (begun += 1),
      signal: new AbortController().signal,
    })
  const wanted = { isolation: 'os', boundary: 'none' } as const
  const thin = { ...here, isolation: 'process' } as const
  const refused = { code: 'gate-walls' }
  await expect(run({ isolation: thin, wanted, solo: false })).rejects.toMatchObject(refused)
  await using folder = await tempFolder()
  const worker = folder.path('gone.sock')
  const gone = { ...here, isolation: 'os', tools: 'gate-worker', worker } as const
  const failed = { code: 'isolation-failed' }
  await expect(run({ isolation: gone, wanted, solo: false })).rejects.toMatchObject(failed)
  expect([begun, world.models.requests.length]).toEqual([0, 0])
})

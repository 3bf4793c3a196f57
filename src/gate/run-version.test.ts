import { expect, test } from 'vitest'
import { letterOf } from '../../test/helpers/coded-bundle.ts'
import { gateWorld } from '../../test/helpers/gate-world.ts'
import { UserFacingError } from '../lib/errors.ts'

test('a version is shown no document where what is told before does not let it', async () => {
  await using world = await gateWorld({ work: false })
  const { hash: version } = await world.host.flows.current()
  const wanted = {
    version,
    documents: new Map([['one', letterOf('We always pay.')]]),
    firstRepeat: 0,
    repeats: 1,
    apart: 'test',
    recorded: { measure: 'one', dataset: 'letters' },
    signal: new AbortController().signal,
  }
  const { runner } = world.host.gate
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

import { expect, test } from 'vitest'
import { hiddenWorld } from './helpers/hidden-world.ts'
import { expectNothingLeft, expectNothingTold } from './helpers/walk-hidden-world.ts'

/** Thousands of requests, one after the other: longer than other tests where others wait for them. */
const patience = { timeout: 600_000 }

test('nobody without the right is told of a hidden row, whatever they send', patience, async () => {
  await using world = await hiddenWorld({ who: 'single roles' })
  expect(await expectNothingTold(world)).toBeGreaterThan(1000)
  await expectNothingLeft(world, 'jobs')
})

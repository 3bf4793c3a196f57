import { expect, test } from 'vitest'
import { hiddenWorld } from './helpers/hidden-world.ts'
import { expectNothingLeft, expectNothingTold } from './helpers/walk-hidden-world.ts'

test('nobody without the right is told of a hidden row, whatever they send', async () => {
  await using world = await hiddenWorld({ who: 'single roles' })
  expect(await expectNothingTold(world)).toBeGreaterThan(1000)
  await expectNothingLeft(world, 'jobs')
})

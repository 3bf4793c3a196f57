import { expect, test } from 'vitest'
import { hiddenWorld } from './helpers/hidden-world.ts'
import { expectNothingTold } from './helpers/walk-hidden-world.ts'

test('nor is who has two roles, was given one hidden document, or has a key for less', async () => {
  await using world = await hiddenWorld({ who: 'combined roles' })
  expect(await expectNothingTold(world)).toBeGreaterThan(1000)
})

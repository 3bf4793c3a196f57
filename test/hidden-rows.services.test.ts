import { expect, inject, test } from 'vitest'
import { hiddenWorld } from './helpers/hidden-world.ts'
import { expectNothingLeft, expectNothingTold } from './helpers/walk-hidden-world.ts'

test.each(['single roles', 'combined roles'] as const)(
  'behind the wall of PostgreSQL nobody is told of a hidden row either: %s',
  async (who) => {
    await using world = await hiddenWorld({ who, postgres: inject('databaseUrl') })
    expect(await expectNothingTold(world)).toBeGreaterThan(1000)
    await expectNothingLeft(world, 'proofloop_jobs.job')
  },
)

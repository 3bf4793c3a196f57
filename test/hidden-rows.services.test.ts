import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { hiddenWorld, type HiddenWorld } from './helpers/hidden-world.ts'
import { expectAllAudited } from './helpers/walk-audited-reads.ts'
import { expectNothingLeft, toldOfHidden } from './helpers/walk-hidden-world.ts'

let world: HiddenWorld

beforeAll(async () => {
  // Each value of each parameter is sent on SQLite.
  world = await hiddenWorld({ postgres: inject('databaseUrl'), values: 'of none' })
})
afterAll(() => world?.[Symbol.asyncDispose]())

test('behind the wall of PostgreSQL nobody is told of a hidden row either', async () => {
  const { told, faults } = await toldOfHidden(world)
  expect(faults).toEqual([])
  expect(told.length).toBeGreaterThan(4000)
  await expectNothingLeft(world, 'proofloop_jobs.job')
})

test('on PostgreSQL, too, whatever tells of a hidden row is in the audit log before it goes out', async () => {
  const who = ['custodian', 'ray', 'both', 'approver']
  expect((await expectAllAudited(world, who)).telling).toBeGreaterThan(100)
})

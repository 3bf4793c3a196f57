import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changeWorld } from '../../test/helpers/change-world.ts'
import { openGitForgeWorld } from '../../test/helpers/git-forge.ts'
import { dropDatabase } from '../../test/helpers/postgres-server.ts'
import { createStoreDatabase } from '../../test/helpers/store-database.ts'
import { testWhoComesFirst, testWholeWay } from './change-scenarios-races.ts'
import {
  actionsAbout,
  afterChecks,
  countEffects,
  proposeIn,
  small,
  type World,
} from './change-scenarios-world.ts'

/*
 * Only what PostgreSQL may do otherwise: there, several servers write the same rows in transactions that run at
 * the same time, where SQLite has one server and one writer. So here is all in which it matters who comes first,
 * with two servers that take turns at each change, or go on with one at the same time. Everything else follows
 * from rows that the store's contract holds to be the same on both.
 */
describe('a change with which two servers on PostgreSQL go on', () => {
  let world: World
  const stack = new AsyncDisposableStack()
  beforeAll(async () => {
    const databaseUrl = await createStoreDatabase()
    stack.defer(() => dropDatabase(databaseUrl))
    world = stack.use(await changeWorld(openGitForgeWorld, { ...small, databaseUrl }))
  })
  afterAll(() => stack.disposeAsync())

  testWholeWay(() => world)
  testWhoComesFirst(() => world)

  test('has each effect once also when both do so at the same time', async () => {
    const { host } = world
    const before = await countEffects(world)
    const id = await proposeIn(world, 'at-once')
    expect((await world.settleAtOnce(id)).stage).toBe('waits-for-approval')
    await world.decide(id, world.ada.id)
    expect((await world.settleAtOnce(id)).stage).toBe('deployable')
    expect(await world.kinds(id)).toEqual([
      'opened',
      ...Array.from({ length: 4 }, () => ['check-started', 'check-ended']).flat(),
      ...afterChecks,
    ])
    expect(await actionsAbout(world, id)).toEqual(['change-merged', 'deployment-requested'])
    const { merges, deployments } = await countEffects(world)
    expect([merges - before.merges, deployments - before.deployments]).toEqual([1, 1])
    const checks = await host.store.changes.checks(id, (await world.newest(id)).tree ?? '')
    expect(checks.map(({ name }) => name).toSorted()).toEqual([
      'evaluation',
      'functional',
      'gate',
      'infrastructure',
    ])
  })
})

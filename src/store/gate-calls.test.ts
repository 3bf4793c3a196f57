import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { expect, test } from 'vitest'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { createGateCalls } from './gate-calls.ts'
import { gateCall } from './store-samples.ts'
import type { Tables } from './tables.ts'

/** Compiles queries, and runs none. */
const kysely = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

test('however many calls come at once, a statement has few parameters', async () => {
  const written: Step[][] = []
  const atomically = async (steps: Step[]) => {
    written.push(steps)
    return []
  }
  const database = { kysely, engine: 'sqlite', atomically } as unknown as StoreContext['database']
  const calls = createGateCalls({ database, now: () => 0, masterKeys: {} as never })
  const puts = Array.from({ length: 1200 }, (_, sequence) => {
    const call = { ...gateCall, agent: `${sequence}` }
    return calls.put({
      measure: 'one',
      dataset: 'letters',
      example: 'b',
      repeat: 0,
      sequence,
      call,
    })
  })
  await Promise.all(puts)
  const inserted = written.flat().flatMap(({ runs }) => runs ?? [])
  expect(inserted).toHaveLength(1200)
  const parameters = written.flat().map(({ query }) => query.compile().parameters.length)
  expect(Math.max(...parameters)).toBeLessThan(520)
})

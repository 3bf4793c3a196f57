import { expect, test } from 'vitest'
import { survivePostgresOutage } from './helpers/postgres-outage.ts'

test('without PostgreSQL everybody is told to come again, and afterwards nothing is lost', async () => {
  const { refused } = await survivePostgresOutage({ how: 'crash', seconds: 5 })
  expect(refused).toBeGreaterThan(50)
})

test('a PostgreSQL that answers nothing is one that is away', async () => {
  const { refused } = await survivePostgresOutage({ how: 'pause', seconds: 12 })
  expect(refused).toBeGreaterThan(5)
})

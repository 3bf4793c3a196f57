import { expect, test } from 'vitest'
import { survivePostgresOutage } from './helpers/postgres-outage.ts'

const long = { timeout: 600_000 }

test.each(['crash', 'pause'] as const)(
  'a PostgreSQL that is away for 30 s: %s',
  long,
  async (how) => {
    const outage = await survivePostgresOutage({ how, seconds: 30 })
    process.stdout.write(`PostgreSQL away for 30 s (${how}): ${JSON.stringify(outage)}\n`)
    expect(outage.refused).toBeGreaterThan(20)
  },
)

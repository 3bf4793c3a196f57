import { inject, expect, it } from 'vitest'
import { killDuringIngest } from '../../../test/helpers/ingest.ts'
import { createDatabase, dropDatabase } from '../../../test/helpers/postgres-server.ts'

it(
  'PostgreSQL loses nothing that it acknowledged in twenty kills',
  { timeout: 600_000 },
  async () => {
    const databaseUrl = await createDatabase(inject('databaseUrl'))
    try {
      const acknowledged = await killDuringIngest({ dataFolder: '', databaseUrl }, 20)
      process.stdout.write(`PostgreSQL, 20 kills: ${acknowledged} acknowledged writes, none lost\n`)
      expect(acknowledged).toBeGreaterThan(400)
    } finally {
      await dropDatabase(databaseUrl)
    }
  },
)

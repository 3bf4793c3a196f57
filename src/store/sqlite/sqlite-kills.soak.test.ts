import { expect, it } from 'vitest'
import { killDuringIngest } from '../../../test/helpers/ingest.ts'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'

it('SQLite loses nothing that it acknowledged in twenty kills', { timeout: 600_000 }, async () => {
  await using place = await tempFolder()
  const acknowledged = await killDuringIngest({ dataFolder: place.folder }, 20)
  process.stdout.write(`SQLite, 20 kills: ${acknowledged} acknowledged writes, none lost\n`)
  expect(acknowledged).toBeGreaterThan(400)
})

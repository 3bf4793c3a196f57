import { expect, it } from 'vitest'
import { killDuringIngest } from '../../../test/helpers/ingest.ts'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'

it('loses nothing that it acknowledged in twenty kills', { timeout: 240_000 }, async () => {
  await using place = await tempFolder()
  expect(await killDuringIngest({ dataFolder: place.folder }, 20)).toBeGreaterThan(400)
})

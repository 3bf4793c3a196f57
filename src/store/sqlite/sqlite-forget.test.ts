import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { openStore } from '../open-store.ts'

const secret = 'Zanzibar'

/** Enough that SQLite gives whole pages back, whose bytes it would leave as they are. */
const longName = (number: number): string => `${secret} ${number} ${'x'.repeat(3000)}.txt`

test('what was forgotten is not in the database file any more once the server has ended', async () => {
  await using place = await tempFolder()
  const ids = Array.from({ length: 20 }, (_, i) => `document-${i}`)
  {
    await using store = await openStore({ dataFolder: place.path('data'), exclusive: false })
    for (const [i, sha256] of ids.entries()) {
      await store.documents.add({
        sha256,
        name: longName(i),
        mediaType: 'text/plain',
        bytes: 1,
        uploader: 'ann',
        group: { id: sha256, split: 'evaluation', shownToEngineer: true },
      })
    }
  }
  const file = place.path('data/proofloop.db')
  expect(await readFile(file, 'latin1')).toContain(secret)
  {
    await using store = await openStore({ dataFolder: place.path('data'), exclusive: false })
    for (const id of ids) expect(await store.documents.forget(id)).toBe(true)
  }
  expect(await readFile(file, 'latin1')).not.toContain(secret)
})

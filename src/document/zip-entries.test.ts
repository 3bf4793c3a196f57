import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { writeZip } from '../../test/helpers/write-zip.ts'
import { listZipEntries, unpackZipEntry } from './zip-entries.ts'

const content = Buffer.alloc(2 ** 23, 'We always pay. ')
const archive = writeZip({ 'letters.jsonl': content })

function firstEntry() {
  const [entry] = listZipEntries(archive) ?? []
  if (entry === undefined) throw new Error('The archive has no entry.')
  return entry
}

test('others have their turn while an entry is unpacked', async () => {
  let isUnpacking = true
  const unpacking = unpackZipEntry(archive, firstEntry(), content.length).finally(() => {
    isUnpacking = false
  })
  let turns = 0
  for (; isUnpacking; turns += 1) await setImmediate()
  expect((await unpacking)?.equals(content)).toBe(true)
  expect(turns).toBeGreaterThan(1)
})

test('an entry that unpacks to more than is allowed is not unpacked', async () => {
  expect(await unpackZipEntry(archive, firstEntry(), content.length - 1)).toBeNull()
})

import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { openStore } from '../store/open-store.ts'
import { record, recordHiddenReads } from './audit.ts'

test('reading rows of a hidden split leaves an entry for each, reading others leaves none', async () => {
  await using folder = await tempFolder()
  await using store = await openStore({ dataFolder: folder.path('.proofloop') })
  await recordHiddenReads(store, { id: 'cy' }, [
    { sha256: 'd1', split: 'evaluation' },
    { sha256: 'd2', split: 'test' },
    { sha256: 'd3', split: 'audit' },
  ])
  expect(await store.audit.list({ limit: 9 })).toMatchObject([
    { actor: 'cy', action: 'hidden-read', subject: 'd3', details: '{"split":"audit"}' },
    { actor: 'cy', action: 'hidden-read', subject: 'd2', details: '{"split":"test"}' },
  ])
})

test('an entry names the key with which it was done', async () => {
  await using folder = await tempFolder()
  await using store = await openStore({ dataFolder: folder.path('.proofloop') })
  const event = { action: 'exported' as const, subject: 'r1', details: { format: 'csv' } }
  await record(store, { id: 'ann', key: 'k1' }, event)
  expect(await store.audit.list({ limit: 9 })).toMatchObject([
    { actor: 'ann', details: '{"format":"csv","key":"k1"}' },
  ])
})

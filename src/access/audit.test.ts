import { expect, test } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { openStore } from '../store/open-store.ts'
import { record, recordHiddenReads } from './audit.ts'
import { hiddenNames } from './hidden-names.ts'

test('reading rows of a hidden split leaves an entry for each, reading others leaves none', async () => {
  await using folder = await tempFolder()
  await using store = await openStore({ dataFolder: folder.path('.proofloop') })
  await recordHiddenReads(store, { id: 'cy', roles: ['custodian'] }, [
    { sha256: 'd1', split: 'evaluation', assignee: null },
    { sha256: 'd2', split: 'test', assignee: 'cy' },
    { sha256: 'd3', split: 'audit', assignee: null },
  ])
  const nameOf = await hiddenNames(store)
  const entries = await store.audit.list({ limit: 9 })
  expect(entries).toMatchObject([
    { actor: 'cy', action: 'hidden-read', subject: nameOf('d3'), details: '{"split":"audit"}' },
    { actor: 'cy', action: 'hidden-read', subject: nameOf('d2'), details: '{"split":"test"}' },
  ])
  expect(entries.map(({ subject }) => subject).join()).toMatch(/^hidden:\w{32},hidden:\w{32}$/)
})

test('what is hidden has one name in a log, and another in that of another installation', async () => {
  await using folder = await tempFolder()
  const nameIn = async (dataFolder: string) => {
    await using store = await openStore({ dataFolder: folder.path(dataFolder) })
    return (await hiddenNames(store))('d2')
  }
  expect(await nameIn('a')).toBe(await nameIn('a'))
  expect(await nameIn('a')).not.toBe(await nameIn('b'))
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

import { expect, test } from 'vitest'
import { hiddenWorld } from './helpers/hidden-world.ts'
import { expectAllAudited, unaudited } from './helpers/walk-audited-reads.ts'

test('whatever tells somebody of a hidden row is in the audit log before it goes out', async () => {
  await using world = await hiddenWorld({ who: 'single roles' })
  expect(await expectAllAudited(world, ['GET'])).toBeGreaterThan(150)
})

test('the walk sees what leaves no entry, and what leaves another one', () => {
  const told = { answer: '200\n\n{}', open: false, statements: [], rows: [] }
  const request = 'GET /api/new/rows'
  const withEntry = (action: string) => ({ ...told, request, entries: [{ action }] })
  expect(unaudited([withEntry('hidden-read')])).toEqual([])
  const found = [`custodian ${request}`]
  expect(unaudited([{ ...told, request, entries: [] }])).toEqual(found)
  expect(unaudited([withEntry('document-read')])).toEqual(found)
  expect(unaudited([withEntry('dataset-changed')])).toEqual(found)
})

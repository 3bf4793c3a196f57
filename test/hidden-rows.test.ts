import { afterAll, beforeAll, expect, test } from 'vitest'
import { served } from '../src/server/implementer.ts'
import { routesOf, type Told, unanswered } from './helpers/api-walk.ts'
import { hiddenWorld, type HiddenWorld } from './helpers/hidden-world.ts'
import { expectAllAudited, unaudited, unnamed } from './helpers/walk-audited-reads.ts'
import { expectNothingLeft, toldOfHidden } from './helpers/walk-hidden-world.ts'

let world: HiddenWorld
/** What everybody was told with what is hidden. */
const all: Told[] = []

/** What answers nobody in these walks with a success, and why. */
const neverDone = {
  'POST /api/environments/{env}/doctor': 'It is not asked: it asks everything as everybody.',
  'POST /api/gates/{gate}/again': 'It takes a gate that was told as quality and has no verdict.',
  'POST /api/gates/{gate}/audit': 'It takes a version that passed its gate and was merged.',
}

beforeAll(async () => {
  world = await hiddenWorld()
})
afterAll(() => world?.[Symbol.asyncDispose]())

test('nobody without the right is told of a hidden row, whatever they send', async () => {
  const { told, faults } = await toldOfHidden(world)
  all.push(...told)
  expect(faults).toEqual([])
  expect(told.length).toBeGreaterThan(5000)
  await expectNothingLeft(world, 'jobs')
})

test('whatever tells somebody of a hidden row is in the audit log before it goes out', async () => {
  const { telling, told } = await expectAllAudited(world)
  expect(telling).toBeGreaterThan(150)
  all.push(...told)
})

test('each procedure has done for somebody what it is for: what refuses everybody is not walked', () => {
  expect(unanswered(routesOf(served), all).toSorted()).toEqual(Object.keys(neverDone))
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
  const act = { ...withEntry('dataset-changed'), request: 'PUT /api/new/rows {}' }
  expect(unaudited([act])).toEqual([])
  expect(unaudited([{ ...act, entries: [] }])).toEqual(['custodian PUT /api/new/rows {}'])
  expect(unaudited([{ ...act, entries: [{ action: 'document-read' }] }])).toHaveLength(1)
})

test('the walk sees a row of a document that no entry names', () => {
  const hash = 'a'.repeat(64)
  const nameOf = (of: string) => `hidden:${of.slice(0, 8)}`
  const entryOf = (details: string) => ({ action: 'hidden-read', subject: 'documents', details })
  const told = (...entries: ReturnType<typeof entryOf>[]) => {
    const request = 'GET /api/documents'
    const answer = `200\n\n{"items":["${hash}"]}`
    return { request, answer, open: false, statements: [], rows: [], words: [hash], entries }
  }
  expect(unnamed([told(entryOf(`{"which":["${nameOf(hash)}"]}`))], nameOf)).toEqual([])
  expect(unnamed([told(entryOf('{"rows":1}'))], nameOf)).toEqual([`GET /api/documents ${hash}`])
})

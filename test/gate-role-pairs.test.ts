import { expect, test } from 'vitest'
import { gatePayer } from '../src/gate/gate-host.ts'
import type { AuditEntry } from '../src/schema/audit.ts'
import { gateWorld, json, report } from './helpers/gate-world.ts'

type Told = { entries: AuditEntry[]; next: number | null }
type Budget = { ofAll: boolean; spent: number | null; spentByYou: number | null }

test('who is an engineer besides is told neither what gates spend nor when they read hidden examples', async () => {
  await using world = await gateWorld()
  const operator = await world.person('olaf', ['operator'])
  const both = await world.person('olga', ['engineer', 'operator'])
  const admin = await world.person('adam', ['admin'])
  const engineer = await world.person('anna', ['engineer', 'admin'])
  const budgetOf = ({ ask }: typeof both) => json<Budget>(ask('GET', '/api/budget'))
  const before = { operator: await budgetOf(operator), both: await budgetOf(both) }
  const { stored } = await world.gate({ bundle: await world.send('a comment') })
  expect((await world.budget()).environment).toBeNull()
  expect((await report(world.ada.ask, stored.id)).environment).toBeNull()

  const after = { operator: await budgetOf(operator), both: await budgetOf(both) }
  expect(after.operator.ofAll).toBe(true)
  expect(after.operator.spent).toBeGreaterThan(before.operator.spent ?? Infinity)
  expect(after.both).toEqual(before.both)
  expect(after.both).toMatchObject({ ofAll: false, spent: null, spentByYou: 0 })

  const log = ({ ask }: typeof both, query = '') =>
    json<Told>(ask('GET', `/api/audit?limit=200${query}`))
  const byGate = ({ entries }: Told) => entries.filter(({ actor }) => actor === gatePayer)
  expect(byGate(await log(admin)).map(({ action }) => action)).toContain('hidden-read')
  const told = await log(engineer)
  expect(told.entries.length).toBeGreaterThan(3)
  expect(byGate(told)).toEqual([])
  expect((await log(engineer, `&actor=${gatePayer}`)).entries).toEqual([])
  expect((await log(engineer, '&action=gate-asked')).entries).toHaveLength(1)

  const file = await engineer.ask('GET', '/api/audit/export')
  expect([file.status, await file.json()]).toEqual([
    403,
    expect.objectContaining({ code: 'audit-not-whole' }),
  ])
  expect((await admin.ask('GET', '/api/audit/export')).status).toBe(200)
})

test('who is an engineer and operator reads in the metrics nothing of how gates run', async () => {
  await using world = await gateWorld({ work: false })
  for (const queue of ['gate', 'gate-audit', 'test-evaluation', 'review'])
    world.host.metrics.add('proofloop_jobs_failed_total', { queue })
  const operator = await world.person('olaf', ['operator'])
  const both = await world.person('olga', ['engineer', 'operator'])
  const told = async ({ ask }: typeof both) => (await ask('GET', '/metrics')).text()
  const ofRuns = /gate|test-evaluation|process_|event_loop/gu
  expect((await told(both)).match(ofRuns)).toBeNull()
  for (const own of ['queue="review"', 'proofloop_http_requests_total'])
    expect(await told(both)).toContain(own)
  expect(new Set((await told(operator)).match(ofRuns))).toEqual(
    new Set(['gate', 'test-evaluation', 'process_', 'event_loop']),
  )
})

test('authors are told that gates ask the models of the environment for gates', async () => {
  await using world = await gateWorld({ environment: true, work: false })
  expect((await world.budget()).environment).toBe('test')
})

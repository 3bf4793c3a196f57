import { afterAll, beforeAll, expect, test } from 'vitest'
import { permissionsOf } from '../src/access/permissions.ts'
import type { Role } from '../src/schema/access.ts'
import type { GateAsked, GateCalls, GateDocuments, GateReport } from '../src/schema/api/gates.ts'
import { listen } from '../src/server/listen.ts'
import { gateCall } from '../src/store/store-samples.ts'
import { gateWorld, json } from './helpers/gate-world.ts'
import { runInProcess } from './helpers/run-in-process.ts'

const stack = new AsyncDisposableStack()
let world: Awaited<ReturnType<typeof gateWorld>>
let show: (role: Role, ...argv: string[]) => ReturnType<typeof runInProcess>

beforeAll(async () => {
  world = stack.use(await gateWorld())
  const { port, close } = await listen(world.app, { host: '127.0.0.1', port: 0 })
  stack.defer(close)
  const server = `http://127.0.0.1:${port}`
  const keys = new Map<Role, string>()
  for (const [role, { ask }] of [
    ['custodian', world.cleo],
    ['engineer', world.eve],
    ['approver', world.ada],
  ] as const) {
    const made = { name: role, permissions: [...permissionsOf([role])] }
    keys.set(role, (await json<{ secret: string }>(ask('POST', '/api/me/keys', made))).secret)
  }
  show = (role, ...argv) =>
    runInProcess(['gate', 'show', ...argv, '--server', server], world.dataFolder, {
      env: { PROOFLOOP_API_KEY: keys.get(role) },
    })
})
afterAll(() => stack.disposeAsync())

test('what a gate found is told to approvers, and document by document to custodians alone', async () => {
  expect(await show('custodian')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('No gate was asked yet.'),
  })
  const { told } = await world.gate({ bundle: await world.send('no promises') })
  const forApprovers = await show('approver')
  expect(forApprovers).toMatchObject({ exitCode: 0, stderr: '' })
  expect(forApprovers.stdout).toMatch(/^Candidate [0-9a-f]{12}, in production [0-9a-f]{12}; /u)
  expect(forApprovers.stdout).toContain('FAIL')
  expect(forApprovers.stdout).not.toContain('test-3')

  const whole = await show('custodian', told.id, '--documents', '--json')
  const found = JSON.parse(whole.stdout) as GateReport & { documents: GateDocuments }
  expect(found.gate.id).toBe(told.id)
  expect(found.documents.items.map(({ id }) => id)).toHaveLength(6)
  expect((await show('custodian', '--documents')).stdout).toMatch(/document of test +version/u)

  const looks = async () =>
    (await world.store.audit.list({ action: 'gate-viewed', limit: 99 })).length
  const before = await looks()
  for (const [role, ...argv] of [
    ['approver', '--documents'],
    ['engineer'],
    ['engineer', told.id],
    ['engineer', told.id, '--documents'],
  ] as const) {
    const refused = await show(role, ...argv)
    expect([role, argv, refused.exitCode, refused.stdout]).toEqual([role, argv, 2, ''])
    expect(refused.stderr).not.toContain('test-3')
  }
  expect(await looks()).toBe(before)
})

test('what was asked of models is told to custodians alone, one run over one document at a time', async () => {
  const { told, stored } = await world.gate({ bundle: await world.send('odd prompts') })
  const custodian = async (...argv: string[]) => {
    const { exitCode, stderr, stdout } = await show('custodian', told.id, ...argv)
    expect([exitCode, stderr]).toEqual([0, ''])
    return stdout
  }
  const asked = await custodian('--asked')
  expect(asked).toMatch(/document of test +version +run +questions\n/u)
  expect(asked).toMatch(/test-3 +in production +2 +\d+\n/u)
  const tried = await custodian('--asked', '--split', 'evaluation', '--json')
  const { items } = (JSON.parse(tried) as { asked: GateAsked }).asked
  expect(items.map(({ document }) => document)).toEqual(['evaluation-0', 'evaluation-1'])

  const one = ['--calls', 'test-3', '--side', 'baseline', '--run', '2']
  const calls = await custodian(...one)
  expect(calls).toContain('In production asked of models about test-3, in run 2 of 3:\n')
  expect(calls).toMatch(/^promises asked reviewer \(scripted-1\), [\d,]+ tokens in, \d+ out$/mu)
  expect(calls).toMatch(/^ {2}user: .*$/mu)
  expect(calls).toContain('Letter test-3 of Zanzibar')
  expect(calls).not.toContain('test-4')
  expect(calls).toMatch(/^ {2}answer: \{"issues":/mu)

  const [measure = ''] = stored.asked?.candidate ?? []
  const place = { measure, dataset: 'letters', example: 'test-5', repeat: 0 }
  for (let sequence = 0; sequence < 250; sequence += 1) {
    const call = { ...gateCall, agent: `${sequence}` }
    await world.store.gateCalls.put({ ...place, sequence, call })
  }
  const all = JSON.parse(await custodian('--calls', 'test-5', '--json')) as { calls: GateCalls }
  expect(all.calls.items.length).toBeGreaterThan(250)

  for (const role of ['approver', 'engineer'] as const) {
    for (const argv of [['--asked'], ['--asked', '--split', 'evaluation'], one]) {
      const refused = await show(role, told.id, ...argv)
      expect([role, argv, refused.exitCode, refused.stdout]).toEqual([role, argv, 2, ''])
      expect(refused.stderr).not.toContain('Zanzibar')
    }
  }
  const neither = await show('custodian', told.id, '--asked', '--documents')
  expect(neither).toMatchObject({ exitCode: 2, stdout: '' })
})

test('what it has not looked at, and what is no gate, is said', async () => {
  const { told } = await world.gate({ bundle: await world.send('a comment') })
  const onAudit = await show('custodian', told.id, '--documents', '--split', 'audit')
  expect(onAudit).toMatchObject({ exitCode: 0, stderr: '' })
  expect(onAudit.stdout).toContain('No document of audit was measured.')
  const missing = await show('custodian', '0190a0c0-0000-7000-8000-000000000000')
  expect(missing).toMatchObject({ exitCode: 2, stdout: '' })
  expect(missing.stderr).toContain('gate-not-found')
  const other = await show('custodian', told.id, '--documents', '--split', 'evaluation')
  expect(other).toMatchObject({ exitCode: 2, stdout: '' })
})

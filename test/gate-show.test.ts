import { afterAll, beforeAll, expect, test } from 'vitest'
import { permissionsOf } from '../src/access/permissions.ts'
import type { Role } from '../src/schema/access.ts'
import type { GateDocuments, GateReport } from '../src/schema/api/gates.ts'
import { listen } from '../src/server/listen.ts'
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

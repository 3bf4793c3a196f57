import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { testServer } from '../../test/helpers/test-server.ts'
import { loadServerConfig } from '../environment/server-config.ts'
import { routeChecks } from '../environment/checks/route-checks.ts'
import { examine } from '../environment/examine.ts'
import { doctorHost } from '../../test/helpers/doctor-host.ts'
import { permissionsOf } from '../access/permissions.ts'
import type { CheckedBefore, EnvironmentState } from '../schema/api/environments.ts'
import { recordBackup } from '../store/backup/newest-backup.ts'
import type { DoctorReport } from '../schema/doctor.ts'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { createApp, type AppHost } from './app.ts'
import { askItself } from './ask-itself.ts'
import { createIdentify } from './identify.ts'

const config = `export default {
  models: { reviewer: { provider: 'openai', model: 'm', baseURL: 'http://10.1.2.3/v1' } },
  environments: {
    dev: { isolation: 'process' },
    prod: { models: {}, datasets: ['letters'], limits: { budget: { perMonth: 50 } } },
  },
}`

async function configured() {
  await using folder = await tempFolder({ 'proofloop.config.ts': config })
  return loadServerConfig({ cwd: folder.folder })
}

test('a backup that tells whoever has it hidden rows is told where several people work', async () => {
  await using server = await testServer({ config: await configured(), work: true })
  const { ask } = await server.person('olga', ['operator'])
  const check = async (sealed: boolean) => {
    const made = { at: Date.now(), file: 'now.backup', rows: 1, files: 1, damagedFiles: 0 }
    await recordBackup(server.store, { ...made, sealed })
    const answer = await ask('POST', '/api/environments/dev/doctor', {})
    const { checks } = (await answer.json()) as DoctorReport
    return checks.find(({ name }) => name === 'backup')
  }
  expect(await check(false)).toMatchObject({
    result: 'fail',
    sentence: expect.stringContaining('whoever has the file can read hidden rows'),
    fix: expect.stringContaining('PROOFLOOP_CUSTODIAN_KEY'),
  })
  expect(await check(true)).toMatchObject({ result: 'pass' })
})

test('an operator sees the environments, and no key nor address of a model', async () => {
  await using server = await testServer({ config: await configured() })
  const { ask } = await server.person('olga', ['operator'])
  const answer = await ask('GET', '/api/environments')
  const text = await answer.text()
  const { environments } = JSON.parse(text) as { environments: EnvironmentState[] }
  expect(environments).toMatchObject([
    { name: 'dev', isolation: 'process', report: null },
    {
      name: 'prod',
      models: [
        {
          alias: 'reviewer',
          provider: 'openai',
          model: 'm',
          gap: expect.stringContaining('OPENAI_API_KEY is not set'),
          priced: false,
        },
      ],
      datasets: ['letters'],
      limits: { budget: { currency: 'USD', perMonth: 50 } },
    },
  ])
  expect(text).not.toContain('10.1.2.3')
})

test('an operator has an environment checked; it is kept, and in the audit log', async () => {
  await using server = await testServer({ config: await configured(), work: true })
  const { id, ask } = await server.person('olga', ['operator'])
  const asked = ['POST', '/api/environments/dev/doctor'] as const
  const [first, second] = await Promise.all([ask(...asked, {}), ask(...asked, {})])
  const report = (await first.json()) as DoctorReport
  expect(report).toMatchObject({ environment: 'dev', result: 'fail' })
  const results = Object.fromEntries(report.checks.map(({ name, result }) => [name, result]))
  expect(results).toMatchObject({
    store: 'pass',
    tables: 'pass',
    queue: 'pass',
    server: 'pass',
    permissions: 'pass',
    'model:reviewer': 'fail',
    backup: 'fail',
  })
  // Who asks while one runs gets the same.
  expect(await second.json()).toEqual(report)
  const listed = await (await ask('GET', '/api/environments')).json()
  const kept = { ...report, checkedBy: { id, name: 'olga' } }
  expect(listed).toMatchObject({
    environments: [{ report: kept }, { report: null }],
    current: null,
  })
  const entries = await server.store.audit.list({ limit: 10 })
  expect(entries).toContainEqual(
    expect.objectContaining({ actor: id, action: 'environment-checked', subject: 'dev' }),
  )
  // What it asks itself is no traffic.
  const routes = server.lines.map((line) => (JSON.parse(line) as { route?: string }).route)
  expect(routes).not.toContain('/api/documents')
})

test('the last checks are listed, with who looked and what came out otherwise', async () => {
  await using server = await testServer({ config: await configured(), work: true })
  const { id, ask } = await server.person('olga', ['operator'])
  const history = async () => {
    const answer = await ask('GET', '/api/environments/dev/checks')
    return ((await answer.json()) as { items: CheckedBefore[] }).items
  }
  expect(await history()).toEqual([])
  await ask('POST', '/api/environments/dev/doctor', {})
  await recordBackup(server.store, {
    at: Date.now(),
    file: 'now.backup',
    rows: 1,
    files: 1,
    damagedFiles: 0,
    sealed: true,
  })
  await ask('POST', '/api/environments/dev/doctor', {})
  const [second, first, ...others] = await history()
  expect(others).toEqual([])
  expect(first).toMatchObject({ checkedBy: { id, name: 'olga' }, result: 'fail', changes: null })
  expect(second).toMatchObject({
    checkedBy: { id, name: 'olga' },
    failed: (first?.failed ?? 0) - 1,
    passed: (first?.passed ?? 0) + 1,
    changes: [{ name: 'backup', before: 'fail', now: 'pass' }],
  })
  expect((await ask('GET', '/api/environments/test/checks')).status).toBe(404)
  const { ask: engineer } = await server.person('eve', ['engineer'])
  expect((await engineer('GET', '/api/environments/dev/checks')).status).toBe(403)
})

test('an environment that is not configured is not there', async () => {
  await using server = await testServer({ config: await configured() })
  const answer = await server.solo('POST', '/api/environments/test/doctor', {})
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({ code: 'environment-not-found' })
  expect((await server.solo('POST', '/api/environments/staging/doctor', {})).status).toBe(400)
})

test('a server whose gate lets everybody in is told', async () => {
  await using server = await testServer()
  await using place = await doctorHost()
  const { id, name } = server.first
  const permissions = permissionsOf(['operator'])
  const somebody = { id, name, roles: ['operator'], permissions, via: 'session' } as const
  const host: AppHost = {
    ...server.appHost,
    identify: async () => ({ actor: somebody, session: null }),
  }
  const asked = { ...place.host, server: async () => askItself(createApp, host) }
  const check = routeChecks.filter((one) => one.name === 'permissions')
  const { checks } = await examine(asked, check, { report: () => {} })
  expect(checks).toMatchObject([
    {
      result: 'fail',
      sentence: expect.stringMatching(
        /^(\d+) of \1 addresses answer strangers: GET \/api\/documents/,
      ),
    },
  ])
})

test('a server that asks for no rights is told', async () => {
  await using server = await testServer()
  await using place = await doctorHost()
  const permissions = permissionsOf(['operator'])
  const generous = (host: AppHost) => {
    const { identify = createIdentify(host) } = host
    return createApp({
      ...host,
      async identify(...asked) {
        const found = await identify(...asked)
        return found && { ...found, actor: { ...found.actor, permissions } }
      },
    })
  }
  const asked = { ...place.host, server: async () => askItself(generous, server.appHost) }
  const check = routeChecks.filter((one) => one.name === 'permissions')
  const { checks } = await examine(asked, check, { report: () => {} })
  expect(checks).toMatchObject([
    {
      result: 'fail',
      sentence: expect.stringMatching(
        /^\d+ of \d+ addresses answer people who have no right to them: /,
      ),
    },
  ])
})

test('the flow of a server changes none of its environments', async () => {
  await using flow = await tempFolder({
    'agents/tone/agent.yaml':
      'name: tone\ndescription: Tone\nengine: rules\ntype: Tone\ngrammar: {}\n',
    'proofloop.config.ts': 'export default { models: {}, environments: { test: {} } }',
  })
  await using server = await testServer({ config: await configured(), flow: flow.folder })
  await writeFile(
    flow.path('proofloop.config.ts'),
    'export default { models: {}, environments: { dev: { retention: { backupHours: null } } } }',
  )
  const answer = await server.solo('GET', '/api/environments')
  const { environments } = (await answer.json()) as { environments: EnvironmentState[] }
  expect(environments.map(({ name }) => name)).toEqual(['dev', 'prod'])
  expect(environments[0]?.retention).toMatchObject({ backupHours: 26 })
})

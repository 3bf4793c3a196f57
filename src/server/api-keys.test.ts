import { expect, test } from 'vitest'
import { testServer } from '../../test/helpers/test-server.ts'

type TestServer = Awaited<ReturnType<typeof testServer>>
type Ask = (method: string, path: string, body?: unknown) => Response | Promise<Response>
type Made = { key: { id: string; hint: string; lastUsedAt: number | null }; secret: string }

async function make(ask: Ask, permissions: string[], expiresAt: number | null = null) {
  const answer = await ask('POST', '/api/me/keys', { name: 'nightly', permissions, expiresAt })
  expect(answer.status).toBe(201)
  return (await answer.json()) as Made
}

async function keysOf(ask: Ask) {
  return ((await (await ask('GET', '/api/me/keys')).json()) as { keys: Made['key'][] }).keys
}

async function permissionsWith(server: TestServer, secret: string) {
  const answer = await server.withKey(secret)('GET', '/api/me')
  return answer.status === 200
    ? ((await answer.json()) as { permissions: string[] }).permissions
    : answer.status
}

test('a key is shown once and only its hash is kept', async () => {
  await using server = await testServer()
  const { key, secret } = await make(server.solo, ['people:read'])
  expect(secret).toMatch(/^pl_[\w-]{43}$/)
  expect(secret.startsWith(key.hint)).toBe(true)
  const listed = await (await server.solo('GET', '/api/me/keys')).text()
  expect(JSON.parse(listed)).toEqual({ keys: [key] })
  const stored = JSON.stringify(await server.store.apiKeys.list(server.first.id))
  await server.withKey(secret)('GET', '/api/people')
  await server.withKey(`${secret.slice(0, -1)}!`)('GET', '/api/people')
  const written = [listed, stored, ...server.lines, JSON.stringify(await audit(server))].join('\n')
  expect(written).not.toContain(secret.slice(key.hint.length))
})

test('a key may do what it was given, no more than its person and only while that may', async () => {
  await using server = await testServer()
  const { id, ask } = await server.person('cy', ['custodian', 'admin'])
  const both = await make(ask, ['people:read', 'audit:read', 'people:read'])
  expect(await permissionsWith(server, both.secret)).toEqual(['people:read', 'audit:read'])
  expect((await server.withKey(both.secret)('GET', '/api/people')).status).toBe(200)
  expect((await server.withKey(both.secret)('POST', '/api/people', {})).status).toBe(403)

  const foreign = { name: 'n', permissions: ['people:read', 'flows:draft'], expiresAt: null }
  const refused = await ask('POST', '/api/me/keys', foreign)
  expect(refused.status).toBe(403)
  expect(await refused.json()).toMatchObject({ code: 'permission-not-yours' })

  const roles = { roles: ['custodian'] }
  expect((await server.solo('PUT', `/api/people/${id}/roles`, roles)).status).toBe(200)
  expect(await permissionsWith(server, both.secret)).toEqual(['people:read'])
  const taken = await server.withKey(both.secret)('GET', '/api/audit')
  expect(taken.status).toBe(403)
  expect(await taken.json()).toEqual({
    defined: true,
    code: 'FORBIDDEN',
    status: 403,
    message: 'You do not have the right to do this: it takes audit:read.',
    data: { permission: 'audit:read' },
  })
})

test('a key makes no other key, ends no session, renames nobody and reads no keys without the right', async () => {
  await using server = await testServer()
  const own = await make(server.solo, ['keys:own', 'people:read'])
  const another = { name: 'n', permissions: ['people:read'] }
  const answer = await server.withKey(own.secret)('POST', '/api/me/keys', another)
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ code: 'session-needed' })
  for (const method of ['GET', 'DELETE']) {
    const path = method === 'GET' ? '/api/me/sessions' : '/api/me/sessions/none'
    expect((await server.withKey(own.secret)(method, path)).status).toBe(403)
  }
  const renamed = await server.withKey(own.secret)('PUT', '/api/me/name', { name: 'Key' })
  expect(await renamed.json()).toMatchObject({ code: 'session-needed' })
  const blind = await make(server.solo, ['people:read'])
  expect((await server.withKey(blind.secret)('GET', '/api/me/keys')).status).toBe(403)
})

test('a revoked key, an expired one and a wrong one are nobody, whatever cookie comes along', async () => {
  await using server = await testServer()
  const { key, secret } = await make(server.solo, ['people:read'])
  const ray = await server.person('ray', ['reviewer'])
  expect((await ray.ask('DELETE', `/api/me/keys/${key.id}`)).status).toBe(404)
  expect(await permissionsWith(server, secret)).toEqual(['people:read'])
  expect((await server.solo('DELETE', `/api/me/keys/${key.id}`)).status).toBe(200)
  expect(await permissionsWith(server, secret)).toBe(401)
  expect((await server.solo('DELETE', `/api/me/keys/${key.id}`)).status).toBe(404)

  const soon = await make(server.solo, ['people:read'], Date.now() + 3000)
  await expect.poll(() => permissionsWith(server, soon.secret)).toBe(401)
  const past = { name: 'n', permissions: ['people:read'], expiresAt: Date.now() - 1 }
  expect((await server.solo('POST', '/api/me/keys', past)).status).toBe(400)

  const live = await make(server.solo, ['people:read'])
  const wrong = `${live.secret.slice(0, -2)}${live.secret.endsWith('AA') ? 'BB' : 'AA'}`
  for (const authorization of [`Bearer ${wrong}`, 'Bearer pl_', 'Bearer', 'Basic YTpi', '']) {
    const headers = { authorization, cookie: server.cookie, host: 'localhost:4310' }
    const answer = await server.app.request('http://localhost:4310/api/me', { headers })
    expect([authorization, answer.status]).toEqual([authorization, 401])
  }
})

test('when a key was last used is written at most once a minute', async () => {
  await using server = await testServer()
  const { secret } = await make(server.solo, ['people:read'])
  expect((await keysOf(server.solo))[0]?.lastUsedAt).toBeNull()
  await server.withKey(secret)('GET', '/api/me')
  const [used] = await keysOf(server.solo)
  expect(used?.lastUsedAt).toBeGreaterThan(Date.now() - 60_000)
  await new Promise((resolve) => void setTimeout(resolve, 5))
  await server.withKey(secret)('GET', '/api/me')
  expect(await keysOf(server.solo)).toEqual([used])
})

test('keys go with their person', async () => {
  await using server = await testServer()
  const { id, ask } = await server.person('cy', ['custodian'])
  const { secret } = await make(ask, ['people:read'])
  expect((await server.solo('DELETE', `/api/people/${id}`)).status).toBe(200)
  expect(await permissionsWith(server, secret)).toBe(401)
  expect(await server.store.apiKeys.list(id)).toEqual([])
})

async function audit(server: TestServer) {
  return server.store.audit.list({ limit: 500 })
}

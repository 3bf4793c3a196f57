import { expect, test } from 'vitest'
import { testServer } from '../../test/helpers/test-server.ts'
import { UserFacingError } from '../lib/errors.ts'

test('a one-time link signs in the person of the machine with every role, once', async () => {
  await using server = await testServer()
  const token = server.links.create(server.first.id)
  const used = await server.nobody('GET', `/sign-in/link?token=${token}`)
  expect(used.status).toBe(303)
  const cookie = used.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const me = await server.as(cookie)('GET', '/api/me')
  expect(await me.json()).toMatchObject({ soloMode: true, person: { roles: { length: 6 } } })
  expect((await server.nobody('GET', `/sign-in/link?token=${token}`)).status).toBe(403)
})

test('a session that a link began is named after its browser', async () => {
  await using server = await testServer()
  const token = server.links.create(server.first.id)
  const headers = { host: 'localhost:4310', 'user-agent': 'Firefox on Linux' }
  const used = await server.app.request(`/sign-in/link?token=${token}`, { headers })
  const cookie = used.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const answer = await server.as(cookie)('GET', '/api/me/sessions')
  expect(await answer.json()).toMatchObject({
    sessions: expect.arrayContaining([
      expect.objectContaining({ current: true, userAgent: 'Firefox on Linux' }),
    ]),
  })
})

test('a one-time link that is opened while the store is away is not used up', async () => {
  await using server = await testServer()
  const address = `/sign-in/link?token=${server.links.create(server.first.id)}`
  const { audit } = server.store
  const append = audit.append.bind(audit)
  audit.append = () => Promise.reject(new UserFacingError('store-unavailable', 'It is away.'))
  const refused = await server.nobody('GET', address)
  expect(refused.status).toBe(503)
  expect(await refused.json()).toMatchObject({ code: 'store-unavailable', message: 'It is away.' })
  expect(refused.headers.get('retry-after')).toBe('5')
  expect(refused.headers.getSetCookie()).toEqual([])
  audit.append = append
  expect((await server.nobody('GET', address)).status).toBe(303)
  expect((await server.nobody('GET', address)).status).toBe(403)
})

test('nothing under /api but its description is open to strangers, not even what is missing', async () => {
  await using server = await testServer()
  for (const path of ['/api/me', '/api/people', '/api/nothing', '/api/me/', '/metrics']) {
    expect([path, (await server.nobody('GET', path)).status]).toEqual([path, 401])
  }
  for (const path of ['/livez', '/readyz', '/api', '/api/openapi.json']) {
    expect([path, (await server.nobody('GET', path)).status]).toEqual([path, 200])
  }
  expect((await server.solo('GET', '/api/nothing')).status).toBe(404)
})

test('a right is asked for before the request is looked at', async () => {
  await using server = await testServer()
  const reviewer = await server.person('ray', ['reviewer'])
  const malformed = { roles: 'everything' }
  expect((await server.nobody('POST', '/api/people', malformed)).status).toBe(401)
  expect((await reviewer.ask('POST', '/api/people', malformed)).status).toBe(403)
  expect((await server.solo('POST', '/api/people', malformed)).status).toBe(400)
})

test('what cannot be read is refused with a sentence and not taken for a fault of ours', async () => {
  await using server = await testServer()
  const { cookie } = server
  const send = (type: string, body: string, more: Record<string, string> = {}) =>
    server.app.request('http://localhost:4310/api/me/keys', {
      method: 'POST',
      headers: {
        host: 'localhost:4310',
        origin: 'http://localhost:4310',
        cookie,
        'content-type': type,
        ...more,
      },
      body,
    })
  const unreadable = [
    await send('application/json', '{"name":'),
    await send('application/json', 'packed', { 'content-encoding': 'gzip' }),
    await send('multipart/form-data; boundary=x', 'no form'),
  ]
  for (const answer of unreadable) {
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'body-malformed' })
  }
  expect((await send('application/json', '{}')).status).toBe(400)
  expect((await server.nobody('GET', '/100%')).status).toBe(404)
  expect(server.lines.filter((line) => line.includes('request-failed'))).toEqual([])
})

test('no text with a NUL in it comes in, by body or by address: PostgreSQL could not keep it', async () => {
  await using server = await testServer()
  const { solo } = server
  const requests = [
    solo('POST', '/api/me/keys', { name: 'a\0b', permissions: ['people:read'] }),
    solo('POST', '/api/people', {
      name: 'Bo',
      email: 'bo@example.org',
      roles: ['reviewer'],
      keep: ['\0'],
    }),
    solo('GET', '/api/documents?search=%00'),
    solo('GET', '/api/reviews/%00/issues'),
    solo('GET', '/api/evaluations/%00'),
  ]
  for (const answer of await Promise.all(requests)) {
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'text-with-nul' })
  }
  expect((await server.nobody('GET', '/api/reviews/%00')).status).toBe(401)
  expect((await solo('GET', '/api/documents?search=%2500')).status).toBe(200)
})

test('who was alone is called by others as they said, and is asked once', async () => {
  await using server = await testServer()
  const invited = (name: string, also: object) =>
    server.solo('POST', '/api/people', {
      name,
      email: `${name}@example.org`,
      roles: ['reviewer'],
      ...also,
    })
  const keep = ['admin', 'engineer']
  expect((await invited('bo', { keep, ownName: ' Ada ' })).status).toBe(201)
  expect((await invited('cy', { keep, ownName: 'Eve' })).status).toBe(201)
  const { people } = (await (await server.solo('GET', '/api/people')).json()) as {
    people: { name: string }[]
  }
  expect(people.map(({ name }) => name)).toEqual(['Ada', 'bo', 'cy'])
})

test('another site and another name of the server are refused', async () => {
  await using server = await testServer()
  const post = (headers: Record<string, string>) =>
    server.app.request('http://localhost:4310/api/people', { method: 'POST', headers })
  const host = 'localhost:4310'
  expect((await post({ host, origin: 'http://evil.example', cookie: 'a=b' })).status).toBe(403)
  expect((await post({ host, cookie: 'a=b' })).status).toBe(403)
  expect((await post({ host, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await post({ host: 'evil.example', origin: 'http://evil.example' })).status).toBe(421)
  expect((await post({ host, origin: `http://${host}` })).status).toBe(401)
})

test('every answer has an id and says what a browser must not do', async () => {
  await using server = await testServer()
  for (const path of ['/livez', '/api/me', '/nothing']) {
    const { headers } = await server.nobody('GET', path)
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
    expect(headers.get('content-security-policy')).toContain(
      "script-src 'self' 'wasm-unsafe-eval';",
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  }
  const logged = server.lines.map((line) => JSON.parse(line))
  expect(logged.at(-2)).toMatchObject({ event: 'request', route: '/api/me', status: 401 })
})

test('the second account ends solo mode and asks which roles are kept', async () => {
  await using server = await testServer()
  const invitation = { email: 'Bo@Example.org', name: 'Bo', roles: ['reviewer'] }
  const unasked = await server.solo('POST', '/api/people', invitation)
  expect(await unasked.json()).toMatchObject({ code: 'roles-to-keep' })
  const both = { ...invitation, keep: ['engineer', 'custodian', 'admin'] }
  expect(await (await server.solo('POST', '/api/people', both)).json()).toMatchObject({
    code: 'role-conflict',
  })
  const none = { ...invitation, keep: ['engineer'] }
  expect(await (await server.solo('POST', '/api/people', none)).json()).toMatchObject({
    code: 'last-admin',
  })
  const kept = await server.solo('POST', '/api/people', {
    ...invitation,
    keep: ['engineer', 'admin'],
  })
  expect(kept.status).toBe(201)
  const { link } = (await kept.json()) as { link: string }
  const token = new URL(link).searchParams.get('token')
  const me = (await (await server.solo('GET', '/api/me')).json()) as object
  expect(me).toMatchObject({ soloMode: false, person: { roles: ['engineer', 'admin'] } })

  const set = { newPassword: 'correct horse', token }
  expect((await server.nobody('POST', '/api/auth/reset-password', set)).status).toBe(200)
  expect((await server.nobody('POST', '/api/auth/reset-password', set)).status).toBe(400)
  const credentials = { email: 'bo@example.org', password: 'correct horse' }
  const signedIn = await server.nobody('POST', '/api/auth/sign-in/email', credentials)
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  expect(await (await server.as(cookie)('GET', '/api/me')).json()).toMatchObject({
    person: { name: 'Bo', roles: ['reviewer'] },
  })
})

test('nobody makes an account by themselves', async () => {
  await using server = await testServer()
  const account = { name: 'Eve', email: 'eve@example.org', password: 'correct horse' }
  expect((await server.nobody('POST', '/api/auth/sign-up/email', account)).status).toBe(401)
  expect(await server.store.people.list()).toHaveLength(1)
})

test('a session that is ended signs nobody in', async () => {
  await using server = await testServer()
  const ray = await server.person('ray', ['reviewer'])
  const { sessions } = (await (await ray.ask('GET', '/api/me/sessions')).json()) as {
    sessions: { id: string; current: boolean }[]
  }
  expect(sessions).toMatchObject([{ current: true }])
  const address = `/api/me/sessions/${sessions[0]?.id}`
  expect((await server.solo('DELETE', address)).status).toBe(404)
  expect((await ray.ask('DELETE', address)).status).toBe(200)
  expect((await ray.ask('GET', '/api/me')).status).toBe(401)
})

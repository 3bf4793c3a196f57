import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { testServer } from '../../test/helpers/test-server.ts'

/** As much of a provider as signing in takes; everybody who comes is this person. */
async function provider(person: {
  sub: string
  email: string
  email_verified: boolean
  name: string
}) {
  const send = (response: ServerResponse, body: object): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', issuer)
    if (pathname === '/token') {
      // What the test sends as the code is the nonce that the server has asked with.
      return void text(request).then((form) => {
        const nonce = new URLSearchParams(form).get('code')
        const id_token = signed({ iss: issuer, aud: 'proofloop', nonce, ...person })
        send(response, { access_token: 'token', token_type: 'Bearer', expires_in: 60, id_token })
      })
    }
    if (pathname === '/keys') {
      const key = { ...publicKey.export({ format: 'jwk' }), kid: '1', alg: 'ES256', use: 'sig' }
      return send(response, { keys: [key] })
    }
    if (pathname === '/userinfo') return send(response, person)
    return send(response, {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/keys`,
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { issuer, [Symbol.asyncDispose]: async () => void server.close() }
}

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** A JSON Web Token that is good for a minute. */
function signed(claims: object): string {
  const now = Math.floor(Date.now() / 1000)
  const parts = [
    { alg: 'ES256', kid: '1', typ: 'JWT' },
    { iat: now, exp: now + 60, ...claims },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  const input = parts.join('.')
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' as const }
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
}

type Server = Awaited<ReturnType<typeof testServer>>

/** Goes to the provider and comes back from it; the cookies that the way has brought. */
async function signInAtProvider(server: Server): Promise<string[]> {
  const request = { provider: 'oidc', callbackURL: '/' }
  const sent = await server.nobody('POST', '/api/auth/sign-in/social', request)
  expect(sent.status).toBe(200)
  const { url } = (await sent.json()) as { url: string }
  const [state, nonce] = ['state', 'nonce'].map((name) => new URL(url).searchParams.get(name))
  expect(new URL(url).searchParams.get('code_challenge_method')).toBe('S256')
  const cookies = sent.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
  const back = await server.as(cookies.join('; '))(
    'GET',
    `/api/auth/callback/oidc?code=${nonce}&state=${state}`,
  )
  return back.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '')
}

test('who was invited signs in at the provider, and nobody else does', async () => {
  const person = { sub: '1', email: 'ray@example.org', email_verified: true, name: 'Ray' }
  await using idp = await provider(person)
  const client = { clientId: 'proofloop', clientSecret: 'secret' }
  const oidc = { issuer: idp.issuer, ...client, name: 'Example' }
  await using server = await testServer({ oidc })
  const ways = await server.nobody('GET', '/api/auth/ways')
  expect(await ways.json()).toEqual({ oidc: { name: 'Example' } })
  const strangers = await signInAtProvider(server)
  expect(strangers.filter((cookie) => cookie.includes('session_token='))).toEqual([])
  expect(await server.store.people.list()).toHaveLength(1)
  const [entry] = await server.store.audit.list({ limit: 1 })
  expect(entry).toMatchObject({ action: 'sign-in-failed', actor: 'nobody', subject: 'provider' })
  expect(entry?.details).toBe('{"reason":"signup_disabled"}')

  await server.accounts.create({ name: 'Ray', email: 'ray@example.org', roles: ['reviewer'] })
  const cookies = await signInAtProvider(server)
  const me = await server.as(cookies.join('; '))('GET', '/api/me')
  expect(await me.json()).toMatchObject({ person: { name: 'Ray', roles: ['reviewer'] } })
  const { rows } = await sql`select * from credentials where provider = 'oidc'`.execute(
    server.store.accountTables.db,
  )
  expect(rows).toMatchObject([{ access_token: null, refresh_token: null, id_token: null }])
  const entries = await server.store.audit.list({ limit: 9 })
  expect(entries.filter(({ action }) => action === 'sign-in-failed')).toHaveLength(1)
})

test('without a provider the page is told that there is none', async () => {
  await using server = await testServer()
  expect(await (await server.nobody('GET', '/api/auth/ways')).json()).toEqual({ oidc: null })
})

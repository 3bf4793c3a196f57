import { expect, test } from 'vitest'
import { testServer } from '../../test/helpers/test-server.ts'
import { listen } from './listen.ts'

/** The same server, reached over a socket, as everybody but a test reaches it. */
async function overSocket() {
  const stack = new AsyncDisposableStack()
  const server = stack.use(await testServer())
  const { port, close } = await listen(server.app, { host: '127.0.0.1', port: 0 })
  stack.defer(close)
  const origin = `http://127.0.0.1:${port}`
  const send = (path: string, init: RequestInit & { duplex?: 'half' }, cookie = '') =>
    fetch(`${origin}${path}`, {
      ...init,
      headers: { origin, cookie, 'content-type': 'application/json', connection: 'close' },
    })
  return { server, send, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** Without a length that is told beforehand. */
function inPieces(text: string): ReadableStream<Uint8Array> {
  return new Blob([text]).stream()
}

test('a password is checked, and a wrong one is told to the audit log', async () => {
  await using place = await overSocket()
  const body = JSON.stringify({ email: 'eve@example.org', password: 'wrong password' })
  const answer = await place.send('/api/auth/sign-in/email', { method: 'POST', body })
  expect(answer.status).toBe(401)
  const [entry] = await place.server.store.audit.list({ limit: 1 })
  expect(entry).toMatchObject({ action: 'sign-in-failed', subject: 'nobody' })
})

test('a request without a body and one in pieces are answered', async () => {
  await using place = await overSocket()
  const { cookie } = place.server
  const body = inPieces(JSON.stringify({ name: 'nightly', permissions: ['people:read'] }))
  const made = await place.send('/api/me/keys', { method: 'POST', body, duplex: 'half' }, cookie)
  expect(made.status).toBe(201)
  const { key } = (await made.json()) as { key: { id: string } }
  const ended = await place.send(`/api/me/keys/${key.id}`, { method: 'DELETE' }, cookie)
  expect(ended.status).toBe(200)
})

test('a request in pieces that grows too large is refused', async () => {
  await using place = await overSocket()
  const body = inPieces(JSON.stringify({ name: 'n'.repeat(5 * 2 ** 20), permissions: [] }))
  const init = { method: 'POST', body, duplex: 'half' as const }
  const answer = await place.send('/api/me/keys', init, place.server.cookie)
  expect(answer.status).toBe(413)
})

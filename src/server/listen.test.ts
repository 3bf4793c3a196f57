import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { testServer } from '../../test/helpers/test-server.ts'
import { listen } from './listen.ts'
import type { App } from './request-context.ts'

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

test('a method that no page knows is refused, not taken for a fault of ours', async () => {
  const { port, close } = await listen(new Hono() as unknown as App, { host: '127.0.0.1', port: 0 })
  const sent = request({ port, host: '127.0.0.1', method: 'TRACE', agent: false }).end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  expect(answer.statusCode).toBe(405)
  answer.resume()
  await close()
})

test('a connection that a browser keeps open does not hold up the end', async () => {
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  const app: App = new Hono()
  app.get('/', async (context) => {
    asked.resolve()
    await answered.promise
    return context.text('the last event')
  })
  const { port, close } = await listen(app, { host: '127.0.0.1', port: 0 })
  const agent = new Agent({ keepAlive: true })
  const order: string[] = []
  const answer = Promise.withResolvers<string>()
  get({ port, host: '127.0.0.1', agent }, (response) => void text(response).then(answer.resolve))
  await asked.promise
  await using _node = await idleConnection(agent, () => order.push('Node'))
  const closing = close()
  answered.resolve()
  expect(await answer.promise).toBe('the last event')
  await closing
  // Node itself lets go of what is idle after some seconds, and first of what was so before.
  expect(order).toEqual([])
  agent.destroy()
})

/** To a server that does nothing about it. */
async function idleConnection(agent: Agent, onClose: () => void): Promise<AsyncDisposable> {
  const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sent = get({ port, host: '127.0.0.1', agent })
  sent.once('socket', (socket) => socket.once('close', onClose))
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  await text(answer)
  return server
}

test('what is done for a client that has left is done before the end', async () => {
  const asked = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  const work = Promise.withResolvers<void>()
  const done: string[] = []
  const app: App = new Hono()
  app.get('/', async (context) => {
    context.req.raw.signal.addEventListener('abort', () => left.resolve())
    asked.resolve()
    await work.promise
    done.push('the work')
    return context.text('nobody reads it')
  })
  const { port, close } = await listen(app, { host: '127.0.0.1', port: 0 })
  const client = get({ port, host: '127.0.0.1', agent: false }).on('error', () => {})
  await asked.promise
  client.destroy()
  await left.promise
  const closing = close().then(() => done.push('the end'))
  // So long that the server has found its last connection gone.
  await setTimeout(200)
  work.resolve()
  await closing
  expect(done).toEqual(['the work', 'the end'])
})

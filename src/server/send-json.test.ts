import { gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { sendJson } from './send-json.ts'

const json = JSON.stringify({ some: 'text '.repeat(1000) })

function ask(headers: Record<string, string>, chunks = [new TextEncoder().encode(json)]) {
  const app = new Hono().get('/', (c) => sendJson(c, { tag: 'abc', chunks }))
  return app.request('/', { headers })
}

test.each(['gzip', 'deflate, GZIP;q=0.5', 'br, gzip; q=1.0'])(
  'is compressed for who accepts %s',
  async (header) => {
    const answer = await ask({ 'accept-encoding': header })
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    const bytes = await answer.bytes()
    expect(bytes.length).toBeLessThan(1000)
    expect(gunzipSync(bytes).toString()).toBe(json)
  },
)

test.each(['', 'br', 'gzip;q=0', 'gzip; q=0.000', 'notgzip'])(
  'goes as it is to who accepts "%s"',
  async (header) => {
    const answer = await ask({ 'accept-encoding': header })
    expect(answer.headers.get('content-encoding')).toBeNull()
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(await answer.text()).toBe(json)
  },
)

test('pieces arrive in their order', async () => {
  const pieces = ['[1', ',2', ']'].map((piece) => new TextEncoder().encode(piece))
  expect(await (await ask({}, pieces)).json()).toEqual([1, 2])
})

test.each(['W/"abc"', '"other", W/"abc"', '*'])(
  'is not sent to who has it already: %s',
  async (header) => {
    const answer = await ask({ 'if-none-match': header })
    expect([answer.status, await answer.text()]).toEqual([304, ''])
    expect(answer.headers.get('etag')).toBe('W/"abc"')
  },
)

test('who has another one gets this one, and no browser keeps it', async () => {
  const answer = await ask({ 'if-none-match': 'W/"abd"' })
  expect([answer.status, await answer.text()]).toEqual([200, json])
  expect(answer.headers.get('cache-control')).toBe('private, no-store')
})

test('what fails on the way breaks off instead of ending as if it were whole', async () => {
  async function* broken() {
    yield new TextEncoder().encode('[1')
    throw new Error('The store is away.')
  }
  for (const headers of [{}, { 'accept-encoding': 'gzip' }]) {
    const app = new Hono().get('/', (c) => sendJson(c, { tag: 'abc', chunks: broken() }))
    const answer = await app.request('/', { headers })
    await expect(answer.text()).rejects.toThrow('The store is away.')
  }
})

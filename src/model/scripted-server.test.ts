import { expect, test } from 'vitest'
import { answer, httpError, noReply, rawReply } from './scripted-reply.ts'
import { startScriptedServer } from './scripted-server.ts'

function post(baseURL: string, body: object): Promise<Response> {
  return fetch(`${baseURL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer secret' },
    body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'Hi' }], ...body }),
  })
}

test('a scripted answer is a chat completion with usage', async () => {
  const usage = { input: 10, cached: 4, output: 2 }
  await using server = await startScriptedServer(() => answer({ issues: [] }, { usage }))
  const response = await post(server.baseURL, {})
  expect(await response.json()).toMatchObject({
    object: 'chat.completion',
    choices: [{ message: { content: '{"issues":[]}' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 4 } },
  })
})

test('a stream tells its usage only when it is asked for', async () => {
  await using server = await startScriptedServer(() => answer('Hello there', { chunks: 2 }))
  const bare = await (await post(server.baseURL, { stream: true })).text()
  const asked = await (
    await post(server.baseURL, { stream: true, stream_options: { include_usage: true } })
  ).text()
  expect(bare.match(/"content":"\w/g)).toHaveLength(2)
  expect(bare).not.toContain('usage')
  expect(asked).toContain('"usage":{"prompt_tokens":1,')
  expect(asked).toMatch(/data: \[DONE\]\n\n$/)
})

test('the script sees each request and its number', async () => {
  await using server = await startScriptedServer((request, nth) =>
    answer(`${nth}: ${request.model} ${request.messages[0]?.content}`),
  )
  await (await post(server.baseURL, {})).text()
  const second = await (await post(server.baseURL, { temperature: 0 })).text()
  expect(second).toContain('1: any Hi')
  expect(server.requests[1]?.body).toMatchObject({ temperature: 0 })
  expect(server.requests[1]?.headers.authorization).toBe('Bearer secret')
})

test('errors, raw bodies, resets and cuts reach the client as they are', async () => {
  const replies = [
    httpError(429, { retryAfter: 7 }),
    rawReply('<html>', { headers: { 'content-type': 'text/html' } }),
    noReply('reset'),
    answer('Hello', { cut: 'reset' }),
    answer('Hello', { cut: 'close' }),
  ]
  await using server = await startScriptedServer((_, nth) => replies[nth]!)
  const limited = await post(server.baseURL, {})
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7'])
  expect(await (await post(server.baseURL, {})).text()).toBe('<html>')
  await expect(post(server.baseURL, {})).rejects.toThrow('fetch failed')
  await expect(post(server.baseURL, {}).then((response) => response.text())).rejects.toThrow(
    'terminated',
  )
  await expect(post(server.baseURL, {}).then((response) => response.json())).rejects.toThrow('JSON')
})

test('a body can be endless: it stops when the client hangs up, or the server is closed', async () => {
  let pieces = 0
  function* endless(): Generator<{ send: string } | { waitMs: number }> {
    for (;;) {
      pieces += 1
      yield { send: '.' }
      yield { waitMs: 1 }
    }
  }
  await using server = await startScriptedServer(() => ({
    status: 200,
    headers: {},
    steps: endless(),
  }))
  const response = await post(server.baseURL, {})
  await response.body?.cancel()
  await expect.poll(() => server.busiest).toBe(1)
  const hanging = await startScriptedServer(() => noReply('hang'))
  const waiting = post(hanging.baseURL, {})
  await expect.poll(() => hanging.requests.length).toBe(1)
  await Promise.all([
    expect(waiting).rejects.toThrow('fetch failed'),
    hanging[Symbol.asyncDispose](),
  ])
  expect(pieces).toBeGreaterThan(0)
})

test('a script that throws is an error of the server, not a hang', async () => {
  await using server = await startScriptedServer(() => {
    throw new Error('out of replies')
  })
  const response = await post(server.baseURL, {})
  expect([response.status, await response.text()]).toEqual([
    500,
    'The script failed: Error: out of replies',
  ])
})

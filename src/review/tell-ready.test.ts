import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { formWith, testServer } from '../../test/helpers/test-server.ts'

/** Answers with the statuses in turn and keeps what it was sent. */
async function listener(statuses: number[]) {
  const heard: unknown[] = []
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      heard.push(body)
      response.writeHead(statuses[heard.length - 1] ?? 200).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => void server.close()
  return { heard, url: `http://127.0.0.1:${port}/hook`, [Symbol.asyncDispose]: close }
}

test('a webhook is told of a review that is ready, with its id only, until it answers well', async () => {
  await using hook = await listener([500, 200])
  await using server = await testServer({ work: true })
  await server.solo('PUT', '/api/settings', { readyWebhook: hook.url })
  const form = formWith('This is always guaranteed.', 'Secret name.txt')
  const uploaded = await server.solo('POST', '/api/documents', form)
  const { sha256 } = (await uploaded.json()) as { sha256: string }
  const started = await server.solo('POST', '/api/reviews', {
    document: sha256,
    agents: ['definitive-language'],
  })
  const { id } = (await started.json()) as { id: string }
  await server.until(async () => hook.heard.length === 2)
  const told = { event: 'review-ready', review: id, state: 'done' }
  expect(hook.heard).toEqual([told, told])
})

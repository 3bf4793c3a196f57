import { Hono } from 'hono'
import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { testServer } from '../../test/helpers/test-server.ts'
import { createGitHubWebhook } from '../change/forge/github/github-webhook.ts'
import type { Woken } from '../change/forge/github/verify-webhook.ts'
import { ChangeSettings } from '../schema/change-settings.ts'
import type { Env } from './request-context.ts'
import { addForgeWebhook } from './routes/forge-webhook.ts'

const secret = 'It is a secret'
const settings = ChangeSettings.parse({
  forge: { kind: 'github', repository: 'acme/reviews', webhookSecretEnv: 'HOOK_SECRET' },
})

function open() {
  const woken: Woken[] = []
  const wake = async (one: Woken): Promise<void> => void woken.push(one)
  const app = new Hono<Env>()
  addForgeWebhook(app, createGitHubWebhook({ settings, env: { HOOK_SECRET: secret }, wake }))
  const send = (event: string, body: string, headers: Record<string, string> = {}) =>
    app.request('/api/forge/github/webhook', {
      method: 'POST',
      body,
      headers: { 'x-github-event': event, 'x-hub-signature-256': sign(body), ...headers },
    })
  return { woken, send }
}

function sign(body: string, by = secret): string {
  return `sha256=${createHmac('sha256', by).update(body).digest('hex')}`
}

const repository = { full_name: 'acme/reviews' }
const opened = JSON.stringify({ repository, action: 'opened', pull_request: { number: 7 } })

test("takes GitHub's own example of a signature", async () => {
  const { verifyWebhook } = await import('../change/forge/github/verify-webhook.ts')
  const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
  const body = Buffer.from('Hello, World!')
  expect(verifyWebhook(body, signature, "It's a Secret to Everybody")).toBe(true)
  expect(verifyWebhook(body, signature, "It's a Secret to Everybody!")).toBe(false)
})

test('a signed message wakes the pull request that it names, and again when it comes again', async () => {
  const { woken, send } = open()
  expect((await send('pull_request', opened)).status).toBe(204)
  expect((await send('pull_request', opened)).status).toBe(204)
  expect(woken).toEqual([
    { references: ['7'], all: false },
    { references: ['7'], all: false },
  ])
})

test.each([
  ['none', {}],
  ['of another secret', { 'x-hub-signature-256': sign(opened, 'another') }],
  ['of another message', { 'x-hub-signature-256': sign(`${opened} `) }],
  ['that is cut', { 'x-hub-signature-256': sign(opened).slice(0, -1) }],
  ['that is empty', { 'x-hub-signature-256': 'sha256=' }],
  ['by the older way', { 'x-hub-signature-256': 'sha1=757107ea0eb2509fc211221cce984b8a37570b6d' }],
])('a signature %s is refused, and nobody is woken', async (_, headers) => {
  const { woken, send } = open()
  const answer = await send('pull_request', opened, { 'x-hub-signature-256': '', ...headers })
  expect(answer.status).toBe(401)
  expect(await answer.json()).toMatchObject({ code: 'webhook-signature' })
  expect(woken).toEqual([])
})

test.each([
  ['pull_request_review', { pull_request: { number: 7 } }, { references: ['7'], all: false }],
  [
    'check_run',
    { check_run: { pull_requests: [{ number: 3 }] } },
    { references: ['3'], all: false },
  ],
  ['check_suite', { check_suite: { pull_requests: [] } }, { references: [], all: true }],
  ['status', { sha: 'f00' }, { references: [], all: true }],
  ['push', { ref: 'refs/heads/main' }, { references: [], all: true }],
  [
    'merge_group',
    { merge_group: { head_ref: 'refs/heads/gh-readonly-queue/main/pr-12-0a1b' } },
    { references: ['12'], all: false },
  ],
])('%s wakes what it may be about', async (event, payload, expected) => {
  const { woken, send } = open()
  const answer = await send(event, JSON.stringify({ repository, ...payload }))
  expect(answer.status).toBe(204)
  expect(woken).toEqual([expected])
})

test.each([
  ['push', { repository, ref: 'refs/heads/other' }],
  ['issues', { repository }],
  ['pull_request', { repository: { full_name: 'acme/other' }, pull_request: { number: 7 } }],
  ['ping', { zen: 'Design for failure.' }],
])('%s that is about something else wakes nobody', async (event, payload) => {
  const { woken, send } = open()
  expect((await send(event, JSON.stringify(payload))).status).toBe(204)
  expect(woken).toEqual([])
})

test.each(['', 'payload=%7B%7D', '{"repository":7}', '[]'])('%o is no message', async (body) => {
  const { woken, send } = open()
  expect((await send('pull_request', body)).status).toBe(400)
  expect(woken).toEqual([])
})

test('what is larger than a message of GitHub is refused before it is looked at', async () => {
  const { woken, send } = open()
  const body = JSON.stringify({ repository, pull_request: { number: 7 }, x: 'x'.repeat(2 ** 22) })
  expect((await send('pull_request', body)).status).toBe(413)
  expect(woken).toEqual([])
})

test('a server without a secret has no such page', async () => {
  await using server = await testServer()
  const answer = await server.app.request('http://localhost:4310/api/forge/github/webhook', {
    method: 'POST',
    body: opened,
    headers: {
      host: 'localhost:4310',
      'x-github-event': 'pull_request',
      'x-hub-signature-256': sign(opened, ''),
    },
  })
  expect(answer.status).toBe(404)
})

test('a secret that is named and not set is said at the start', () => {
  const wake = async (): Promise<void> => {}
  expect(() => createGitHubWebhook({ settings, env: {}, wake })).toThrow(
    'The variable HOOK_SECRET, which changes.forge names, is not set.',
  )
})

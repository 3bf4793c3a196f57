import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { type Received, mailServer } from '../../test/helpers/mail-server.ts'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { mailReady } from '../review/mail-ready.ts'
import type { DocumentEntry, ReviewEntry } from '../schema/workplace.ts'

const url = 'https://proofloop.example.org'
const from = 'Proofloop <proofloop@example.org>'

async function withMail(smtpUrl: string) {
  return testServer({ work: true, mail: { smtpUrl, from, url } })
}

function tokenIn({ text }: Received): string {
  return /\/set-password\?token=(\S+)/.exec(text)?.[1] ?? ''
}

const ben = { name: 'Ben', email: 'ben@example.org', roles: ['reviewer'], keep: ['admin'] }

test('an invitation is mailed, again when the mail server is busy, and its link works', async () => {
  await using post = await mailServer({ refuse: 2 })
  await using server = await withMail(post.url)
  const invited = await server.solo('POST', '/api/people', ben)
  expect(await invited.json()).toMatchObject({
    mailed: true,
    link: expect.stringContaining(`${url}/set-password?token=`),
  })
  await server.until(async () => post.received.length === 1)
  expect(post.refused()).toBe(2)
  const [mail] = post.received
  expect(mail).toMatchObject({ to: ['ben@example.org'], from, subject: /invitation/ })
  if (mail === undefined) throw new Error('There is no mail.')
  expect(mail.text).toContain(`${url}/set-password?token=`)
  const set = { token: tokenIn(mail), newPassword: 'correct horse battery' }
  expect((await server.nobody('POST', '/api/auth/reset-password', set)).status).toBe(200)
  const credentials = { email: 'ben@example.org', password: 'correct horse battery' }
  expect((await server.nobody('POST', '/api/auth/sign-in/email', credentials)).status).toBe(200)
  const log = server.lines.join('')
  expect(log).toContain('"mail-not-sent"')
  for (const secret of ['ben@example.org', set.token]) expect(log).not.toContain(secret)
})

test('the job of a mail holds no link, so that no row of a queue lets anybody in', async () => {
  await using post = await mailServer({ refuse: 1000 })
  await using server = await withMail(post.url)
  const { id } = server.first
  expect((await server.solo('POST', `/api/people/${id}/password-reset`, {})).status).toBe(201)
  await server.until(async () => post.refused() > 0)
  const file = path.join(server.dataFolder, 'proofloop.db')
  using database = new DatabaseSync(file, { readOnly: true })
  const rows = database.prepare("select content from jobs where queue = 'mail'").all()
  expect(rows.map(({ content }) => JSON.parse(String(content)))).toEqual([
    { kind: 'password-reset', person: id },
  ])
})

test('who chose it is mailed when a review is ready: its name and a link, no text', async () => {
  await using post = await mailServer()
  await using server = await withMail(post.url)
  const { solo: ask } = server
  expect(await (await ask('GET', '/api/me/mails')).json()).toEqual({
    available: true,
    reviewReady: false,
  })
  const text = 'This is always guaranteed.'
  const uploaded = await ask('POST', '/api/documents', formWith(text, 'Größe.txt'))
  const { sha256: document } = (await uploaded.json()) as DocumentEntry
  const reviewed = async (): Promise<string> => {
    const request = { document, agents: ['definitive-language'] }
    const { id } = (await (await ask('POST', '/api/reviews', request)).json()) as ReviewEntry
    await server.until(async () => (await server.store.reviews.get(id))?.endedAt !== null)
    return id
  }
  await reviewed()
  expect((await ask('PUT', '/api/me/mails', { reviewReady: true })).status).toBe(200)
  const id = await reviewed()
  // Whom to tell of the first is looked up after its end, on a busy machine after the choice.
  const mailOf = () => post.received.find((mail) => mail.text.includes(`${url}/reviews/${id}`))
  await server.until(async () => mailOf() !== undefined)
  expect(mailOf()).toMatchObject({ to: [server.first.email] })
  expect(mailOf()?.subject).toMatch(/^=\?UTF-8\?/)
  expect(mailOf()?.text).not.toContain('guaranteed')
})

test('a review of a document that somebody may see no longer is not mailed to them', async () => {
  await using server = await testServer({ work: true })
  const { solo: ask, store } = server
  const ray = await server.person('ray', ['reviewer'])
  const uploaded = await ask('POST', '/api/documents', formWith('It is always so.', 'a.txt'))
  const { sha256: document } = (await uploaded.json()) as DocumentEntry
  const request = { document, agents: ['definitive-language'] }
  const { id: review } = (await (await ask('POST', '/api/reviews', request)).json()) as ReviewEntry
  const sent: string[] = []
  const mail = { url, send: async ({ to }: { to: string }) => void sent.push(to) }
  await mailReady({ store }, mail, { review, person: ray.id })
  expect(sent).toEqual([])
  await store.documents.assign(document, ray.id)
  await mailReady({ store }, mail, { review, person: ray.id })
  expect(sent).toEqual(['ray@example.org'])
})

test('without a mail server links are copied', async () => {
  await using server = await testServer({ work: true })
  const invited = await server.solo('POST', '/api/people', ben)
  expect(await invited.json()).toMatchObject({
    mailed: false,
    link: expect.stringContaining('http://localhost:4310/set-password?token='),
  })
  expect(await (await server.solo('GET', '/api/me/mails')).json()).toMatchObject({
    available: false,
  })
})

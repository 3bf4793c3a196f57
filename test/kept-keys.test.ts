import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { searchForKeys } from '../src/environment/checks/key-check.ts'
import { answer, httpError } from '../src/model/scripted-reply.ts'
import type { Script } from '../src/model/scripted-server.ts'
import { createApp } from '../src/server/app.ts'
import { askItself } from '../src/server/ask-itself.ts'
import { findPromises } from './helpers/promise-flow.ts'
import { promiseServer } from './helpers/promise-server.ts'
import { formWith } from './helpers/test-server.ts'

type Own = Awaited<ReturnType<typeof promiseServer>>

/** A provider that says the key wherever it can: in errors and in answers. */
const telling: Script = (request) => {
  const key = request.headers.authorization?.replace('Bearer ', '') ?? ''
  const text = JSON.stringify(request.messages)
  if (text.includes('refused')) return httpError(401, { code: key, message: `Wrong key: ${key}.` })
  if (text.includes('broken off')) {
    return answer(`{"issues": [{"text": "${key}`, { finishReason: 'length' })
  }
  if (text.includes('malformed')) return answer(`The key ${key} is not JSON.`)
  const found = findPromises(request)
  return 'text' in found
    ? { ...found, text: found.text.replaceAll(' is untrue', ` with ${key} is untrue`) }
    : found
}

test('a key that a provider repeats in errors and answers is kept nowhere, and told to nobody', async () => {
  await using own = await promiseServer(telling)
  const { flow, server } = own
  const states = []
  for (const how of ['as it should be', 'refused', 'broken off', 'malformed']) {
    states.push(await review(own, `It was ${how}, and will always be.`))
  }
  const { issues, parts } = states[0] ?? {}
  expect([issues, parts]).toEqual([expect.stringContaining('with [key] is untrue'), []])
  for (const { parts: reasons = [] } of states.slice(1)) expect(reasons.length).toBeGreaterThan(0)
  expect(states[1]?.parts.join()).toContain('does not accept the key in SCRIPTED_KEY')
  await measure(own)

  const { signal } = new AbortController()
  const found = await searchForKeys(askItself(createApp, server.appHost), [flow.key], signal)
  expect([found.leaks, found.failures]).toEqual([new Map(), new Map()])
  expect(found.searched.size).toBeGreaterThan(60)
  const rows = await everyRow(own)
  expect(rows).toContain('does not accept the key in SCRIPTED_KEY')
  expect(rows).not.toContain(flow.key)
  expect(server.lines.join('')).not.toContain(flow.key)
})

/** @returns what was found, and why parts of it failed */
async function review({ ask, server }: Own, text: string) {
  const answered = await server.solo('POST', '/api/documents', formWith(text))
  const { sha256 } = (await answered.json()) as { sha256: string }
  await server.until(async () =>
    (await server.store.documents.sharing([sha256])).every(({ state }) => state !== 'reading'),
  )
  const { id } = (await ask('POST', '/api/reviews', { document: sha256 })).body
  await server.until(async () => (await server.store.reviews.get(id))?.endedAt !== null)
  const { body } = await ask('GET', `/api/reviews/${id}`)
  const agents = body.agents as { reason: string | null }[]
  return {
    issues: (await ask('GET', `/api/reviews/${id}/issues`)).text,
    parts: agents.flatMap(({ reason }) => reason ?? []),
  }
}

/** An evaluation, whose mistakes quote what was found. */
async function measure({ ask, server }: Own): Promise<void> {
  const { id } = (await ask('POST', '/api/evaluations', { dataset: 'memos', repeats: 1 })).body
  await server.until(async () => (await server.store.evaluations.get(id))?.endedAt !== null)
}

async function everyRow({ server }: Own): Promise<string> {
  const { db } = server.store.accountTables
  const named = sql<{ name: string }>`select name from sqlite_master where type = 'table'`
  const { rows: tables } = await named.execute(db)
  const all = tables.map(({ name }) => sql`select * from ${sql.table(name)}`.execute(db))
  return JSON.stringify((await Promise.all(all)).map(({ rows }) => rows))
}

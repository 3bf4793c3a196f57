import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { doctorHost } from '../../test/helpers/doctor-host.ts'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { unknownPlaces } from '../environment/checks/asked-addresses.ts'
import { modelKeys, searchForKeys } from '../environment/checks/key-check.ts'
import { examine } from '../environment/examine.ts'
import { loadServerConfig } from '../environment/server-config.ts'
import { Role } from '../schema/access.ts'
import { longDocument, newDocument, newReview } from '../store/store-samples.ts'
import { type AppHost, createApp } from './app.ts'
import { askItself } from './ask-itself.ts'
import { listProcedures } from './list-procedures.ts'
import type { App, Env } from './request-context.ts'

const key = 'sk-of-ours-0123456789'

/** What each role alone reads, and only with ids of what is there. */
const leaks: { roles: Role[]; path: RegExp }[] = [
  { roles: ['reviewer'], path: /^\/api\/reviews\/[\da-f-]{36}\/issues$/ },
  { roles: ['reviewer'], path: /^\/api\/documents\/a{64}\/text$/ },
  { roles: ['engineer'], path: /^\/api\/documents\/b{64}\/text$/ },
  { roles: ['custodian'], path: /^\/api\/datasets\/letters\/versions\/[\da-f]+\/example$/ },
  { roles: ['custodian'], path: /^\/api\/datasets\/letters\/diff$/ },
  { roles: ['approver'], path: /^\/api\/datasets\/letters\/references$/ },
  { roles: ['operator'], path: /^\/api\/environments\/dev\/checks$/ },
  { roles: ['admin'], path: /^\/api\/audit\/export$/ },
  { roles: ['engineer', 'approver'], path: /^\/api\/documents\/b{64}$/ },
  { roles: [...Role.options], path: /^\/api\/reviews\/[\da-f-]{36}\/events$/ },
]

/** A hidden document that somebody is to review, an open one, and two versions of a dataset. */
async function filledServer(stack: AsyncDisposableStack) {
  const folder = stack.use(
    await tempFolder({
      'proofloop.config.ts': 'export default { models: {}, environments: { dev: {} } }',
    }),
  )
  const config = loadServerConfig({ cwd: folder.folder })
  const server = stack.use(await testServer({ config }))
  const rita = await server.person('rita', ['reviewer'])
  await server.store.flowVersions.put({ hash: 'flow-hash', name: 'a', manifest: { agents: [] } })
  for (const [letter, split] of [
    ['a', 'test'],
    ['b', 'evaluation'],
  ] as const) {
    const sha256 = letter.repeat(64)
    await server.store.documents.add(newDocument(sha256, { split }))
    await server.store.documents.markReady(sha256, longDocument(sha256))
    const { id } = await server.store.reviews.create(newReview(sha256))
    await server.store.reviews.end(id, { state: 'done' })
  }
  await server.store.documents.assign('a'.repeat(64), rita.id)
  for (const id of ['one', 'two']) {
    const line = { id, split: 'test', paragraphs: [`Letter ${id}.`], issues: [] }
    const form = formWith(JSON.stringify(line), 'letters.jsonl')
    for (const [name, value] of Object.entries({ mode: 'add', splits: 'given' })) {
      form.set(name, value)
    }
    const added = await server.solo('POST', '/api/datasets/letters/versions', form)
    expect(added.status).toBe(201)
  }
  return server
}

/** The server with a header more where somebody with just the roles of a leak reads such an address. */
function leaky(host: AppHost): App {
  const inner = createApp(host)
  const app: App = new Hono<Env>()
  app.all('*', async (c) => {
    const answer = await inner.fetch(c.req.raw)
    const found = await host.identify?.(c.req.raw.headers)
    const own = leaks.filter(({ roles }) => wordsOf(roles) === wordsOf(found?.actor.roles ?? []))
    const isLeak = own.some(({ path }) => path.test(new URL(c.req.url).pathname))
    if (!answer.ok || !isLeak) return answer
    const headers = new Headers(answer.headers)
    headers.set('x-served-with', key)
    return new Response(answer.body, { status: answer.status, headers })
  })
  return app
}

function wordsOf(roles: readonly Role[]): string {
  return roles.toSorted().join()
}

test('a key is found in whatever answer of whichever role, and nothing stays of the search', async () => {
  await using stack = new AsyncDisposableStack()
  const server = await filledServer(stack)
  const place = stack.use(
    await doctorHost({
      settings: { models: { reviewer: { provider: 'openai', model: 'm' } } },
      env: { OPENAI_API_KEY: key },
    }),
  )
  const before = await server.store.audit.head()
  const asked = { ...place.host, server: async () => askItself(createApp, server.appHost) }
  const report = (error: unknown): void => {
    throw error
  }
  const [clean] = (await examine(asked, [modelKeys], { report })).checks
  expect(clean?.sentence).toMatch(
    /^1 key is in none of the answers of \d{2,} addresses that are read, as people of all roles get them\.$/,
  )
  expect(clean?.result).toBe('pass')

  const { signal } = new AbortController()
  const found = await searchForKeys(askItself(leaky, server.appHost), [key], signal)
  const paths = [...found.leaks.keys()].map((path) => new URL(path, 'http://localhost').pathname)
  for (const { roles, path } of leaks) {
    expect([roles, paths.filter((one) => path.test(one)).length > 0]).toEqual([roles, true])
  }
  // Whoever is told where a key stands is told no id.
  expect([...found.leaks.values()].filter((path) => /[\da-f]{32}/.test(path))).toEqual([])
  expect([...found.leaks.values()]).toContain('/api/documents/{sha256}/text')
  expect(await server.store.audit.head()).toEqual(before)
  expect(await server.store.openedTexts.list(9)).toEqual([])
})

test('each parameter of an address that is read has a list in which its values are found', () => {
  const read = listProcedures().filter(({ method }) => method === 'GET')
  expect(read.flatMap(unknownPlaces)).toEqual([])
  expect(unknownPlaces({ path: '/api/new/{thing}' })).toEqual(['/api/new/{thing}'])
})

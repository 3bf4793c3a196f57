import { expect, test } from 'vitest'
import { dropDatabase } from '../../test/helpers/postgres-server.ts'
import { createStoreDatabase } from '../../test/helpers/store-database.ts'
import { createReaderRole } from '../../test/helpers/reader-role.ts'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { writeReviewSettings } from '../review/review-settings.ts'
import { evaluationDetails, evaluationRun, newEvaluation } from '../store/store-samples.ts'
import { describeRowRights } from './row-rights-contract.ts'

/** A server on PostgreSQL that reads for its requests by a role of their own. */
async function walledServer(options: Parameters<typeof testServer>[0] = {}) {
  await using stack = new AsyncDisposableStack()
  const databaseUrl = await createStoreDatabase()
  stack.defer(() => dropDatabase(databaseUrl))
  const role = stack.use(await createReaderRole(databaseUrl))
  const env = { PROOFLOOP_READER_DATABASE_URL: role.url }
  const server = stack.use(await testServer({ ...options, databaseUrl, env }))
  const all = stack.move()
  return { ...server, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

describeRowRights(() => walledServer())

const text = 'We guarantee that this plan always pays.'

test('people work behind the wall as in front of it', async () => {
  await using server = await walledServer({ work: true })
  expect(server.host.readers.wall).toBe('up')
  expect(server.host.metrics.text()).toContain('proofloop_reader_wall 1')
  const eve = await server.person('eve', ['engineer'])
  const cus = await server.person('cus', ['custodian'])
  const ray = await server.person('ray', ['reviewer'])
  const upload = async ({ ask }: typeof eve): Promise<string> => {
    const answer = await ask('POST', '/api/documents', formWith(text))
    expect(answer.status).toBe(201)
    return ((await answer.json()) as { sha256: string }).sha256
  }
  const ready = ({ ask }: typeof eve, sha256: string) =>
    server.until(async () => {
      const document = (await (await ask('GET', `/api/documents/${sha256}`)).json()) as object
      return 'state' in document && document.state === 'ready'
    })
  const splitShares = { evaluation: 0, test: 1, audit: 0 }
  await writeReviewSettings(server.store, { splitShares })
  // Hidden first: what others bring of it must be theirs all the same, and known to nobody.
  const sha256 = await upload(cus)
  await ready(cus, sha256)
  expect((await eve.ask('GET', `/api/documents/${sha256}`)).status).toBe(404)
  expect(await upload(eve)).toBe(sha256)
  await ready(eve, sha256)
  expect(await upload(ray)).toBe(sha256)
  await ready(ray, sha256)

  const asked = { document: sha256, agents: ['definitive-language'] }
  const started = await eve.ask('POST', '/api/reviews', asked)
  const { id } = (await started.json()) as { id: string }
  const stop = new AbortController()
  const events = await server.app.request(`http://localhost:4310/api/reviews/${id}/events`, {
    headers: { host: 'localhost:4310', cookie: await cookieOf(server, eve.id) },
    signal: stop.signal,
  })
  let told = ''
  const decoder = new TextDecoder()
  for await (const chunk of events.body ?? []) {
    told += decoder.decode(chunk, { stream: true })
    if (told.includes('"type":"complete"')) break
  }
  stop.abort()
  expect(told).toContain('guarantee')
  const issues = (await (await eve.ask('GET', `/api/reviews/${id}/issues`)).json()) as {
    issues: { id: string }[]
  }
  expect(issues.issues.length).toBeGreaterThan(0)
  expect((await ray.ask('GET', `/api/reviews/${id}`)).status).toBe(404)
  expect((await cus.ask('GET', `/api/reviews/${id}`)).status).toBe(200)
  expect((await eve.ask('GET', `/api/reviews/${id}/export/csv`)).status).toBe(200)

  await server.store.evaluations.start(newEvaluation('measured'))
  await server.store.evaluations.finish('measured', evaluationRun, evaluationDetails)
  await server.store.testEvaluations.start(newEvaluation('hidden'))
  const run = await eve.ask('GET', '/api/evaluations/measured/run')
  expect(await run.json()).toMatchObject({ details: { mistakes: evaluationDetails.mistakes } })
  expect((await eve.ask('GET', '/api/evaluations/hidden')).status).toBe(404)

  // The file stays for those who have it still.
  expect((await eve.ask('DELETE', `/api/documents/${sha256}`)).status).toBe(200)
  expect((await eve.ask('GET', `/api/documents/${sha256}/file`)).status).toBe(404)
  const file = await cus.ask('GET', `/api/documents/${sha256}/file`)
  expect([file.status, await file.text()]).toEqual([200, text])
})

async function cookieOf({ accounts }: Awaited<ReturnType<typeof walledServer>>, person: string) {
  const cookies = (await accounts.signIn(person)).getSetCookie()
  return cookies.map((cookie) => cookie.split(';')[0]).join('; ')
}

test('a server without a role for readers says so', async () => {
  const databaseUrl = await createStoreDatabase()
  {
    await using server = await testServer({ databaseUrl })
    expect(server.host.readers.wall).toBe('down')
    expect(server.host.metrics.text()).toContain('proofloop_reader_wall 0')
    expect(server.lines.join('')).toContain('reader-wall-down')
  }
  await dropDatabase(databaseUrl)
})

import { expect, test } from 'vitest'
import { createAccounts } from '../src/access/accounts.ts'
import { openStore } from '../src/store/open-store.ts'
import { expectPromised, isRefused, reviewSample } from './helpers/expect-outage.ts'
import { startOutageLoad } from './helpers/outage-load.ts'
import { dropDatabase } from './helpers/postgres-server.ts'
import { createStoreDatabase } from './helpers/store-database.ts'
import {
  asker,
  cookieOf,
  eventsOf,
  serverProcess,
  type SentEvent,
} from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

/** Servers and workers of one team, on a database of their own. */
async function startTeam() {
  await using stack = new AsyncDisposableStack()
  const databaseUrl = await createStoreDatabase()
  stack.defer(() => dropDatabase(databaseUrl))
  const folder = stack.use(await tempFolder())
  const start = async (role: 'api' | 'worker') =>
    stack.use(
      await serverProcess(['--role', role, '--port', '0', '--data', folder.path('data')], {
        cwd: folder.folder,
        env: { DATABASE_URL: databaseUrl },
      }),
    )
  const [one, two] = [await start('api'), await start('api')]
  const workers = [await start('worker'), await start('worker')] as const
  const cookie = await cookieOf(one.link)
  const all = stack.move()
  return {
    databaseUrl,
    dataFolder: folder.path('data'),
    start,
    one,
    two,
    workers,
    cookie,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** Somebody who may see and judge everything. */
async function reviewer(
  { databaseUrl, dataFolder }: { databaseUrl: string; dataFolder: string },
  url: string,
  name: string,
): Promise<string> {
  await using store = await openStore({ dataFolder, databaseUrl })
  const accounts = await createAccounts({ store, url })
  const email = `${name}@example.org`
  const { id } = await accounts.create({ name, email, roles: ['custodian', 'reviewer'] })
  const cookies = (await accounts.signIn(id)).getSetCookie()
  return cookies.map((one) => one.split(';')[0]).join('; ')
}

test('a review started at one server is watched at another to its end, without gaps', async () => {
  await using team = await startTeam()
  const [here, there] = [team.one, team.two].map(({ url }) => asker(url, team.cookie))
  if (here === undefined || there === undefined) return
  const { review, issues } = await reviewSample(there)
  const address = `/api/reviews/${review}/issues`
  const { lastEvent } = (await (await here('GET', address)).json()) as { lastEvent: number }
  const heard = eventsOf(
    await there('GET', `/api/reviews/${review}/events?after=${lastEvent}`),
  ).next()
  const accept = { version: 0, judgement: { kind: 'accepted' } }
  await here('POST', `${address}/${issues[0]}/verdicts`, accept)
  expect((await heard).value).toMatchObject({ data: { type: 'verdict', issue: { version: 1 } } })
  expect(await team.one.end('SIGTERM')).toBe(0)
})

test('a worker killed amid reviews, while two people judge at two servers, loses nothing', async () => {
  await using team = await startTeam()
  const { one, two, workers, databaseUrl } = team
  const reviewed = await reviewSample(asker(one.url, team.cookie))
  const people = [
    { url: one.url, cookie: await reviewer(team, one.url, 'ann') },
    { url: two.url, cookie: await reviewer(team, two.url, 'bob') },
  ]
  const [ann, bob] = people.map(({ url, cookie }) => asker(url, cookie))
  if (ann === undefined || bob === undefined) return
  const load = startOutageLoad({ people, ...reviewed })
  await load.progress(10)

  const { items } = (await (await ann('GET', '/api/documents?search=northwind')).json()) as {
    items: { sha256: string }[]
  }
  const started = await ann('POST', '/api/reviews', { document: items[0]?.sha256 })
  const { id } = (await started.json()) as { id: string }
  const seen: SentEvent[] = []
  let killed = false
  for await (const event of eventsOf(
    await bob('GET', `/api/reviews/${id}/events?until=complete`),
  )) {
    seen.push(event)
    // Both have work; that of one is taken over by the other.
    if (!killed) await workers[0].end('SIGKILL')
    killed = true
  }
  await load.progress(10)
  await load.stop()
  expect(seen.map((event) => event.id)).toEqual(seen.map((_, i) => i + 1))
  expect(seen.at(-1)?.data).toEqual({ type: 'complete', state: 'done' })
  const progress = seen.filter(({ data }) => data.type === 'progress')
  expect(progress.map(({ data }) => data['done'])).toEqual(progress.map((_, i) => i + 1))

  expect(load.answers.filter(isRefused)).toEqual([])
  await expectPromised({ dataFolder: 'unused', databaseUrl }, load, reviewed.review)
  await using store = await openStore({ dataFolder: 'unused', databaseUrl })
  const judges = new Set((await store.verdicts.list(reviewed.review)).map(({ person }) => person))
  expect(judges.size).toBe(2)
})

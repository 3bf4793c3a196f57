import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { served } from '../src/server/implementer.ts'
import {
  differences,
  outsideRequests,
  routesOf,
  tell,
  type Told,
  type Walker,
  walkRoute,
} from './helpers/api-walk.ts'
import {
  canary,
  type HiddenWorld,
  hiddenWorld,
  type Identity,
  places,
} from './helpers/hidden-world.ts'
import { watchStatements } from './helpers/watch-statements.ts'

type Server = Awaited<ReturnType<HiddenWorld['open']>>

const routes = routesOf(served)

/** What an answer may tell of hidden rows, to whom, and why. */
const allowed: { role: Identity['role']; path: RegExp; word?: string }[] = [
  // Who sets a budget must know what is spent of it, by whomever on whatever.
  { role: 'operator', path: /^(?:GET|PUT) \/api\/budget\b/ },
  // Who reads the audit log sees that hidden rows were read, by ids and hashes; datasets have names.
  { role: 'admin', path: /^GET \/api\/audit\b/, word: places.dataset },
  // Who approves versions sees how those that they are compared with measure on hidden examples, in all.
  { role: 'approver', path: /^GET \/api\/datasets\/[^/]+\/references\b/ },
]

/** Everybody reads before anybody changes something, and deletes last. */
async function walkAll(world: HiddenWorld, which: 'with' | 'without', since: number) {
  await using server = await world.open(which)
  using statements = watchStatements()
  const walkerOf = (identity: Identity): Walker => {
    const samples = world.samplesFor(identity.role)
    return { ask: askingAs(server, identity), samples, statements, since }
  }
  const told = new Map<string, Told[]>()
  for (const verb of ['GET', 'POST', 'PUT', 'DELETE']) {
    for (const identity of world.identities) {
      const own = told.get(identity.name) ?? []
      const walker = walkerOf(identity)
      for (const route of routes.filter(({ method }) => method === verb)) {
        own.push(...(await walkRoute(walker, route)))
      }
      if (verb === 'GET') own.push(...(await walkOutside(world, server, walker)))
      told.set(identity.name, own)
    }
  }
  const custodian = walkerOf({ name: 'custodian', role: 'custodian', cookie: world.custodian })
  const seen: Told[] = []
  for (const route of routes.filter(({ method }) => method === 'GET')) {
    seen.push(...(await walkRoute(custodian, route)))
  }
  return { told, seen, lines: server.lines }
}

function askingAs(server: Server, { cookie, key }: Identity) {
  return key === undefined ? server.as(cookie ?? null) : server.withKey(key)
}

async function walkOutside(
  { hidden }: HiddenWorld,
  { app }: Server,
  walker: Walker,
): Promise<Told[]> {
  const known = routes.map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1'))
  const told: Told[] = []
  for (const request of outsideRequests(app.routes, { known, words: hidden.documents })) {
    told.push(await tell(walker, request))
  }
  return told
}

function wordsOf(text: string): string[] {
  return [...new Set(text.match(new RegExp(`${canary}\\w*`, 'gi')) ?? [])]
}

/** Thousands of requests, one after the other: longer than other tests where others wait for them. */
const patience = { timeout: 600_000 }

test('nobody without the right is told of a hidden row, whatever they send', patience, async () => {
  await using world = await hiddenWorld()
  const since = Date.now()
  const first = await walkAll(world, 'with', since)
  const second = await walkAll(world, 'without', since)

  for (const { name, role } of world.identities) {
    const may = allowed.filter((one) => one.role === role)
    const kept = (told: Told[] = []): Told[] =>
      told.filter(({ request }) => !may.some(({ path }) => path.test(request)))
    const told = first.told.get(name) ?? []
    expect(told.length).toBeGreaterThan(routes.length - 1)
    expect([name, differences(kept(told), kept(second.told.get(name)))]).toEqual([name, []])
    // What somebody sent may come back to them.
    const leaked = told.filter(({ request, answer }) => {
      const known = may.find(({ path }) => path.test(request))?.word
      return wordsOf(answer).some((word) => word !== known && !request.includes(word))
    })
    expect([name, leaked]).toEqual([name, []])
  }

  const seen = first.seen.map(({ answer }) => answer).join('\n')
  expect(Object.values(places).filter((word) => !seen.includes(word))).toEqual([])

  expect(wordsOf([...world.lines, ...first.lines].join(''))).toEqual([])
  expect(world.webhooks.length).toBeGreaterThan(1)
  for (const word of [canary, ...world.hidden.documents]) {
    expect(world.webhooks.filter((body) => body.includes(word))).toEqual([])
  }
  const mails = world.mails.filter((mail) => JSON.stringify(mail).includes(canary))
  expect(mails.map(({ to }) => to)).toEqual([['ray@example.org']])
  expect(wordsOf(rowsOf(world.database, ['jobs', 'settings']))).toEqual([])
  expect(wordsOf(rowsOf(world.database, ['audit_log']))).toEqual([places.dataset])
})

function rowsOf(file: string, tables: string[]): string {
  using database = new DatabaseSync(file, { readOnly: true })
  const rows = tables.map((table) => database.prepare(`select * from ${table}`).all())
  expect(rows.filter((found) => found.length === 0)).toEqual([])
  return JSON.stringify(rows)
}

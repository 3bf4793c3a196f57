import { expect } from 'vitest'
import type { Role } from '../../src/schema/access.ts'
import { served } from '../../src/server/implementer.ts'
import {
  differences,
  outsideRequests,
  routesOf,
  tell,
  type Told,
  type Walker,
  walkRoute,
} from './api-walk.ts'
import type { Identity } from './hidden-identities.ts'
import type { HiddenWorld } from './hidden-world.ts'
import { canary, places } from './plant-hidden.ts'
import { watchStatements } from './watch-statements.ts'

type Server = Awaited<ReturnType<HiddenWorld['open']>>

const routes = routesOf(served)

/** What an answer may tell of hidden rows, to whom, and why. */
const allowed: { role: Role; path: RegExp; word?: string }[] = [
  // Who sets a budget must know what is spent of it, by whomever on whatever.
  { role: 'operator', path: /^(?:GET|PUT) \/api\/budget\b/ },
  // Who reads the audit log sees that hidden rows were read, by ids and hashes; datasets have names.
  { role: 'admin', path: /^GET \/api\/audit\b/, word: places.dataset },
  // Who approves versions sees how those that they are compared with measure on hidden examples, in all.
  { role: 'approver', path: /^GET \/api\/datasets\/[^/]+\/references\b/ },
]

/**
 * Where rows come back of which nothing is told: where a file that comes in is put, and whether the last one
 * who had it has it forgotten, follows from all that have the same bytes or the same text. A limit of all
 * people counts what all have spent, and that of the gate is one for each version of what is hidden.
 */
const rowsMayDiffer = [
  /^POST \/api\/documents(?:\/\w+\/read)? \S/,
  /^DELETE \/api\/documents\/\S/,
  /^GET \/api\/gates\/budget\b/,
  /^POST \/api\/gates \S/,
  /^POST \/api\/(?:reviews|evaluations)(?:\/batch)? /,
]

/**
 * Asks as everybody all that can be asked of both servers, and holds what they are told against each other:
 * answers, statements and rows. Who may see what is hidden is asked, too: it has to be there.
 * @returns how many requests of each server
 */
export async function expectNothingTold(world: HiddenWorld): Promise<number> {
  const since = Date.now()
  const first = await walkAll(world, 'with', since)
  const second = await walkAll(world, 'without', since)
  for (const identity of world.identities) {
    const told = first.told.get(identity.name) ?? []
    expect(told.length).toBeGreaterThan(routes.length - 1)
    const found = toldApart(identity, told, second.told.get(identity.name) ?? [])
    expect([identity.name, found]).toEqual([identity.name, []])
    expect([identity.name, leakedTo(identity, told)]).toEqual([identity.name, []])
  }
  const seen = first.seen.map(({ answer }) => answer).join('\n')
  expect(Object.values(places).filter((word) => !seen.includes(word))).toEqual([])
  expect(wordsOf(first.lines.join(''))).toEqual([])
  return [...first.told.values()].flat().length
}

/** Of log lines, traces, mails, webhooks and rows that hold no text. */
export async function expectNothingLeft(world: HiddenWorld, jobs: string): Promise<void> {
  expect(wordsOf(world.lines.join(''))).toEqual([])
  expect(world.traces.length).toBeGreaterThan(0)
  expect(wordsOf(JSON.stringify(world.traces))).toEqual([])
  expect(world.webhooks.length).toBeGreaterThan(1)
  for (const word of [canary, ...world.hidden.documents]) {
    expect(world.webhooks.filter((body) => body.includes(word))).toEqual([])
  }
  const mails = world.mails.filter((mail) => JSON.stringify(mail).includes(canary))
  expect(mails.map(({ to }) => to)).toEqual([['ray@example.org']])
  const [jobRows = [], settings = [], audit = []] = await world.rowsOf([
    jobs,
    'settings',
    'audit_log',
  ])
  for (const rows of [jobRows, settings, audit]) expect(rows.length).toBeGreaterThan(0)
  expect(wordsOf(JSON.stringify([jobRows, settings]))).toEqual([])
  expect(wordsOf(JSON.stringify(audit))).toEqual([places.dataset])
}

function toldApart({ roles }: Identity, told: Told[], without: Told[]): string[] {
  const may = allowed.filter(({ role }) => roles.includes(role))
  const kept = (all: Told[]): Told[] =>
    all
      .filter(({ request }) => !may.some(({ path }) => path.test(request)))
      .map((one) =>
        rowsMayDiffer.some((path) => path.test(one.request)) ? { ...one, rows: [] } : one,
      )
  const [first, second] = [kept(told), kept(without)]
  if (!roles.includes('reviewer')) return differences(first, second)
  return differences(first.map(withoutWindows), second.map(withoutWindows))
}

/**
 * What a reviewer was given leaves one entry in ten minutes: which request of a walk begins them is chance. That
 * it is the same for what is hidden and what is not is tested in `audit.test.ts`.
 */
function withoutWindows({ statements, rows, ...told }: Told): Told {
  const isOfLog = (one: string): boolean => one.includes('audit_log')
  return {
    ...told,
    statements: statements.filter((one) => !isOfLog(one)),
    rows: rows.filter((one) => !isOfLog(one)),
  }
}

/** What somebody sent, or was given, may come back to them. */
function leakedTo({ roles, may: own = [] }: Identity, told: Told[]): string[] {
  const known = allowed.filter(({ role }) => roles.includes(role))
  return told.flatMap(({ request, answer }) => {
    const word = known.find(({ path }) => path.test(request))?.word
    const leaked = wordsOf(answer).filter(
      (one) => one !== word && !own.includes(one) && !request.includes(one),
    )
    return leaked.map((one) => `${one} by ${request}`)
  })
}

function wordsOf(text: string): string[] {
  return [...new Set(text.match(new RegExp(`${canary}\\w*`, 'gi')) ?? [])]
}

/** Everybody reads before anybody changes something, and deletes last. */
async function walkAll(world: HiddenWorld, which: 'with' | 'without', since: number) {
  await using server = await world.open(which)
  using statements = watchStatements()
  const walkerOf = (identity: Identity): Walker => {
    const samples = world.samplesFor(identity)
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
  const seen = which === 'with' ? await walkAsCustodian(world, walkerOf) : []
  return { told, seen, lines: server.lines }
}

async function walkAsCustodian(
  { custodian }: HiddenWorld,
  walkerOf: (identity: Identity) => Walker,
): Promise<Told[]> {
  const walker = walkerOf({ name: 'custodian', roles: ['custodian'], cookie: custodian })
  const seen: Told[] = []
  for (const route of routes.filter(({ method }) => method === 'GET')) {
    seen.push(...(await walkRoute(walker, route)))
  }
  return seen
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

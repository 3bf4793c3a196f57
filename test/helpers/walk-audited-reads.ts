import { expect } from 'vitest'
import { permissionsOf } from '../../src/access/permissions.ts'
import type { Role } from '../../src/schema/access.ts'
import type { AuditEntry } from '../../src/schema/audit.ts'
import { served } from '../../src/server/implementer.ts'
import {
  outsideRequests,
  routesOf,
  tell,
  type Told,
  type Walker,
  type WalkedRoute,
  walkRoute,
} from './api-walk.ts'
import { keyOf } from './hidden-identities.ts'
import type { HiddenWorld } from './hidden-world.ts'
import { canary, places } from './plant-hidden.ts'
import { watchStatements } from './watch-statements.ts'

type Server = Awaited<ReturnType<HiddenWorld['open']>>

/** Somebody who may see something hidden. */
type Reader = {
  name: string
  id: string
  roles: Role[]
  ask: Server['solo']
  /** What they change is changed by others of the same rights, too. */
  readsOnly: boolean
}

/** What somebody was told, and what of theirs was in the audit log before the first byte went out. */
type AuditedTold = Told & { entries: Pick<AuditEntry, 'action'>[] }

/** Entries that say that something hidden was shown. */
const shown = ['hidden-read', 'gate-viewed', 'exported']
/** Those of an act, whose answer tells what was done. */
const acts = ['dataset-changed', 'document-forgotten', 'gate-audited']

/** What tells of hidden rows and leaves no entry, and why. */
const without = [
  // Counts of what people did, not of rows: who opened how many texts on which day.
  /^GET \/api\/opened-texts\b/,
  // The log itself. Its export leaves an entry.
  /^GET \/api\/audit\b/,
  // An example that is not hidden, with what a custodian said of it apart.
  /^GET \/api\/datasets\/letters\/label-sets\/(?:example\?id=a|examples\?limit=1)$/,
  /^GET \/api\/datasets\/letters\/versions\/\w+\/example\?id=a$/,
  // People, their sessions and keys, and the key of receipts: each world has its own.
  /^GET \/api\/(?:me|people|gates\/key)\b/,
  // What they call their key comes back.
  /^POST \/api\/me\/keys /,
]

/** Longer than a window of entries, so that each request has to leave its own. */
const later = 11 * 60_000

/**
 * Asks as everybody who may see something hidden all that can be asked, and holds what they are told against
 * the audit log: whatever has a hidden word or id in it takes an entry of theirs from before it went out. So
 * does, for a custodian, whatever comes out otherwise where nothing is hidden.
 * @param verbs of which requests are sent
 * @returns how many answers told of something hidden
 */
export async function expectAllAudited(
  world: HiddenWorld,
  verbs: readonly string[],
): Promise<number> {
  const told = await walkWith(world, verbs)
  const telling = told.flatMap(({ reader, answers }) => {
    const markers = markersFor(reader, world)
    return answers.flatMap((one) => {
      const words = wordsToldBy(one, markers)
      return words.length === 0 ? [] : [{ ...one, reader: reader.name, words }]
    })
  })
  const [custodian] = told
  const counts = otherThan(custodian?.answers ?? [], await walkWithout(world))
  expect([unaudited(telling), unaudited(counts)]).toEqual([[], []])
  expect(counts.length).toBeGreaterThan(10)
  const seen = told.flatMap(({ answers }) => answers.map(({ answer }) => answer)).join('\n')
  expect(Object.values(places).filter((word) => !seen.includes(word))).toEqual([])
  const toldOf = new Set(telling.map(({ reader }) => reader))
  const names = told.map(({ reader }) => reader.name)
  expect(names.filter((name) => !toldOf.has(name))).toEqual(['operator'])
  return telling.length
}

/** Requests whose answers should have left an entry, with who asked and what they were told. */
export function unaudited(
  telling: readonly (AuditedTold & { reader?: string; words?: string[] })[],
): string[] {
  return telling
    .filter(({ request, entries }) => {
      const enough = request.startsWith('GET ') ? shown : [...shown, ...acts]
      return !entries.some(({ action }) => enough.includes(action))
    })
    .filter(({ request }) => !without.some((path) => path.test(request)))
    .map(({ request, reader = 'custodian', words = [] }) => [reader, request, ...words].join(' '))
}

type Markers = { words: RegExp; ids: string[] }

/** What somebody sent may come back in an error. */
function wordsToldBy({ request, answer }: Told, { words, ids }: Markers): string[] {
  const isDone = /^2\d\d\n/.test(answer)
  const found = [...new Set(answer.match(words)), ...ids.filter((id) => answer.includes(id))]
  return found.filter((one) => isDone || !request.includes(one))
}

/**
 * Words, ids and hashes of what is hidden. An engineer who reviews, too, sees what they were given; what they
 * bring is theirs, though it has the same hash, and a dataset is no secret once it has an example for them.
 */
function markersFor({ roles }: Reader, { hidden, given }: HiddenWorld): Markers {
  const own = given.flatMap(({ document, review }) => [document, review])
  if (roles.includes('engineer')) return { words: new RegExp(places.both, 'gi'), ids: own }
  const { documents, reviews, issues, datasets, evaluations } = hidden
  const ids = [...documents, ...reviews, ...issues, ...datasets, ...evaluations, ...own]
  return { words: new RegExp(`${canary}\\w*`, 'gi'), ids }
}

async function walkWith(
  world: HiddenWorld,
  verbs: readonly string[],
): Promise<{ reader: Reader; answers: AuditedTold[] }[]> {
  await using server = await world.open('with')
  using statements = watchStatements()
  const readers = await readersOf(server, world)
  const told = new Map<Reader, AuditedTold[]>(readers.map((reader) => [reader, []]))
  for (const verb of verbs) {
    const walking = readers.filter(({ readsOnly }) => verb === 'GET' || !readsOnly)
    for (const reader of walking) {
      const audited = auditing(server, reader)
      const walker = walkerFor(world, { ...reader, ask: audited.ask }, statements)
      const own = told.get(reader)
      for (const route of routesOf(served).filter(({ method }) => method === verb)) {
        own?.push(...audited.with(await walkRoute(walker, route)))
      }
      if (verb === 'GET') own?.push(...audited.with(await walkOutside(world, server, walker)))
    }
  }
  return Array.from(told, ([reader, answers]) => ({ reader, answers }))
}

/** Only what a custodian reads. */
async function walkWithout(world: HiddenWorld): Promise<Told[]> {
  await using server = await world.open('without')
  using statements = watchStatements()
  const { id, cookie } = world.accounts.custodian
  const reader = { name: 'custodian', roles: ['custodian' as const] }
  const { ask } = auditing(server, { id, ask: server.as(cookie) })
  const walker = walkerFor(world, { ...reader, ask }, statements)
  const told: Told[] = []
  for (const route of readRoutes()) told.push(...(await walkRoute(walker, route)))
  return told
}

function readRoutes(): WalkedRoute[] {
  return routesOf(served).filter(({ method }) => method === 'GET')
}

/**
 * Pages that are read on have other addresses: only what both were asked is compared. That there is nothing to
 * read in a dataset or a file is not counted.
 */
function otherThan(told: readonly AuditedTold[], others: readonly Told[]): AuditedTold[] {
  const byRequest = new Map(others.map(({ request, answer }) => [request, answer]))
  return told.filter(({ request, answer, open }) => {
    const other = byRequest.get(request)
    const tells = /^2\d\d\n/.test(answer) && !answer.includes('"items":[]')
    return tells && !open && other !== undefined && other !== answer
  })
}

async function readersOf(server: Server, { accounts }: HiddenWorld): Promise<Reader[]> {
  const withSession = (name: keyof typeof accounts, ...roles: Role[]): Reader => {
    const { id, cookie } = accounts[name]
    return { name, id, roles, ask: server.as(cookie), readsOnly: false }
  }
  const withKey = async (name: keyof typeof accounts, role: Role): Promise<Reader> => {
    const { id, cookie } = accounts[name]
    const key = await keyOf(server.as(cookie), [...permissionsOf([role])])
    const ask = server.withKey(key)
    return { name: `a key of ${name}`, id, roles: [role], ask, readsOnly: true }
  }
  const several: Role[] = ['custodian', 'reviewer', 'approver', 'operator', 'admin']
  const { id, ask } = await server.person('several', several)
  return [
    withSession('custodian', 'custodian'),
    await withKey('custodian', 'custodian'),
    withSession('ray', 'reviewer'),
    await withKey('ray', 'reviewer'),
    withSession('assigned', 'reviewer'),
    withSession('both', 'engineer', 'reviewer'),
    withSession('approver', 'approver'),
    withSession('operator', 'operator'),
    { name: 'several', id, roles: several, ask, readsOnly: true },
  ]
}

function walkerFor(
  world: HiddenWorld,
  { name, roles, ask }: Pick<Walker, 'ask'> & Pick<Reader, 'name' | 'roles'>,
  statements: Walker['statements'],
): Walker {
  return { ask, samples: world.samplesFor({ name, roles }), statements, since: Date.now() }
}

/** Looks into the log when an answer begins, before anything of it is read. */
function auditing(server: Server, { id, ask }: Pick<Reader, 'id' | 'ask'>) {
  const { audit } = server.store
  const found: AuditedTold['entries'][] = []
  return {
    ask: async (method: string, path: string, body?: unknown): Promise<Response> => {
      clockOf(server).next()
      const { sequence } = await audit.head()
      const answer = await ask(method, path, body)
      const entries = await audit.list({ actor: id, limit: 20 })
      found.push(entries.filter((entry) => entry.sequence > sequence))
      return answer
    },
    with: (told: Told[]): AuditedTold[] =>
      told.map((one) => ({ ...one, entries: found.shift() ?? [] })),
  }
}

const clocks = new WeakMap<Server, { next: () => void }>()

function clockOf(server: Server): { next: () => void } {
  const known = clocks.get(server)
  if (known !== undefined) return known
  let time = Date.now()
  const clock = {
    next() {
      time += later
      server.setClock(time)
    },
  }
  clocks.set(server, clock)
  return clock
}

async function walkOutside(
  { hidden }: HiddenWorld,
  { app }: Server,
  walker: Walker,
): Promise<Told[]> {
  const known = routesOf(served).map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1'))
  const told: Told[] = []
  for (const request of outsideRequests(app.routes, { known, words: hidden.documents })) {
    told.push(await tell(walker, request))
  }
  return told
}

import { expect } from 'vitest'
import { hiddenNames } from '../../src/access/hidden-names.ts'
import { permissionsOf } from '../../src/access/permissions.ts'
import type { Role } from '../../src/schema/access.ts'
import type { AuditEntry } from '../../src/schema/audit.ts'
import { served } from '../../src/server/implementer.ts'
import {
  inWalkingOrder,
  outsideRequests,
  routesOf,
  tell,
  tellingOf,
  type Told,
  verbs,
  type Walker,
  walkRoute,
} from './api-walk.ts'
import { keyOf } from './hidden-identities.ts'
import type { HiddenWorld } from './hidden-world.ts'
import { canary, places } from './plant-hidden.ts'
import { watchStatements } from './watch-statements.ts'

type Server = Awaited<ReturnType<HiddenWorld['open']>>

/** Nobody is shown what the doctor reads as everybody. */
const routes = inWalkingOrder(routesOf(served)).filter(({ path }) => !path.endsWith('/doctor'))

/** Somebody who may see something hidden. */
type Reader = {
  name: string
  id: string
  roles: Role[]
  ask: Server['solo']
  /** Somebody else of each of their rights reads with each value of each parameter. */
  isBrief?: boolean
  /** What they change is changed by others of the same rights, too. */
  readsOnly?: boolean
}

/** What somebody was told, and what of theirs was in the audit log before the first byte went out. */
type AuditedTold = Told & { entries: Logged[] }
type Logged = Pick<AuditEntry, 'action'> & Partial<Pick<AuditEntry, 'subject' | 'details'>>

/** Entries that say that something hidden was shown. */
const shown = ['hidden-read', 'gate-viewed', 'exported']
/** Those of an act, whose answer tells what was done. */
const acts = [
  'dataset-changed',
  'document-assigned',
  'document-forgotten',
  'gate-asked',
  'gate-audited',
]

/** What tells of hidden rows and leaves no entry, and why. */
const without = [
  // Counts of what people did, not of rows: who opened how many texts on which day.
  /^GET \/api\/opened-texts\b/,
  // The log itself. Its export leaves an entry.
  /^GET \/api\/audit\b/,
  // An example that is not hidden, with what a custodian said of it apart.
  /^GET \/api\/datasets\/letters\/label-sets\/(?:example\?id=a|examples\?limit=1)$/,
  /^GET \/api\/datasets\/letters\/versions\/\w+\/example\?id=a$/,
  // Examples that are not hidden, of a version of which they sent the hash.
  /^GET \/api\/datasets\/letters\/versions\/\w+\/(?:entries|examples)\?(?:limit=1|split=evaluation)$/,
  // People, their sessions and keys, and the key of receipts: each world has its own.
  /^GET \/api\/(?:me|people|gates\/key)\b/,
  // What they call their key, or themselves, comes back.
  /^(?:POST \/api\/me\/keys|PUT \/api\/me\/name) /,
]

/** Longer than a window of entries, so that each request has to leave its own. */
const later = 11 * 60_000

/**
 * Asks as everybody who may see something hidden all that can be asked, and holds what they are told against
 * the audit log: whatever has a hidden word or id in it takes an entry of theirs from before it went out. So
 * does, for a custodian, whatever comes out otherwise where nothing is hidden. Nobody is told the key of a model.
 * @param who by name; everybody when left out
 * @returns how many answers told of something hidden, and what everybody was told
 */
export async function expectAllAudited(
  world: HiddenWorld,
  who?: readonly string[],
): Promise<{ telling: number; told: Told[] }> {
  const { told, nameOf } = await walkWith(world, who)
  const telling = told.flatMap(({ reader, answers }) => {
    const markers = markersFor(reader, world)
    return answers.flatMap((one) => {
      const words = wordsToldBy(one, markers)
      if (words.length === 0 || leavesNone(one)) return []
      return [{ ...one, reader: reader.name, words }]
    })
  })
  for (const { reader, answers } of told) {
    expect([reader.name, tellingOf(world.modelKey, answers)]).toEqual([reader.name, []])
  }
  const [custodian] = told
  const counts = otherThan(custodian?.answers ?? [], await walkWithout(world))
  expect([unaudited(telling), unaudited(counts)]).toEqual([[], []])
  expect(unnamed(telling, nameOf)).toEqual([])
  expect(counts.length).toBeGreaterThan(10)
  const writing = telling.filter(({ request }) => !request.startsWith('GET '))
  expect(writing.length).toBeGreaterThan(20)
  const seen = told.flatMap(({ answers }) => answers.map(({ answer }) => answer)).join('\n')
  expect(Object.values(places).filter((word) => !seen.includes(word))).toEqual([])
  const toldOf = new Set(telling.map(({ reader }) => reader))
  const names = told.map(({ reader }) => reader.name)
  expect(names.filter((name) => !toldOf.has(name))).toEqual(who === undefined ? ['operator'] : [])
  return { telling: telling.length, told: told.flatMap(({ answers }) => answers) }
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
    .filter((one) => !leavesNone(one))
    .map(({ request, reader = 'custodian', words = [] }) => [reader, request, ...words].join(' '))
}

/**
 * Documents of which a read told a row, and no entry of it the name. Rows of datasets have names of their own, by
 * what an example is.
 */
export function unnamed(
  telling: readonly (AuditedTold & { words: string[] })[],
  nameOf: (hash: string) => string,
): string[] {
  const reads = telling.filter(
    ({ request, answer }) =>
      /^GET \/api\/(?:documents|reviews)\b/u.test(request) && answer.startsWith('2'),
  )
  return reads.flatMap(({ request, entries, words }) => {
    const log = JSON.stringify(entries)
    const documents = words.filter((word) => /^[0-9a-f]{64}$/u.test(word))
    return documents
      .filter((hash) => !log.includes(nameOf(hash)) && !log.includes(hash))
      .map((hash) => `${request} ${hash}`)
  })
}

function leavesNone({ request }: Pick<Told, 'request'>): boolean {
  return without.some((path) => path.test(request))
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

/** Everybody reads before anybody changes something; who changes sends what belongs together. */
async function walkWith(
  world: HiddenWorld,
  who?: readonly string[],
): Promise<{
  told: { reader: Reader; answers: AuditedTold[] }[]
  nameOf: (hash: string) => string
}> {
  await using server = await world.open('with')
  using statements = watchStatements()
  const all = await readersOf(server, world)
  const readers = all.filter(({ name }) => who?.includes(name) !== false)
  const told = new Map<Reader, AuditedTold[]>(readers.map((reader) => [reader, []]))
  for (const verb of verbs) {
    const isReading = verb === 'GET'
    for (const reader of readers.filter(({ readsOnly }) => isReading || readsOnly !== true)) {
      const audited = auditing(server, reader)
      const asking = { ...reader, ask: audited.ask, isBrief: !isReading || reader.isBrief === true }
      const walker = walkerFor(world, asking, statements)
      const own = told.get(reader)
      for (const route of routes.filter(({ method }) => method === verb)) {
        own?.push(...audited.with(await walkRoute(walker, route)))
      }
      if (isReading) own?.push(...audited.with(await walkOutside(world, server, walker)))
    }
  }
  return {
    told: Array.from(told, ([reader, answers]) => ({ reader, answers })),
    nameOf: await hiddenNames(server.store),
  }
}

/** Only what a custodian reads. */
async function walkWithout(world: HiddenWorld): Promise<Told[]> {
  await using server = await world.open('without')
  using statements = watchStatements()
  const { id, cookie } = world.accounts.custodian
  const { ask } = auditing(server, { id, ask: server.as(cookie) })
  const walker = walkerFor(world, { roles: ['custodian'], ask }, statements)
  const told: Told[] = []
  for (const route of routes.filter(({ method }) => method === 'GET')) {
    told.push(...(await walkRoute(walker, route)))
  }
  return told
}

/**
 * Pages that are read on have other addresses: only what both were asked is compared. That there is nothing to
 * read in a dataset or a file is not counted.
 */
function otherThan(told: readonly AuditedTold[], others: readonly Told[]): AuditedTold[] {
  // Of a stream that was cut it is chance how much came.
  const uncut = others.filter(({ open }) => !open)
  const byRequest = new Map(uncut.map(({ request, answer }) => [request, answer]))
  return told.filter(({ request, answer, open }) => {
    const other = byRequest.get(request)
    const tells = /^2\d\d\n/.test(answer) && !answer.includes('"items":[]')
    return tells && !open && other !== undefined && other !== answer
  })
}

async function readersOf(server: Server, { accounts }: HiddenWorld): Promise<Reader[]> {
  const withSession = (name: keyof typeof accounts, ...roles: Role[]): Reader => {
    const { id, cookie } = accounts[name]
    return { name, id, roles, ask: server.as(cookie) }
  }
  // Ray reads with each value of each parameter.
  const briefly = (...of: Parameters<typeof withSession>): Reader => {
    return { ...withSession(...of), isBrief: true }
  }
  const withKey = async (name: keyof typeof accounts, role: Role): Promise<Reader> => {
    const { id, cookie } = accounts[name]
    const key = await keyOf(server.as(cookie), [...permissionsOf([role])])
    const ask = server.withKey(key)
    return { name: `a key of ${name}`, id, roles: [role], ask, isBrief: true, readsOnly: true }
  }
  const several: Role[] = ['custodian', 'reviewer', 'approver', 'operator', 'admin']
  const { id, ask } = await server.person('several', several)
  return [
    withSession('custodian', 'custodian'),
    await withKey('custodian', 'custodian'),
    withSession('ray', 'reviewer'),
    await withKey('ray', 'reviewer'),
    briefly('assigned', 'reviewer'),
    briefly('both', 'engineer', 'reviewer'),
    withSession('approver', 'approver'),
    withSession('operator', 'operator'),
    { name: 'several', id, roles: several, ask, isBrief: true, readsOnly: true },
  ]
}

function walkerFor(
  world: HiddenWorld,
  { ask, ...reader }: Pick<Walker, 'ask'> & Pick<Reader, 'roles' | 'isBrief'>,
  statements: Walker['statements'],
): Walker {
  return { ask, samples: world.samplesFor(reader), statements, since: Date.now() }
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
  const known = routes.map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1'))
  const told: Told[] = []
  for (const request of outsideRequests(app.routes, { known, words: hidden.documents })) {
    told.push(await tell(walker, request))
  }
  return told
}

import { expect } from 'vitest'
import { z } from 'zod'
import type { Role } from '../../src/schema/access.ts'
import { served } from '../../src/server/implementer.ts'
import {
  differences,
  inWalkingOrder,
  linesApart,
  outsideRequests,
  routesOf,
  tell,
  tellingOf,
  type Told,
  verbs,
  type Walker,
  walkRoute,
} from './api-walk.ts'
import type { Identity } from './hidden-identities.ts'
import type { HiddenWorld } from './hidden-world.ts'
import { canary, places } from './plant-hidden.ts'
import { openPlans, pastHidden } from './statement-plans.ts'
import { watchStatements } from './watch-statements.ts'

type Server = Awaited<ReturnType<HiddenWorld['open']>>

/** The doctor asks everything as everybody itself: `doctor-keys.test.ts` shows what it tells. */
const routes = inWalkingOrder(routesOf(served)).filter(({ path }) => !path.endsWith('/doctor'))
const readRoutes = routes.filter(({ method }) => method === 'GET')

/** What an answer may tell of hidden rows, to whom, and why. */
const allowed: { role: Role; unless?: Role; path: RegExp; word?: string }[] = [
  // Who sets a budget must know what is spent of it, by whomever on whatever.
  { role: 'operator', path: /^(?:GET|PUT) \/api\/budget\b/ },
  // Who reads the audit log sees that hidden rows were read, by ids and hashes; datasets have names.
  { role: 'admin', path: /^GET \/api\/audit\b/, word: places.dataset },
  // Who approves versions sees how those that they are compared with measure on hidden examples, in all.
  { role: 'approver', unless: 'engineer', path: /^GET \/api\/datasets\/[^/]+\/references\b/ },
  // And whether a gate could tell, and why others approve.
  {
    role: 'approver',
    unless: 'engineer',
    path: /^(?:GET|POST) \/api\/(?:changes|gates)\b/,
    word: places.decision,
  },
]

function allowedFor({ roles }: Identity): typeof allowed {
  return allowed.filter(
    ({ role, unless }) => roles.includes(role) && !(unless !== undefined && roles.includes(unless)),
  )
}

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
 * answers, statements and rows. That what is hidden is there, `expectAllAudited` shows.
 * @returns what everybody was told with it, and how anybody was told of it
 */
export async function toldOfHidden(
  world: HiddenWorld,
): Promise<{ told: Told[]; faults: string[] }> {
  const since = Date.now()
  const first = await walkAll(world, 'with', since)
  const second = await walkAll(world, 'without', since)
  // Those of PostgreSQL follow from statistics, too.
  using plans = world.engine === 'sqlite' ? await openPlans() : null
  const faults = world.identities.flatMap((identity) => {
    const told = first.told.get(identity.name) ?? []
    const walked = identity.readsOnly === true ? readRoutes : routes
    expect(told.length).toBeGreaterThan(walked.length - 1)
    const found = [
      ...(plans === null ? [] : lookedPast(plans, identity, told)),
      ...toldApart(identity, told, second.told.get(identity.name) ?? []),
      ...leakedTo(identity, told),
      ...tellingOf(world.modelKey, told),
    ]
    return found.map((one) => `${identity.name}: ${one}`)
  })
  return {
    told: [...first.told.values()].flat(),
    faults: [
      ...faults,
      ...wordsOf(first.lines.join('')),
      ...idsIn(world, first.lines.join('')),
      ...linesApart(first.lines, second.lines, since),
    ],
  }
}

function lookedPast(
  plans: Awaited<ReturnType<typeof openPlans>>,
  { roles }: Identity,
  told: Told[],
): string[] {
  const read = told.filter(({ request }) => request.startsWith('GET '))
  const statements = [...new Set(read.flatMap((one) => one.statements))]
  return statements.flatMap((statement) => pastHidden(plans, { statement, roles }))
}

/** Of log lines, traces, mails, webhooks and rows that hold no text. */
export async function expectNothingLeft(world: HiddenWorld, jobs: string): Promise<void> {
  expect(world.lines.length).toBeGreaterThan(0)
  expect(world.traces.length).toBeGreaterThan(0)
  const [lines, traces] = [world.lines.join(''), JSON.stringify(world.traces)]
  expect([...wordsOf(lines), ...idsIn(world, lines)]).toEqual([])
  // A trace names what its command was given: docs/traces.md.
  const { commanded } = world.hidden
  expect(idsIn(world, traces)).toContain(commanded[0])
  const others = idsIn(world, traces).filter((id) => !commanded.includes(id))
  expect([...wordsOf(traces), ...others]).toEqual([])
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
  expect(idsIn(world, JSON.stringify([jobRows.map(withoutSubject), settings]))).toEqual([])
  expect(wordsOf(JSON.stringify(audit))).toEqual([places.dataset])
  const counts = audit.flatMap((entry) => countsIn(LoggedEntry.parse(entry)))
  expect(counts).toContain('dataset-changed added.test')
  expect(counts.filter((count) => !knownCount.test(count))).toEqual([])
}

const LoggedEntry = z.object({
  action: z.string(),
  details: z
    .string()
    .transform((text) => z.record(z.string(), z.unknown()).parse(JSON.parse(text))),
})

/** What was set by whoever sets it is no count of rows; neither is how often something was tried. */
const ofNoRows = [
  'settings-changed',
  'budget-changed',
  'key-made',
  'sign-in-failed',
  'gate-audited',
]

/** Admins read them: docs/decisions/086. */
const knownCount =
  /^(?:(?:hidden|document)-read (?:rows|test|audit|evaluation)|(?:hidden-read|document-read|gate-viewed)-again (?:entry|times)|dataset-changed (?:(?:added|removed|moved)(?:\.(?:test|audit|evaluation))+|replaced|relabelled|reviews))$/u

/** The numbers in an entry of what was done with rows, each by what it counts. */
function countsIn({ action, details }: z.infer<typeof LoggedEntry>): string[] {
  if (ofNoRows.includes(action)) return []
  const counted = Object.entries(details).filter(([, value]) => typeof value === 'number')
  return counted.map(([name]) => `${action} ${name}`)
}

/** How many gates are not answered yet follows from when it is asked, and the walks come after one another. */
function isOfTime(row: string): boolean {
  return row.includes('coalesce(due_at, answer_at')
}

function toldApart(identity: Identity, told: Told[], without: Told[]): string[] {
  const may = allowedFor(identity)
  const kept = (all: Told[]): Told[] =>
    all
      .filter(({ request }) => !may.some(({ path }) => path.test(request)))
      .map((one) => ({
        ...one,
        rows: rowsMayDiffer.some((path) => path.test(one.request))
          ? []
          : one.rows.filter((row) => !isOfTime(row)),
      }))
  const [first, second] = [kept(told), kept(without)]
  if (!identity.roles.includes('reviewer')) return differences(first, second)
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
function leakedTo(identity: Identity, told: Told[]): string[] {
  const { may: own = [] } = identity
  const known = allowedFor(identity)
  return told.flatMap(({ request, answer }) => {
    const word = known.find(({ path }) => path.test(request))?.word
    const leaked = wordsOf(answer).filter(
      (one) => one !== word && !own.includes(one) && !request.includes(one),
    )
    return leaked.map((one) => `${one} by ${request}`)
  })
}

/** What is to be done with which row, a job has to know; nobody is shown it. */
const subjectOfJob = ['content', 'key', 'data', 'singleton_key']

function withoutSubject(job: unknown): object {
  const columns = Object.entries(z.record(z.string(), z.unknown()).parse(job))
  return Object.fromEntries(columns.filter(([name]) => !subjectOfJob.includes(name)))
}

/** Of hidden rows, of what somebody was given, and of the gate. */
function idsIn({ hidden, given, gate }: HiddenWorld, text: string): string[] {
  const all = [...Object.values(hidden), ...given.map((one) => Object.values(one)), gate].flat()
  return all.filter((id) => text.includes(id))
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
  for (const verb of verbs) {
    const isReading = verb === 'GET'
    for (const identity of world.identities) {
      if (!isReading && identity.readsOnly === true) continue
      const own = told.get(identity.name) ?? []
      const walker = walkerOf(identity)
      for (const route of routes.filter(({ method }) => method === verb)) {
        own.push(...(await walkRoute(walker, route)))
      }
      if (isReading) own.push(...(await walkOutside(world, server, walker)))
      told.set(identity.name, own)
    }
  }
  return { told, lines: server.lines }
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

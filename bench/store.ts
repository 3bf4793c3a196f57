// Durable verdicts and issue rows per second through the store, against the bare engine that makes the
// same rows durable with as many fsyncs or fewer, in turns on the same database: once with statements
// that check what the store's check, once with statements that check nothing. Needs Debian's
// PostgreSQL: node --conditions=proofloop-source bench/store.ts [sqlite|postgres]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { timeOrderedId } from '../src/lib/time-ordered-id.ts'
import type { Issue } from '../src/schema/issue.ts'
import type { NewVerdict } from '../src/schema/stored-verdict.ts'
import { openStore } from '../src/store/open-store.ts'
import { newIssue, reviewWithIssues, verdict } from '../src/store/store-samples.ts'
import type { Store } from '../src/store/store.ts'
import { startPostgres } from '../test/helpers/postgres-server.ts'

/** Until V8 has compiled both sides. */
const warmUps = 6
const rounds = 18
const verdicts = 1600
const parts = 160
const issuesOfPart = 20

/** One way to make rows durable. `clients` at once, each waiting for its answer. */
type Writer = {
  verdicts(given: NewVerdict[], clients: number): Promise<void>
  parts(work: { agent: string; issues: Issue[] }[], clients: number): Promise<void>
}

async function inTurns<T>(items: T[], clients: number, use: (item: T) => Promise<unknown>) {
  const left = [...items]
  const client = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await use(item)
  }
  await Promise.all(Array.from({ length: clients }, client))
}

function throughStore(store: Store, review: string): Writer {
  return {
    verdicts: (given, clients) => inTurns(given, clients, (one) => store.verdicts.add(one, 0)),
    parts: (work, clients) =>
      inTurns(work, clients, ({ agent, issues }) =>
        store.parts.finish(
          { review, agent, chunk: 0 },
          { issues, events: [{ kind: 'issues', content: 1 }] },
        ),
      ),
  }
}

type Statements = { insertVerdict: string; finishPart: string }

const verdictColumns = 'id, review, issue, version, person, kind, reason, created_at'
const endPart =
  "update review_parts set state = 'done', issues = $1, ended_at = $2 where agent = $4 and chunk = 0"

/** The issue is there and has no verdict; the part is not done and its review not ended. */
const checked: Statements = {
  insertVerdict: `insert into verdicts (${verdictColumns})
    select $1, review, id, cast($4 as bigint), $5, $6, $7, cast($8 as bigint)
    from issues where id = $3 and review = $2 on conflict do nothing`,
  finishPart: `${endPart} and state <> 'done' and review in (
    select id from reviews where id = $3 and state in ('queued', 'running'))`,
}

const unchecked: Statements = {
  insertVerdict: `insert into verdicts (${verdictColumns}) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
  finishPart: `${endPart} and review = $3`,
}

const takeEvent = 'update reviews set last_event = last_event + 1 where id = $1'
const insertEvent =
  "insert into review_events select id, last_event, 'issues', '1', $1 from reviews where id = $2"
const issueColumns = 11

function verdictValues({ id, review, issue, person, judgement }: NewVerdict) {
  return [id, review, issue, 1, person, judgement.kind, null, Date.now()]
}

function issueValues(review: string, issue: Issue) {
  const { page, paragraph, start, end } = issue.location
  return [issue.id, review, issue.agent, 0, issue.type, issue.score, 0, page, paragraph, start, end]
}

type Bare = { review: string; statements: Statements }

/** On the main thread, prepared, as many transactions a commit as there are clients. */
function bareSqlite(file: string, { review, statements }: Bare): Writer {
  const { insertVerdict, finishPart } = statements
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = 1')
  const prepare = (sql: string) => database.prepare(sql.replaceAll('$', '?'))
  const [addVerdict, finish, take, event] = [insertVerdict, finishPart, takeEvent, insertEvent].map(
    prepare,
  )
  const addIssue = prepare(`insert into issues values (${'?, '.repeat(issueColumns - 1)}?)`)
  const addText = prepare('insert into issue_texts values (?, ?)')
  const grouped = async <T>(items: T[], size: number, write: (item: T) => void) => {
    for (let i = 0; i < items.length; i += size) {
      database.exec('begin immediate')
      for (const item of items.slice(i, i + size)) write(item)
      database.exec('commit')
    }
  }
  return {
    verdicts: (given, clients) =>
      grouped(given, clients, (one) => addVerdict?.run(...verdictValues(one))),
    parts: (work, clients) =>
      grouped(work, clients, ({ agent, issues }) => {
        finish?.run(issues.length, Date.now(), review, agent)
        for (const issue of issues) {
          addIssue.run(...issueValues(review, issue))
          addText.run(issue.id, JSON.stringify(issue))
        }
        take?.run(review)
        event?.run(Date.now(), review)
      }),
  }
}

/** One connection a client, prepared statements of many rows, sent without waiting for each answer. */
function barePostgres(url: string, { review, statements }: Bare): Writer {
  const { insertVerdict, finishPart } = statements
  const pool = new pg.Pool({ connectionString: url, max: 10, pipeline: true })
  // The server ends before the process does.
  pool.on('error', () => {})
  const rows = (columns: number) =>
    Array.from({ length: issuesOfPart }, (_, row) => {
      return `(${Array.from({ length: columns }, (_column, i) => `$${row * columns + i + 1}`).join(', ')})`
    }).join(', ')
  const insertIssues = `insert into issues values ${rows(issueColumns)}`
  const insertTexts = `insert into issue_texts values ${rows(2)}`
  return {
    verdicts: (given, clients) =>
      inTurns(given, clients, (one) =>
        pool.query({ name: 'verdict', text: insertVerdict, values: verdictValues(one) }),
      ),
    parts: (work, clients) =>
      inTurns(work, clients, async ({ agent, issues }) => {
        const client = await pool.connect()
        const texts = issues.flatMap((issue) => [issue.id, JSON.stringify(issue)])
        await Promise.all([
          client.query('begin'),
          client.query({
            name: 'finish',
            text: finishPart,
            values: [issues.length, Date.now(), review, agent],
          }),
          client.query({
            name: 'issues',
            text: insertIssues,
            values: issues.flatMap((i) => issueValues(review, i)),
          }),
          client.query({ name: 'texts', text: insertTexts, values: texts }),
          client.query({ name: 'take', text: takeEvent, values: [review] }),
          client.query({ name: 'event', text: insertEvent, values: [Date.now(), review] }),
          client.query('commit'),
        ])
        client.release()
      }),
  }
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

async function perSecond(rows: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return (rows / (performance.now() - start)) * 1000
}

type Kind = { name: string; clients: number; rows: number; run: (writer: Writer) => Promise<void> }

/** Each run works on issues and parts of its own, made before the clock starts. */
function kindsOf(store: Store, review: string): (() => Promise<Kind>)[] {
  return [1, 16].flatMap((clients) => [
    async () => {
      const given = await freshVerdicts(store, review)
      const run = (writer: Writer) => writer.verdicts(given, clients)
      return { name: 'verdicts', clients, rows: verdicts, run }
    },
    async () => {
      const work = await freshParts(store, review)
      const run = (writer: Writer) => writer.parts(work, clients)
      return { name: 'issue rows', clients, rows: parts * issuesOfPart, run }
    },
  ])
}

async function freshVerdicts(store: Store, review: string): Promise<NewVerdict[]> {
  const agent = timeOrderedId()
  const issues = Array.from({ length: verdicts }, (_, i) => newIssue(i))
  await store.parts.plan(review, [{ agent, chunk: 0 }])
  await store.parts.finish({ review, agent, chunk: 0 }, { issues, events: [] })
  return issues.map((issue) => verdict(review, issue, { kind: 'accepted' }))
}

async function freshParts(store: Store, review: string) {
  const work = Array.from({ length: parts }, () => ({
    agent: timeOrderedId(),
    issues: Array.from({ length: issuesOfPart }, (_, i) => newIssue(i)),
  }))
  await store.parts.plan(
    review,
    work.map(({ agent }) => ({ agent, chunk: 0 })),
  )
  return work
}

const sides = ['store', 'checked', 'unchecked'] as const
type Rates = Record<(typeof sides)[number], number[]>

async function compare(store: Store, bareWriter: (bare: Bare) => Writer) {
  const { review } = await reviewWithIssues(store, 0)
  const kinds = kindsOf(store, review)
  const writers = {
    store: throughStore(store, review),
    checked: bareWriter({ review, statements: checked }),
    unchecked: bareWriter({ review, statements: unchecked }),
  }
  const measured = new Map<string, Rates>()
  for (let round = 0; round < warmUps + rounds; round += 1) {
    for (const make of kinds) {
      // Side by side in time: the disk's pace drifts.
      for (const side of orderOf(round)) {
        const { name, clients, rows, run } = await make()
        const key = `${name}, ${clients} at once`
        const entry = measured.get(key) ?? { store: [], checked: [], unchecked: [] }
        measured.set(key, entry)
        entry[side].push(await perSecond(rows, () => run(writers[side])))
      }
    }
  }
  return Object.fromEntries([...measured].map(([key, rates]) => [key, summaryOf(rates)]))
}

/** Each side comes as often before as after each other one. */
function orderOf(round: number) {
  const turned = round % 2 === 0 ? sides : sides.toReversed()
  const first = Math.floor(round / 2) % sides.length
  return [...turned.slice(first), ...turned.slice(0, first)]
}

function summaryOf(rates: Rates) {
  const store = rates.store.slice(warmUps)
  const bare = rates.checked.slice(warmUps)
  const careless = rates.unchecked.slice(warmUps)
  const ratio = (others: number[]) =>
    Number(median(store.map((value, i) => value / (others[i] ?? 0))).toFixed(2))
  return {
    storePerSecond: Math.round(median(store)),
    barePerSecond: Math.round(median(bare)),
    ratio: ratio(bare),
    uncheckedPerSecond: Math.round(median(careless)),
    ratioToUnchecked: ratio(careless),
  }
}

async function sqlite() {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'proofloop-bench-'))
  await using store = await openStore({ dataFolder })
  const result = await compare(store, (bare) =>
    bareSqlite(path.join(dataFolder, 'proofloop.db'), bare),
  )
  await rm(dataFolder, { recursive: true })
  return result
}

async function postgres() {
  await using server = await startPostgres()
  await using store = await openStore({ dataFolder: '', databaseUrl: server.url })
  return await compare(store, (bare) => barePostgres(server.url, bare))
}

const engines = { sqlite, postgres }
const wanted = process.argv[2]
for (const [name, run] of Object.entries(engines)) {
  if (wanted !== undefined && wanted !== name) continue
  process.stdout.write(`${JSON.stringify({ [name]: await run() }, null, 2)}\n`)
}
process.exit(0)

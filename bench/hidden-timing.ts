// Whether what is hidden can be told from how long an answer takes: servers on the data of one team, one of
// which holds hidden documents, reviews, examples and labels besides (`with`), one not (`without`), and one
// more that does not (`again`), which shows what two equal servers differ in. The same people ask all three, in
// random order. In one process and without a network, which would only blur what an answer takes. Told by two
// clocks: the one on the wall, as somebody outside has it, and the processors' time, which does not run while the
// machine does something else and shows far less.
//     node --conditions=proofloop-source bench/hidden-timing.ts [--rounds 8] [--requests 80] [--hidden 300]
//         [--copies 0: rows besides of each hidden document and of each of their reviews, for large stores]
import { createHash } from 'node:crypto'
import { cp } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { holm } from '../src/evaluation/holm.ts'
import { createRandom } from '../src/evaluation/random.ts'
import { writeReviewSettings } from '../src/review/review-settings.ts'
import { machineClock } from '../src/server/even-answers.ts'
import { tempFolder } from '../test/helpers/temp-folder.ts'
import { formWith, testServer } from '../test/helpers/test-server.ts'
import { median } from './process-usage.ts'
import { leastDelay, rankTest, type Round } from './rank-test.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '8' },
    requests: { type: 'string', default: '80' },
    hidden: { type: 'string', default: '300' },
    copies: { type: 'string', default: '0' },
  },
})
const rounds = Number(values.rounds)
const requests = Number(values.requests)
const hidden = Number(values.hidden)
const copies = Number(values.copies)
const open = 40
/** Of each kind, a round and server: each guess can be made once only. */
const uploads = Math.min(Math.floor((hidden - 1) / rounds), 30)

const worlds = ['without', 'again', 'with'] as const
type World = (typeof worlds)[number]
type Server = Awaited<ReturnType<typeof testServer>>
type Ask = Server['solo']

const roots =
  'alder birch cedar dune ember fjord grove heath inlet jetty knoll larch marsh nook ocean'
const endings = ['', 's', 'land', 'wood', 'side', 'less', 'ward', 'like']

/** Some 150 words that no other key has in that order, two of them a promise. */
function textOf(key: string): string {
  const random = createRandom(key)
  const all = roots.split(' ')
  const word = (): string => `${all[random.int(all.length)]}${endings[random.int(endings.length)]}`
  const words = (count: number): string => Array.from({ length: count }, word).join(' ')
  return `The ${words(80)} will always cover you.\n\nEach ${words(70)}.`
}

const numbered = (count: number, kind: string): string[] =>
  Array.from({ length: count }, (_, n) => `${kind}-${n}`)
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

async function json<Body>(answering: Promise<Response>): Promise<Body> {
  const answer = await answering
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Body
}

async function upload(ask: Ask, key: string): Promise<string> {
  const form = formWith(textOf(key), `${key}.txt`)
  return (await json<{ sha256: string }>(ask('POST', '/api/documents', form))).sha256
}

async function isRead(ask: Ask, sha256: string): Promise<boolean> {
  const { state } = await json<{ state: string }>(ask('GET', `/api/documents/${sha256}`))
  return state !== 'reading'
}

async function reviewed({ store, until }: Server, ask: Ask, document: string): Promise<string> {
  const { id } = await json<{ id: string }>(ask('POST', '/api/reviews', { document }))
  await until(async () => (await store.reviews.get(id))?.endedAt !== null)
  return id
}

type Version = { dataset: string; keys: string[]; splits: string }

async function addVersion(ask: Ask, { dataset, keys, splits }: Version): Promise<string> {
  const lines = keys.map((id) => {
    const paragraphs = textOf(`example-${id}`).split('\n\n')
    return JSON.stringify({ id, paragraphs, issues: [{ type: 'Tone', text: 'will always' }] })
  })
  const form = formWith(lines.join('\n'), 'lines.jsonl')
  form.set('mode', 'add')
  form.set('splits', splits)
  return (await json<{ hash: string }>(ask('POST', `/api/datasets/${dataset}/versions`, form))).hash
}

/** What engineers and approvers see, in all worlds. */
async function seed(server: Server) {
  await server.store.settings.put('solo-mode', false)
  // Nothing that comes by others than engineers is of the split that they see.
  const splitShares = { evaluation: 0, test: 0.5, audit: 0.5 }
  await writeReviewSettings(server.store, { splitShares })
  const eve = await server.person('eve', ['engineer'])
  const ada = await server.person('ada', ['approver'])
  const ray = await server.person('ray', ['reviewer'])
  const cleo = await server.person('cleo', ['custodian'])
  const documents = await Promise.all(numbered(open, 'open').map((key) => upload(eve.ask, key)))
  for (const document of documents) await server.until(() => isRead(eve.ask, document))
  const [document = ''] = documents
  const review = await reviewed(server, eve.ask, document)
  for (const other of documents.slice(1, 10)) await reviewed(server, eve.ask, other)
  const keys = numbered(open, 'letter')
  await addVersion(cleo.ask, { dataset: 'letters', keys, splits: 'evaluation' })
  const later = { dataset: 'letters', keys: ['later'], splits: 'evaluation' }
  await addVersion(cleo.ask, later)
  const versions = '/api/datasets/letters/versions'
  const { items } = await json<{ items: { hash: string }[] }>(eve.ask('GET', versions))
  const files = [{ name: 'notes.md', text: 'Be brief.' }]
  await json(eve.ask('POST', '/api/flow/drafts', { agent: 'definitive-language', files }))
  const cookies = { eve: eve.cookie, ada: ada.cookie, ray: ray.cookie, cleo: cleo.cookie }
  return { cookies, document, review, version: items.at(-1)?.hash ?? '' }
}

type Seeded = Awaited<ReturnType<typeof seed>>

/** What only a reviewer and custodians see. */
async function plant(server: Server, { cookies }: Seeded): Promise<void> {
  const ray = server.as(cookies.ray)
  const cleo = server.as(cookies.cleo)
  const documents = await Promise.all(numbered(hidden, 'hidden').map((key) => upload(ray, key)))
  for (const document of documents) await server.until(() => isRead(ray, document))
  for (const document of documents.slice(0, hidden / 3)) await reviewed(server, ray, document)
  for (const [kind, splits] of [
    ['kept', 'test'],
    ['checked', 'audit'],
  ] as const) {
    await addVersion(cleo, { dataset: 'letters', keys: numbered(hidden, kind), splits })
    await addVersion(cleo, { dataset: `only-${splits}`, keys: numbered(hidden, kind), splits })
  }
  const at = '/api/datasets/letters/label-sets/example'
  for (const id of numbered(hidden / 10, 'kept')) {
    const { document } = await json<{ document: string }>(cleo('GET', `${at}?id=${id}`))
    const issues = [{ type: 'Tone', text: 'will always', location: {} }]
    await json(cleo('PUT', at, { id, document, revision: 0, state: 'handed-in', issues }))
  }
  if (copies > 0) await multiply(server)
}

/** Only rows, with neither file nor text, which nothing has to be done for: what a list would come past. */
async function multiply({ store }: Server): Promise<void> {
  const { db } = store.accountTables
  const numbers = sql`with recursive numbers (n) as (
    select 1 union all select n + 1 from numbers where n < ${copies})`
  const isHidden = sql`documents.id in (select documents.id from documents
    join document_groups on document_groups.id = documents.group_id
    where document_groups.split <> 'evaluation')`
  await sql`insert into reviews (id, document, flow_version, state, issue_order, full_review, requester,
      created_at, ended_at, last_event)
    ${numbers} select reviews.id || '-' || n, document, flow_version, reviews.state, issue_order,
      full_review, requester, created_at, ended_at, last_event
    from reviews join documents on documents.id = document cross join numbers
    where ${isHidden}`.execute(db)
  await sql`insert into documents (id, sha256, group_id, name, media_type, bytes, state, uploader,
      uploaded_at)
    ${numbers} select id || '-' || n, sha256 || '-' || n, group_id, name, media_type, bytes, 'failed',
      uploader, uploaded_at
    from documents cross join numbers where ${isHidden}`.execute(db)
}

type Route = { name: string; ask: (server: Server, number: number) => Promise<void>; times: number }

function routesOf({ cookies, document, review, version }: Seeded): Route[] {
  const read = (who: 'eve' | 'ada', path: string, status = 200): Route => ({
    name: `${who === 'eve' ? 'engineer' : 'approver'} GET ${path.replaceAll(/[0-9a-f-]{32,}/g, '…')}`,
    times: requests,
    async ask(server) {
      const answer = await server.as(cookies[who])('GET', path)
      await answer.arrayBuffer()
      if (answer.status !== status) throw new Error(`${path} answered ${answer.status}.`)
    },
  })
  const send = (kind: string, what: string): Route => ({
    name: `engineer uploads ${what}, until it is read`,
    times: uploads,
    async ask(server, number) {
      const ask = server.as(cookies.eve)
      const sha256 = await upload(ask, `${kind}-${number}`)
      while (!(await isRead(ask, sha256))) await setTimeout(1)
    },
  })
  const dataset = '/api/datasets/letters'
  const newest = `${dataset}/versions/newest`
  return [
    read('eve', '/api/documents'),
    read('eve', '/api/documents?search=hidden'),
    read('eve', '/api/documents?search=open'),
    read('eve', `/api/documents/${document}`),
    read('eve', `/api/documents/${document}/text`),
    // Only one of them is there, and nobody may tell which.
    {
      ...read('eve', `/api/documents/${hashOf(textOf(`hidden-${hidden - 1}`))}`, 404),
      name: 'engineer GET a hidden document',
    },
    read('eve', '/api/reviews'),
    read('eve', `/api/reviews/${review}/issues`),
    read('eve', `/api/reviews/${review}/export/json`),
    read('eve', '/api/datasets'),
    read('eve', `${dataset}/versions`),
    read('eve', `${newest}/examples`),
    read('eve', `${newest}/example?id=letter-7`),
    read('eve', `${newest}/example?id=kept-7`, 404),
    read('eve', `${dataset}/diff?from=${version}`),
    read('eve', '/api/datasets/only-test/versions', 404),
    read('eve', '/api/evaluations/datasets'),
    read('eve', '/api/gates/budget'),
    read('eve', '/api/agents'),
    read('eve', '/api/flow'),
    read('ada', '/api/gates'),
    read('ada', '/api/agents'),
    read('ada', '/api/flow'),
    send('hidden', 'a copy of a hidden document'),
    send('fresh', 'what is no copy'),
  ]
}

const clocks = ['wall', 'processors'] as const
type Clock = (typeof clocks)[number]
/** Milliseconds, by route and world. */
type Times = Map<Route, Record<World, Record<Clock, number[]>>>

/** In milliseconds, of all threads of this process. */
function processors(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function shuffled<T>(all: readonly T[], key: string): T[] {
  const random = createRandom(key)
  const placed = all.map((one) => ({ one, at: random.next() }))
  return placed.toSorted((a, b) => a.at - b.at).map(({ one }) => one)
}

/** The first tenth again at the beginning, unmeasured, so that nothing is asked for the first time. */
async function round(servers: Record<World, Server>, routes: Route[], number: number) {
  const none = () => ({ wall: [], processors: [] })
  const times: Times = new Map(
    routes.map((route) => [route, { without: none(), again: none(), with: none() }]),
  )
  const planned = routes.flatMap((route) =>
    worlds.flatMap((world) =>
      Array.from({ length: route.times }, (_, n) => ({ route, world, n: number * uploads + n })),
    ),
  )
  const order = shuffled(planned, `order/${number}`)
  const repeatable = order.filter(({ route }) => route.times === requests)
  for (const { route, world, n } of repeatable.slice(0, order.length / 10)) {
    await route.ask(servers[world], n)
  }
  for (const { route, world, n } of order) {
    const [start, used] = [performance.now(), processors()]
    await route.ask(servers[world], n)
    const own = times.get(route)?.[world]
    own?.wall.push(performance.now() - start)
    own?.processors.push(processors() - used)
  }
  return times
}

type Sides = { clock: Clock; second: World }

function compare(all: readonly Times[], route: Route, { clock, second }: Sides) {
  const measured = all.flatMap((times): Round[] => {
    const own = times.get(route)
    return own === undefined ? [] : [{ first: own.without[clock], second: own[second][clock] }]
  })
  const medianOf = (side: keyof Round): number => median(measured.flatMap((one) => [...one[side]]))
  const [before, after] = [medianOf('first'), medianOf('second')]
  return { measured, before, after, ...rankTest(measured) }
}

function report(all: readonly Times[], routes: readonly Route[], clock: Clock): void {
  const told = routes.map((route) => compare(all, route, { clock, second: 'with' }))
  const control = routes.map((route) => compare(all, route, { clock, second: 'again' }))
  const [p, controlled] = [told, control].map((side) => holm(side.map((one) => one.p)))
  const level = 0.05 / routes.length
  const rows = routes.map(({ name, times }, i) => {
    const [one, two] = [told[i], control[i]]
    if (one === undefined || two === undefined) throw new Error(`${name} was not measured.`)
    const { auc, lower, upper, before, after, measured } = one
    const least = leastDelay(measured, level)
    return {
      request: name,
      n: times * rounds,
      'without, ms': before.toFixed(2),
      'with, ms': after.toFixed(2),
      ratio: (after / before).toFixed(3),
      'AUC [95 %]': `${auc.toFixed(3)} [${lower.toFixed(3)}, ${upper.toFixed(3)}]`,
      'p, Holm': (p?.[i] ?? 1).toFixed(3),
      'ratio of equal ones': (two.after / two.before).toFixed(3),
      'AUC of equal ones': two.auc.toFixed(3),
      'p of equal ones': (controlled?.[i] ?? 1).toFixed(3),
      'would be seen': `${least.toFixed(2)} ms, ${((100 * least) / before).toFixed(1)} %`,
    }
  })
  const head = Object.keys(rows[0] ?? {})
  const lines = [head, head.map(() => '---'), ...rows.map((row) => Object.values(row))]
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  process.stdout.write(
    `\nBy the clock of ${clock === 'wall' ? 'the wall' : 'the processors'}:\n\n${table}\n`,
  )
}

const agent = 'definitive-language'
const agents = new URL(`../examples/document-review/agents/${agent}`, import.meta.url)
await using folder = await tempFolder()
await cp(fileURLToPath(agents), folder.path(`flow/agents/${agent}`), { recursive: true })
const opened = (world: World) =>
  testServer({
    dataFolder: folder.path(world),
    work: true,
    flow: folder.path('flow'),
    clock: machineClock,
  })

async function prepare(): Promise<Seeded> {
  const seeded = await (async () => {
    await using server = await opened('without')
    return await seed(server)
  })()
  for (const world of ['again', 'with']) {
    await cp(folder.path('without'), folder.path(world), { recursive: true })
  }
  await using server = await opened('with')
  await plant(server, seeded)
  return seeded
}

const seeded = await prepare()
const routes = routesOf(seeded)
const measured: Times[] = []
for (let number = 0; number < rounds; number += 1) {
  await using stack = new AsyncDisposableStack()
  const servers: Partial<Record<World, Server>> = {}
  for (const world of shuffled(worlds, `open/${number}`)) {
    servers[world] = stack.use(await opened(world))
  }
  measured.push(await round(servers as Record<World, Server>, routes, number))
  process.stderr.write(`round ${number + 1} of ${rounds}\n`)
}
for (const clock of clocks) report(measured, routes, clock)

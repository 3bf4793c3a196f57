import { createHash } from 'node:crypto'
import { cp, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import { permissionsOf } from '../../src/access/permissions.ts'
import { type Script, startScriptedServer } from '../../src/model/scripted-server.ts'
import { writeReviewSettings } from '../../src/review/review-settings.ts'
import {
  combinedRoles,
  type Identity,
  keyOf,
  makeAccounts,
  singleRoles,
} from './hidden-identities.ts'
import { casesFor, samplesFor } from './hidden-samples.ts'
import { mailServer } from './mail-server.ts'
import { otlpReceiver } from './otlp-receiver.ts'
import { configFor, makeRepository, plantChange, turnVerdicts } from './plant-change.ts'
import { type Ask, json, places, plant, seed } from './plant-hidden.ts'
import { copyDatabase, createDatabase, dropDatabase } from './postgres-server.ts'
import { findPromises, promiseFlow } from './promise-flow.ts'
import { createReaderRole } from './reader-role.ts'
import { runInProcess } from './run-in-process.ts'
import { tempFolder } from './temp-folder.ts'
import { testServer } from './test-server.ts'
import { webhookReceiver } from './webhook-receiver.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Which = 'with' | 'without'

/** Finds promises; in a hidden text it says so where it explains them. */
const script: Script = (message) => {
  const reply = findPromises(message)
  const isHidden = message.messages.some(({ content }) => content.includes(places.text))
  if (!isHidden || !('text' in reply)) return reply
  return { ...reply, text: reply.text.replaceAll(' is untrue', ` is ${places.found} and untrue`) }
}

export type HiddenWorld = Awaited<ReturnType<typeof hiddenWorld>>

type WorldOptions = {
  /** What to send: of some identities each value of each parameter, of all, or of none. */
  values?: 'of some' | 'of all' | 'of none'
  /** Of a PostgreSQL on which databases may be made; SQLite when left out. */
  postgres?: string
}

/**
 * The data of a team twice: `without` anything hidden but what somebody was given and what the gate of a change has
 * measured, and `with` documents, reviews, issues and verdicts that only custodians and the reviewer ray may see. All ids
 * and times that are in both are equal. Each walk has a copy of its own: one world is enough for all of them.
 */
export async function hiddenWorld({ values = 'of some', postgres }: WorldOptions = {}) {
  await using stack = new AsyncDisposableStack()
  const models = stack.use(await startScriptedServer(script))
  const flow = stack.use(await promiseFlow(models, 6, 'flow/datasets/memos'))
  const folder = stack.use(await tempFolder())
  const post = stack.use(await mailServer())
  const hook = stack.use(await webhookReceiver())
  const engines = stack.use(await databases(postgres))
  const mail = { smtpUrl: post.url, from: 'proofloop@example.org', url: 'http://localhost:4310' }
  const open = ({ dataFolder, databaseUrl }: Place, work: boolean) =>
    testServer({
      dataFolder,
      databaseUrl,
      work,
      flow: flow.path('flow'),
      env: { ...flow.env, ...engines.envOf(databaseUrl) },
      mail,
      webFolder: path.resolve('web'),
      config: configFor(dataFolder, flow.path('flow')),
    })
  const without = { dataFolder: folder.path('without'), databaseUrl: await engines.create() }
  await makeRepository(without.dataFolder, flow.path('flow'))
  let copies = 0
  const copyOf = async ({ dataFolder, databaseUrl }: Place): Promise<Place> => {
    const copy = folder.path(`copy-${(copies += 1)}`)
    await cp(dataFolder, copy, { recursive: true })
    return { dataFolder: copy, databaseUrl: await engines.copy(databaseUrl) }
  }

  const accounts = await onServer(open(without, true), async (server) => {
    await writeReviewSettings(server.store, {
      readyWebhook: `${hook.url}/hook`,
      // Nothing that comes by others than engineers is of the split that they see.
      splitShares: { evaluation: 0, test: 0.5, audit: 0.5 },
    })
    // As with the second person who is invited.
    await server.store.settings.put('solo-mode', false)
    return makeAccounts(server)
  })
  const { visible, identities, key } = await onServer(open(without, true), async (server) => ({
    visible: {
      ...(await seed(server, accounts, flow.path('flow'))),
      change: await plantChange(server, accounts),
    },
    // The author of the change withdraws it, and an approver may see what a gate found: after them it is another one.
    identities: [
      ...(await combinedRoles(server, accounts)),
      ...(await singleRoles(server, accounts)),
    ],
    key: await keyOf(server.as(accounts.ray.cookie), [...permissionsOf(['reviewer'])]),
  }))
  const filled = await copyOf(without)
  const toldBefore = hook.heard.length
  const mailsBefore = post.received.length
  const planted = await onServer(open(filled, true), async (server) => {
    const hidden = await plant(server, accounts)
    await turnVerdicts(server)
    // Of that which can become an example, too.
    const reviews = hidden.reviews.length + 1
    await server.until(async () => hook.heard.length >= toldBefore + reviews)
    await server.until(async () => post.received.length >= mailsBefore + reviews)
    const cursors = await cursorsOf(server.as(accounts.custodian.cookie))
    return { hidden, cursors, lines: server.lines }
  })
  const { databaseUrl: url } = filled
  const { traces, sha256 } = await reviewOnCommandLine({
    folder: folder.folder,
    data: filled.dataFolder,
    flow: flow.path('flow'),
    env: { ...flow.env, PROOFLOOP_API_KEY: key, ...(url !== undefined && { DATABASE_URL: url }) },
  })
  const commanded = await onServer(open(filled, false), ({ store }) => idsOfFile(store, sha256))
  const pristine = { with: filled, without }
  /** What the last walk has left. */
  let walked = filled
  const kept = stack.move()
  return {
    engine: postgres === undefined ? ('sqlite' as const) : ('postgres' as const),
    identities,
    accounts,
    custodian: accounts.custodian.cookie,
    hidden: { ...planted.hidden, commanded },
    /** Hidden, and given to two people to review. */
    given: [visible.given.assigned, visible.given.both],
    /** Of the change; its author and those who judge know it. */
    gate: visible.change.gate,
    /** The key of a model, which nobody is told. */
    modelKey: flow.key,
    samplesFor({ roles, isBrief = false }: Pick<Identity, 'roles' | 'isBrief'>) {
      const isEngineer = roles.includes('engineer')
      const rows = { visible, ...planted, dummy: accounts.dummy.id }
      const isWhole = values === 'of all' || (values === 'of some' && !isBrief)
      return isWhole ? [samplesFor(isEngineer, rows)] : casesFor(isEngineer, rows)
    },
    /** A server on a copy of one of them, on which nothing happens by itself. */
    async open(which: Which) {
      const copy = await copyOf(pristine[which])
      if (which === 'with') walked = copy
      return open(copy, false)
    },
    /** What left the server, or was written by it, while something hidden came in. */
    lines: planted.lines,
    mails: post.received,
    webhooks: hook.heard.slice(toldBefore),
    traces,
    async rowsOf(tables: string[]) {
      return onServer(open(walked, false), async ({ store }) => {
        const rows = tables.map((table) =>
          sql`select * from ${sql.table(table)}`.execute(store.accountTables.db),
        )
        return (await Promise.all(rows)).map((found) => found.rows)
      })
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

async function onServer<Done>(
  opening: Promise<Server>,
  work: (server: Server) => Promise<Done>,
): Promise<Done> {
  await using server = await opening
  return await work(server)
}

/** Of an undefined address: SQLite, in the data folder. */
type Place = { dataFolder: string; databaseUrl: string | undefined }

type Engines = {
  create: () => Promise<string | undefined>
  copy: (url: string | undefined) => Promise<string | undefined>
  envOf: (url: string | undefined) => Record<string, string>
} & AsyncDisposable

const none = async (): Promise<undefined> => undefined
const sqliteFiles: Engines = {
  create: none,
  copy: none,
  envOf: () => ({}),
  async [Symbol.asyncDispose]() {},
}

async function databases(postgres: string | undefined): Promise<Engines> {
  if (postgres === undefined) return sqliteFiles
  await using stack = new AsyncDisposableStack()
  const first = await createDatabase(postgres)
  stack.defer(() => dropDatabase(first))
  const role = stack.use(await createReaderRole(first))
  const copies: string[] = []
  // What the role may do in them would keep it from being dropped.
  stack.defer(async () => {
    for (const copy of copies) await dropDatabase(copy)
  })
  const kept = stack.move()
  return {
    create: async () => first,
    async copy(url = first) {
      const copy = await copyDatabase(url)
      copies.push(copy)
      return copy
    },
    envOf(url = first) {
      const { pathname } = new URL(url)
      return { PROOFLOOP_READER_DATABASE_URL: Object.assign(new URL(role.url), { pathname }).href }
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** What a custodian sends to read on: it names rows, too. */
async function cursorsOf(ask: Ask): Promise<string[]> {
  const lists = ['documents', 'reviews'].map(async (list) => {
    const { next } = await json<{ next: string | null }>(ask('GET', `/api/${list}?limit=1`))
    return next ?? ''
  })
  return Promise.all(lists)
}

type Here = { folder: string; data: string; flow: string; env: Record<string, string> }

/** Somebody reviews a hidden document beside the server, with traces on. @returns what was sent of them, and its hash */
async function reviewOnCommandLine({ folder, data, flow, env }: Here) {
  await using receiver = await otlpReceiver()
  const file = path.join(folder, `${places.command}.txt`)
  const text = `A ${places.command} will always do.`
  await writeFile(file, text)
  const argv = ['review', file, '--flow', flow, '--data', data]
  const own = { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }
  const { exitCode, stderr } = await runInProcess(argv, folder, { env: own })
  if (exitCode !== 0 || stderr.includes('Warning')) throw new Error(`${exitCode}: ${stderr}`)
  return { traces: receiver.received, sha256: createHash('sha256').update(text).digest('hex') }
}

/** The ids of its document, which is its hash, and of its reviews. */
async function idsOfFile({ accountTables }: Server['store'], sha256: string): Promise<string[]> {
  const reviews = await sql<{
    id: string
  }>`select id from reviews where document = ${sha256}`.execute(accountTables.db)
  if (reviews.rows.length === 0) throw new Error('The review on the command line was not kept.')
  return [sha256, ...reviews.rows.map(({ id }) => id)]
}

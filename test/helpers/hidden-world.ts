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
import { samplesFor } from './hidden-samples.ts'
import { mailServer } from './mail-server.ts'
import { otlpReceiver } from './otlp-receiver.ts'
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
  who: 'single roles' | 'combined roles'
  /** Of a PostgreSQL on which databases may be made; SQLite when left out. */
  postgres?: string
}

/**
 * The data of a team twice: `without` anything hidden but what somebody was given, and `with` documents,
 * reviews, issues and verdicts that only custodians and the reviewer ray may see. All ids and times that are
 * in both are equal.
 */
export async function hiddenWorld({ who, postgres }: WorldOptions) {
  await using stack = new AsyncDisposableStack()
  const models = stack.use(await startScriptedServer(script))
  const flow = stack.use(await promiseFlow(models, 6, 'flow/datasets/memos'))
  const folder = stack.use(await tempFolder())
  const post = stack.use(await mailServer())
  const hook = stack.use(await webhookReceiver())
  const engines = stack.use(await databases(postgres))
  const mail = { smtpUrl: post.url, from: 'proofloop@example.org', url: 'http://localhost:4310' }
  const open = (which: Which, work: boolean) =>
    testServer({
      dataFolder: folder.path(which),
      databaseUrl: engines.urlOf(which),
      work,
      flow: flow.path('flow'),
      env: { ...flow.env, ...engines.envOf(which) },
      mail,
      webFolder: path.resolve('web'),
    })

  const accounts = await onServer(open('without', true), async (server) => {
    await writeReviewSettings(server.store, {
      readyWebhook: `${hook.url}/hook`,
      // Nothing that comes by others than engineers is of the split that they see.
      splitShares: { evaluation: 0, test: 0.5, audit: 0.5 },
    })
    // As with the second person who is invited.
    await server.store.settings.put('solo-mode', false)
    return makeAccounts(server)
  })
  const { visible, identities, key } = await onServer(open('without', true), async (server) => {
    const make = who === 'single roles' ? singleRoles : combinedRoles
    return {
      visible: await seed(server, accounts),
      identities: await make(server, accounts),
      key: await keyOf(server.as(accounts.ray.cookie), [...permissionsOf(['reviewer'])]),
    }
  })
  await cp(folder.path('without'), folder.path('with'), { recursive: true })
  await engines.copy()
  const toldBefore = hook.heard.length
  const mailsBefore = post.received.length
  const planted = await onServer(open('with', true), async (server) => {
    const hidden = await plant(server, accounts)
    await server.until(async () => hook.heard.length >= toldBefore + hidden.reviews.length)
    await server.until(async () => post.received.length >= mailsBefore + hidden.reviews.length)
    const cursors = await cursorsOf(server.as(accounts.custodian.cookie))
    return { hidden, cursors, lines: server.lines }
  })
  const url = engines.urlOf('with')
  const traces = await reviewOnCommandLine({
    folder: folder.folder,
    data: folder.path('with'),
    flow: flow.path('flow'),
    env: { ...flow.env, PROOFLOOP_API_KEY: key, ...(url !== undefined && { DATABASE_URL: url }) },
  })
  const kept = stack.move()
  return {
    identities,
    accounts,
    custodian: accounts.custodian.cookie,
    hidden: planted.hidden,
    /** Hidden, and given to two people to review. */
    given: [visible.given.assigned, visible.given.both],
    samplesFor: ({ roles }: Identity) =>
      samplesFor(roles.includes('engineer'), { visible, ...planted, dummy: accounts.dummy.id }),
    /** A server on one of them, on which nothing happens by itself. */
    open: (which: Which) => open(which, false),
    /** What left the server, or was written by it, while something hidden came in. */
    lines: planted.lines,
    mails: post.received,
    webhooks: hook.heard.slice(toldBefore),
    traces,
    async rowsOf(tables: string[]) {
      return onServer(open('with', false), async ({ store }) => {
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

type Engines = {
  /** Undefined: SQLite, in the data folder. */
  urlOf: (which: Which) => string | undefined
  envOf: (which: Which) => Record<string, string>
  copy: () => Promise<void>
} & AsyncDisposable

async function databases(postgres: string | undefined): Promise<Engines> {
  if (postgres === undefined) {
    const copy = async (): Promise<void> => {}
    const urlOf = (): undefined => undefined
    return { urlOf, envOf: () => ({}), copy, async [Symbol.asyncDispose]() {} }
  }
  await using stack = new AsyncDisposableStack()
  const urls = { without: await createDatabase(postgres), with: '' }
  stack.defer(() => dropDatabase(urls.without))
  const role = stack.use(await createReaderRole(urls.without))
  stack.defer(async () => {
    if (urls.with !== '') await dropDatabase(urls.with)
  })
  const kept = stack.move()
  return {
    urlOf: (which) => urls[which],
    envOf(which) {
      const { pathname } = new URL(urls[which])
      return { PROOFLOOP_READER_DATABASE_URL: Object.assign(new URL(role.url), { pathname }).href }
    },
    async copy() {
      urls.with = await copyDatabase(urls.without)
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

/** Somebody reviews a hidden document beside the server, with traces on. @returns what was sent of them */
async function reviewOnCommandLine({ folder, data, flow, env }: Here): Promise<unknown[]> {
  await using receiver = await otlpReceiver()
  const file = path.join(folder, `${places.command}.txt`)
  await writeFile(file, `A ${places.command} will always do.`)
  const argv = ['review', file, '--flow', flow, '--data', data]
  const own = { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }
  const { exitCode, stderr } = await runInProcess(argv, folder, { env: own })
  if (exitCode !== 0 || stderr.includes('Warning')) throw new Error(`${exitCode}: ${stderr}`)
  return receiver.received
}

import type { OidcSettings } from '../../src/access/auth-options.ts'
import type { MailSettings } from '../../src/access/mail.ts'
import { ensureFirstPerson } from '../../src/access/membership.ts'
import { setTimeout } from 'node:timers/promises'
import { createSignInLinks } from '../../src/access/sign-in-links.ts'
import { workOnNotifications } from '../../src/change/notify/send-notification.ts'
import { workOnDoctor } from '../../src/environment/doctor-queue.ts'
import type { Environment, ServerConfig } from '../../src/environment/server-config.ts'
import type { Role } from '../../src/schema/access.ts'
import { type AppHost, createApp } from '../../src/server/app.ts'
import type { Clock } from '../../src/server/even-answers.ts'
import { createLog } from '../../src/server/log.ts'
import { workOnMail } from '../../src/server/work-on-mail.ts'
import { openHost } from '../../src/server/open-host.ts'
import { workOnGates } from '../../src/gate/work-on-gates.ts'
import { workOnTestEvaluations } from '../../src/gate/measure-references.ts'
import { workOnEvaluations } from '../../src/evaluation/start-evaluation.ts'
import { startWork } from '../../src/review/background-work.ts'
import { writeReviewSettings } from '../../src/review/review-settings.ts'
import { makeMigratedFolder } from './migrated-store.ts'
import { tempFolder } from './temp-folder.ts'

const origin = 'http://localhost:4310'

/** Each server is asked from an address of its own: attempts to sign in are counted in the process. */
let servers = 0
const nextAddress = (): string => {
  servers += 1
  return `10.0.${servers >> 8}.${servers & 255}`
}

/** A form with a text as its file. */
export function formWith(text: string | Uint8Array<ArrayBuffer>, name = 'text.txt'): FormData {
  const form = new FormData()
  form.set('file', new File([text], name))
  return form
}

async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await setTimeout(20)
}

/** One on which a wait is over at once: tests ask thousands of times, and not how long it takes. */
function clockWithoutWaiting(): Clock {
  let slept = 0
  return { now: () => slept, sleep: async (milliseconds) => void (slept += milliseconds) }
}

type Asked = [method: string, path: string, body?: unknown, headers?: Record<string, string>]

/** A server in this process, on a real store in a folder of its own; requests need no socket. */
export async function testServer({
  work = false,
  flow,
  env = {},
  oidc = null,
  mail = null,
  config,
  environment,
  databaseUrl,
  dataFolder,
  webFolder,
  changes,
  clock = clockWithoutWaiting(),
}: {
  work?: boolean
  flow?: string
  env?: Record<string, string>
  oidc?: OidcSettings | null
  mail?: MailSettings | null
  config?: ServerConfig
  environment?: Environment
  /** Of PostgreSQL; SQLite when left out. */
  databaseUrl?: string
  /** One that is there already, instead of a new one that goes with the server. */
  dataFolder?: string
  /** With the page; one that was not built when left out. */
  webFolder?: string
  /** Where changes come from; as the configuration says when left out. */
  changes?: AppHost['changes']
  /** By which answers are held back; left out: nobody is kept waiting. */
  clock?: Clock
} = {}) {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(await tempFolder())
  const lines: string[] = []
  const log = createLog({ write: (line) => void lines.push(line) })
  const ownFolder = dataFolder ?? folder.path('.proofloop')
  if (dataFolder === undefined && databaseUrl === undefined) await makeMigratedFolder(ownFolder)
  let passed = 0
  const host = await openHost(stack, {
    now: () => Date.now() + passed,
    dataFolder: ownFolder,
    databaseUrl,
    cwd: folder.folder,
    env,
    flow,
    config,
    environment,
    url: origin,
    oidc,
    mail,
    log,
    version: '0.0.0',
  })
  const { store, accounts } = host
  // One document in ten is shown in random order otherwise, whichever the installation's key draws.
  await writeReviewSettings(store, { randomShare: 0 })
  const first = await ensureFirstPerson({ accounts, store })
  const links = createSignInLinks()
  const appHost: AppHost = {
    ...host,
    ...(changes !== undefined && { changes }),
    clock,
    links,
    log,
    version: '0.0.0',
    loopback: true,
    publicUrl: null,
    webFolder: webFolder ?? folder.path('web'),
    hindrance: async () => null,
  }
  const app = createApp(appHost)
  const fromAddress = { incoming: { socket: { remoteAddress: nextAddress() } } }
  if (work) {
    const { capacity, retention } = environment ?? {}
    await startWork(host, { concurrency: capacity?.reviews, retention })
    await workOnEvaluations(host, { concurrency: capacity?.evaluations })
    await workOnTestEvaluations(host)
    stack.use(await workOnGates(host))
    await workOnMail(host)
    await workOnNotifications({ ...host, url: origin })
    await workOnDoctor(host.jobs)
  }
  const cookieOf = async (person: string): Promise<string> => {
    const cookies = (await accounts.signIn(person)).getSetCookie()
    return cookies.map((cookie) => cookie.split(';')[0]).join('; ')
  }
  /** Somebody's way to ask: JSON or a form in, response out. */
  const asking =
    (credentials: object) =>
    async (...[method, path, body, more = {}]: Asked) => {
      const headers = {
        host: 'localhost:4310',
        ...credentials,
        ...more,
        ...(body !== undefined &&
          !(body instanceof FormData) && { 'content-type': 'application/json' }),
      }
      const content = body instanceof FormData ? body : JSON.stringify(body)
      return app.request(`${origin}${path}`, { method, headers, body: content }, fromAddress)
    }
  const as = (cookie: string | null) => asking({ origin, ...(cookie !== null && { cookie }) })
  const cookie = await cookieOf(first.id)
  return {
    app,
    appHost,
    host,
    dataFolder: ownFolder,
    store,
    accounts,
    links,
    lines,
    first,
    as,
    nobody: as(null),
    cookie,
    solo: as(cookie),
    withKey: (secret: string) => asking({ authorization: `Bearer ${secret}` }),
    /** Waits until `check` says yes. */
    until,
    /** Has it be so late for the server, unless it is later already. */
    setClock(time: number) {
      passed = Math.max(passed, time - Date.now())
    },
    async person(name: string, roles: Role[]) {
      const { id } = await accounts.create({ name, email: `${name}@example.org`, roles })
      const own = await cookieOf(id)
      return { id, cookie: own, ask: as(own) }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

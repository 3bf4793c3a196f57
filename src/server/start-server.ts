import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { record } from '../access/audit.ts'
import { ensureFirstPerson, isSolo } from '../access/membership.ts'
import { createSignInLinks, type SignInLinks } from '../access/sign-in-links.ts'
import { server } from '../change/record-once.ts'
import { workOnNotifications } from '../change/notify/send-notification.ts'
import { ownOwnerless } from '../dataset/dataset-owner.ts'
import { workOnDoctor } from '../environment/doctor-queue.ts'
import { UserFacingError } from '../lib/errors.ts'
import { workOnGates } from '../gate/work-on-gates.ts'
import { workOnTestEvaluations } from '../gate/measure-references.ts'
import { workOnEvaluations } from '../evaluation/start-evaluation.ts'
import { startWork } from '../review/background-work.ts'
import type { ChangeHost, ChangeSource } from '../change/change-host.ts'
import { createGitHubWebhook, type GitHubWebhook } from '../change/forge/github/github-webhook.ts'
import { wakeForge, wakeReference, workOnChanges } from '../change/work-on-changes.ts'
import { type AppHost, createApp } from './app.ts'
import { askItself } from './ask-itself.ts'
import { examineServer } from './examine-server.ts'
import { listen } from './listen.ts'
import type { Log } from './log.ts'
import { openHost, type Host, type HostOptions } from './open-host.ts'
import { isLoopback } from './request-origin.ts'
import { addSampleDocument } from './sample-document.ts'
import { workOnMail } from './work-on-mail.ts'
import type { Store } from '../store/store.ts'

export type ServerOptions = Omit<HostOptions, 'url'> & {
  host: string
  port: number
  /** `api` answers requests, `worker` runs jobs; both need PostgreSQL, where several share the work. */
  role: 'all' | 'api' | 'worker'
  /** Where browsers reach the server, when that is not `host` and `port`. */
  publicUrl?: string
  /** Whose account is made first where people sign in at a provider. */
  adminEmail?: string
}

export type RunningServer = {
  /** Null for a worker. */
  url: string | null
  /** Signs the machine's person in once; null when people have accounts. */
  signInLink: string | null
  /** Answers what is under way, lets jobs end or returns them, then frees everything. */
} & AsyncDisposable

const webFolder = path.resolve(fileURLToPath(new URL('../../dist/web', import.meta.url)))

/**
 * @throws UserFacingError address-not-free, accounts-missing, role-needs-postgres, and those of store,
 * flow and blobs
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  await using stack = new AsyncDisposableStack()
  requirePostgres(options)
  const url = options.publicUrl ?? `http://${bracketed(options.host)}:${options.port}`
  const host = await openHost(stack, { ...options, url })
  if (options.role !== 'api') {
    const { capacity, retention } = options.environment ?? {}
    await startWork(host, { concurrency: capacity?.reviews, retention })
    await workOnEvaluations(host, { concurrency: capacity?.evaluations })
    await workOnTestEvaluations(host)
    stack.use(await workOnGates(host))
    await workOnMail(host)
    await workOnNotifications({ ...host, url: host.mail?.url ?? url })
    await workOnDoctor(host.jobs)
    if (host.changes !== null) await workOnChanges(withChanges(host, host.changes, options))
  }
  const served = options.role === 'worker' ? null : await serveApp(stack, host, options)
  const all = stack.move()
  return {
    url: served?.url ?? null,
    signInLink: served?.signInLink ?? null,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** The host of changes, with a doctor for the environment that gates ask. */
function withChanges(host: Host, changes: ChangeSource, options: ServerOptions): ChangeHost {
  const { environment: env } = host.gate
  const { publicUrl } = options
  const linked = { ...changes, ...(publicUrl !== undefined && { publicUrl }) }
  if (env === null) return { ...host, changes: linked }
  const asked = askItself(createApp, appHostOf(host, createSignInLinks(), options))
  const examined = { ...host, log: options.log }
  const examine = (signal: AbortSignal) => examineServer(examined, asked, { env, signal })
  return { ...host, changes: { ...linked, examine } }
}

function appHostOf(host: Host, links: SignInLinks, options: ServerOptions): AppHost {
  const { log, publicUrl = null, version } = options
  const loopback = isLoopback(options.host)
  const hindrance = (): Promise<string | null> => hindranceOf(host, log)
  const webhook = webhookOf(host)
  return { ...host, links, webhook, log, loopback, publicUrl, version, webFolder, hindrance }
}

/** What GitHub says has changes looked at: nothing else of it is believed. */
function webhookOf({ changes, env, store, jobs }: Host): GitHubWebhook | null {
  if (changes === null) return null
  const host = { store, jobs, changes }
  return createGitHubWebhook({
    settings: changes.settings,
    env,
    async wake({ all, references }) {
      if (all) await wakeForge(host)
      for (const reference of references) await wakeReference(host, reference)
    },
  })
}

async function serveApp(stack: AsyncDisposableStack, host: Host, options: ServerOptions) {
  const { publicUrl = null } = options
  const loopback = isLoopback(options.host)
  if (!loopback) await requireAccounts(host, options)
  const links = createSignInLinks()
  const app = createApp(appHostOf(host, links, options))
  const { port, close } = await listen(app, options)
  stack.defer(async () => {
    host.stopping.abort(isStopping())
    await close()
  })
  const url = publicUrl ?? `http://${bracketed(options.host)}:${port}`
  return { url, signInLink: loopback ? await welcome(host, links, url) : null }
}

function isStopping(): UserFacingError {
  return new UserFacingError(
    'server-stopping',
    'The server stops. Ask again when it has started anew.',
  )
}

/** Makes the person of a local installation; a link when they could not sign in otherwise. */
async function welcome(host: Host, links: SignInLinks, url: string): Promise<string | null> {
  const { accounts, store } = host
  const person = await ensureFirstPerson({ accounts, store })
  const solo = await isSolo(store)
  if (solo) {
    await giveOwner(store, person.id)
    await addSampleDocument(host, person)
  }
  if (!solo && (await accounts.hasPassword(person.id))) return null
  return `${url}/sign-in/link?token=${links.create(person.id)}`
}

/** Of what the command line added before they were there. */
async function giveOwner(store: Store, owner: string): Promise<void> {
  await ownOwnerless(store, { owner, by: server.id }, (subject) =>
    record(store, server, {
      action: 'dataset-changed',
      subject,
      details: { mode: 'hand-on', owner },
    }),
  )
}

/** Others reach the server: somebody must be able to sign in with a password or at a provider. */
async function requireAccounts(host: Host, { oidc, adminEmail }: ServerOptions): Promise<void> {
  const { store } = host
  if (oidc !== null && adminEmail !== undefined) await ensureFirstPerson(host, adminEmail)
  const people = await store.people.list()
  if (people.length > 0 && (oidc !== null || !(await isSolo(store)))) return
  throw new UserFacingError(
    'accounts-missing',
    'Others would reach the server, and nobody has an account yet. Start it with --host 127.0.0.1, invite people under Settings, then start it again; or set PROOFLOOP_OIDC_ISSUER and PROOFLOOP_ADMIN_EMAIL.',
  )
}

function requirePostgres({ role, databaseUrl = '' }: ServerOptions): void {
  if (role === 'all' || databaseUrl !== '') return
  throw new UserFacingError(
    'role-needs-postgres',
    `With --role ${role} several processes share one database: set DATABASE_URL to postgres://….`,
  )
}

async function hindranceOf({ store }: Host, log: Log): Promise<string | null> {
  try {
    await store.settings.get('split-key')
    return null
  } catch (error) {
    if (error instanceof UserFacingError) return error.code
    log.error('server-not-ready', error)
    return 'internal'
  }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

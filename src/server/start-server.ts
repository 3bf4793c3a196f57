import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import { createAccounts } from '../access/accounts.ts'
import type { OidcSettings } from '../access/auth-options.ts'
import { ensureFirstPerson, isSolo } from '../access/membership.ts'
import { createSignInLinks } from '../access/sign-in-links.ts'
import { UserFacingError } from '../lib/errors.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { createApp } from './app.ts'
import type { Log } from './log.ts'
import { createMetrics } from './metrics.ts'
import { isLoopback } from './request-origin.ts'

export type ServerOptions = {
  host: string
  port: number
  dataFolder: string
  /** `postgres://…`; undefined for SQLite in the data folder. */
  databaseUrl?: string
  /** Where browsers reach the server, when that is not `host` and `port`. */
  publicUrl?: string
  oidc?: OidcSettings | null
  version: string
  log: Log
}

export type RunningServer = {
  url: string
  /** Signs the machine's person in once; null when people have accounts. */
  signInLink: string | null
  /** Answers what is under way, then frees everything. */
} & AsyncDisposable

const webFolder = fileURLToPath(new URL('../../dist/web', import.meta.url))

/**
 * @throws UserFacingError address-in-use, accounts-missing, and those of the store
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  await using stack = new AsyncDisposableStack()
  const { log, publicUrl = null, oidc = null } = options
  const loopback = isLoopback(options.host)
  const store = stack.use(await openStore(options))
  const url = publicUrl ?? `http://${bracketed(options.host)}:${options.port}`
  const accounts = await createAccounts({ store, url, oidc })
  if (!loopback) await requireAccounts(store, oidc)
  const links = createSignInLinks()
  const metrics = stack.use(createMetrics())
  const app = await createApp({
    store,
    accounts,
    links,
    log,
    metrics,
    loopback,
    publicUrl,
    version: options.version,
    webFolder: path.resolve(webFolder),
    hindrance: () => hindranceOf(store),
  })
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false })
  const port = await listen(server, options)
  stack.defer(() => close(server))
  const address = publicUrl ?? `http://${bracketed(options.host)}:${port}`
  const person = loopback ? await ensureFirstPerson({ accounts, store }) : null
  const token = person !== null && (await needsLink(person.id)) ? links.create(person.id) : null
  const all = stack.move()
  return {
    url: address,
    signInLink: token === null ? null : `${address}/sign-in/link?token=${token}`,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }

  /** Also when others have come: without a password the first person would be locked out. */
  async function needsLink(id: string): Promise<boolean> {
    return (await isSolo(store)) || !(await accounts.hasPassword(id))
  }
}

/** Others reach the server: somebody must be able to sign in with a password or at a provider. */
async function requireAccounts(store: Store, oidc: OidcSettings | null): Promise<void> {
  if (oidc !== null || (!(await isSolo(store)) && (await store.people.list()).length > 0)) return
  throw new UserFacingError(
    'accounts-missing',
    'Others would reach the server, and nobody has an account yet. Start it with --host 127.0.0.1, invite people under Settings, then start it again; or set PROOFLOOP_OIDC_ISSUER.',
  )
}

async function hindranceOf(store: Store): Promise<string | null> {
  try {
    await store.settings.get('session-secret')
    return null
  } catch (error) {
    return error instanceof UserFacingError ? error.code : 'internal'
  }
}

function listen(server: ServerType, { host, port }: ServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const sentence = `The server cannot listen on ${host}:${port} (${error.code ?? error.message}). Is another one running? Choose another --port.`
      reject(new UserFacingError('address-not-free', sentence, { cause: error }))
    })
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

/** Streams are ended by those that feed them; what does not end in time is cut off. */
const longestGoodbye = 10_000

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    if (!('closeIdleConnections' in server)) return
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), longestGoodbye).unref()
  })
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

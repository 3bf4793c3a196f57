import { createAccounts } from '../../src/access/accounts.ts'
import { ensureFirstPerson } from '../../src/access/membership.ts'
import { createSignInLinks } from '../../src/access/sign-in-links.ts'
import type { Role } from '../../src/schema/access.ts'
import { createApp } from '../../src/server/app.ts'
import { createLog } from '../../src/server/log.ts'
import { createMetrics } from '../../src/server/metrics.ts'
import { openStore } from '../../src/store/open-store.ts'
import { tempFolder } from './temp-folder.ts'

const origin = 'http://localhost:4310'

/** A server in this process, on a real store in a folder of its own; requests need no socket. */
export async function testServer() {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(await tempFolder())
  const store = stack.use(await openStore({ dataFolder: folder.path('.proofloop') }))
  const accounts = await createAccounts({ store, url: origin })
  const first = await ensureFirstPerson({ accounts, store })
  const links = createSignInLinks()
  const metrics = stack.use(createMetrics())
  const lines: string[] = []
  const log = createLog({ write: (line) => void lines.push(line) })
  const app = await createApp({
    store,
    accounts,
    links,
    log,
    metrics,
    version: '0.0.0',
    loopback: true,
    publicUrl: null,
    webFolder: folder.path('web'),
    hindrance: async () => null,
  })
  const cookieOf = async (person: string): Promise<string> => {
    const cookies = (await accounts.signIn(person)).getSetCookie()
    return cookies.map((cookie) => cookie.split(';')[0]).join('; ')
  }
  /** Somebody's way to ask: JSON in, response out. */
  const as = (cookie: string | null) => (method: string, path: string, body?: unknown) =>
    app.request(`${origin}${path}`, {
      method,
      headers: {
        host: 'localhost:4310',
        origin,
        ...(cookie !== null && { cookie }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
  return {
    app,
    store,
    accounts,
    links,
    lines,
    first,
    as,
    nobody: as(null),
    solo: as(await cookieOf(first.id)),
    async person(name: string, roles: Role[]) {
      const { id } = await accounts.create({ name, email: `${name}@example.org`, roles })
      return { id, ask: as(await cookieOf(id)) }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

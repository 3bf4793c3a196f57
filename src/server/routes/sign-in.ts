import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import { z } from 'zod'
import { clientAddressHeader } from '../../access/auth-options.ts'
import type { Accounts } from '../../access/accounts.ts'
import { record } from '../../access/audit.ts'
import { createFailedSignIns } from '../../access/failed-sign-ins.ts'
import type { SignInLinks } from '../../access/sign-in-links.ts'
import type { SignInWays } from '../../schema/api/sign-in-ways.ts'
import type { Store } from '../../store/store.ts'
import { limitBody } from '../limit-body.ts'
import type { App, Env } from '../request-context.ts'
import { usedLinkPage } from '../used-link-page.ts'

/** What of better-auth can be reached; the rest of it is not for us. */
const addresses = [
  ['POST', '/api/auth/sign-in/email'],
  ['POST', '/api/auth/sign-in/social'],
  ['POST', '/api/auth/sign-out'],
  ['POST', '/api/auth/reset-password'],
  ['POST', '/api/auth/change-password'],
  ['GET', '/api/auth/callback/oidc'],
] as const

/** Names and passwords are short. */
const bodyBytes = 16 * 2 ** 10

type SignInHost = {
  accounts: Accounts
  links: SignInLinks
  signInWays: SignInWays
  store: Store
}

/** Signing in and out, open to everybody. */
export function addSignIn(app: App, host: SignInHost): void {
  const handle = createHandler(host)
  for (const [method, path] of addresses) {
    app.on(method, path, limitBody(bodyBytes), (c) => {
      c.set('route', path)
      return handle(path, withClientAddress(c))
    })
  }
  app.get('/api/auth/ways', (c) => {
    c.set('route', '/api/auth/ways')
    return c.json(host.signInWays)
  })
  app.get('/sign-in/link', async (c) => {
    c.set('route', '/sign-in/link')
    const cookies = await signInByLink(host, c.req.query('token') ?? '', c.req.raw.headers)
    c.header('cache-control', 'no-store')
    if (cookies === null) return c.html(usedLinkPage, 403)
    for (const cookie of cookies) c.header('set-cookie', cookie, { append: true })
    return c.redirect('/', 303)
  })
}

/** Null for a link that was used; one that the store did not let in may be used again. */
async function signInByLink({ accounts, links }: SignInHost, token: string, request: Headers) {
  const person = links.use(token)
  if (person === null) return null
  try {
    return (await accounts.signIn(person, request)).getSetCookie()
  } catch (error) {
    links.giveBack(token, person)
    throw error
  }
}

/** Better-auth's answers, with entries in the audit log where it has no place for them itself. */
function createHandler({ accounts, store }: SignInHost) {
  const failed = createFailedSignIns(store)
  return async (path: string, request: Request): Promise<Response> => {
    const copy = path === '/api/auth/sign-in/email' ? request.clone() : null
    const changer =
      path === '/api/auth/change-password' ? await accounts.identify(request.headers) : null
    const response = await accounts.handle(request)
    if (response.status >= 500) await blameStore(store)
    if (copy !== null && response.status === 401) await failed.tell(await emailOf(copy))
    const vain = path === '/api/auth/callback/oidc' ? errorIn(response, request.url) : null
    if (vain !== null) await failed.tellOfProvider(vain)
    if (changer !== null && response.ok) {
      const { id } = changer.person
      await record(store, { id }, { action: 'password-changed', subject: id })
    }
    return response
  }
}

/** Whoever comes back from a provider in vain is sent to the page that tells why. */
function errorIn({ headers }: Response, base: string): string | null {
  return URL.parse(headers.get('location') ?? '', base)?.searchParams.get('error') ?? null
}

/** Better-auth does not tell why it failed. @throws UserFacingError when it is the store that does */
async function blameStore({ people }: Pick<Store, 'people'>): Promise<void> {
  await people.list()
}

const Credentials = z.object({ email: z.string() })

/** Better-auth has read the same body, so there is an address in it. */
async function emailOf(request: Request): Promise<string> {
  const isJson = request.headers.get('content-type')?.startsWith('application/json') === true
  const body = isJson ? await request.json() : Object.fromEntries(await request.formData())
  return Credentials.parse(body).email
}

/** From the socket: a header that the client sends would let everybody choose their rate limit. */
function withClientAddress(c: Context<Env>): Request {
  const headers = new Headers(c.req.raw.headers)
  const address = c.env?.incoming === undefined ? undefined : getConnInfo(c).remote.address
  headers.set(clientAddressHeader, address ?? '127.0.0.1')
  // Over a socket the request is a light one of the server's, which `Request` does not copy.
  const { url, method, body } = c.req.raw
  return new Request(url, { method, headers, body, ...(body !== null && { duplex: 'half' }) })
}

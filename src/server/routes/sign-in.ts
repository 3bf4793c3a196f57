import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import { clientAddressHeader } from '../../access/auth-options.ts'
import type { Accounts } from '../../access/accounts.ts'
import type { SignInLinks } from '../../access/sign-in-links.ts'
import type { App, Env } from '../request-context.ts'

/** What of better-auth can be reached; the rest of it is not for us. */
const addresses = [
  ['POST', '/api/auth/sign-in/email'],
  ['POST', '/api/auth/sign-in/oauth2'],
  ['POST', '/api/auth/sign-out'],
  ['POST', '/api/auth/reset-password'],
  ['POST', '/api/auth/change-password'],
  ['GET', '/api/auth/oauth2/callback/oidc'],
] as const

/** Signing in and out, open to everybody. */
export function addSignIn(app: App, host: { accounts: Accounts; links: SignInLinks }): void {
  for (const [method, path] of addresses) {
    app.on(method, path, (c) => {
      c.set('route', path)
      return host.accounts.handle(withClientAddress(c))
    })
  }
  app.get('/sign-in/link', async (c) => {
    c.set('route', '/sign-in/link')
    const person = host.links.use(c.req.query('token') ?? '')
    if (person === null) return c.text(usedLink, 403)
    const cookies = (await host.accounts.signIn(person)).getSetCookie()
    for (const cookie of cookies) c.header('set-cookie', cookie, { append: true })
    c.header('cache-control', 'no-store')
    return c.redirect('/', 303)
  })
}

const usedLink =
  'This link was used, or the server has started anew since. Start Proofloop again for a new one.'

/** From the socket: a header that the client sends would let everybody choose their rate limit. */
function withClientAddress(c: Context<Env>): Request {
  const headers = new Headers(c.req.raw.headers)
  const address = c.env?.incoming === undefined ? undefined : getConnInfo(c).remote.address
  headers.set(clientAddressHeader, address ?? '127.0.0.1')
  return new Request(c.req.raw, { headers })
}

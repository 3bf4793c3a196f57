import { genericOAuth } from 'better-auth/plugins'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import { accountNames } from '../store/account-tables.ts'
import type { Store } from '../store/store.ts'
import { record } from './audit.ts'
import { signInEndpoint } from './sign-in-endpoint.ts'

/** An identity provider that speaks OpenID Connect. */
export type OidcSettings = {
  issuer: string
  clientId: string
  clientSecret: string
  /** What people call it: `Sign in with …`. */
  name: string
}

export type AuthSettings = {
  /** Signs cookies. */
  secret: string
  /** Where browsers reach the server. */
  url: string
  oidc: OidcSettings | null
}

/** The header in which the server tells better-auth who is at the other end of the socket. */
export const clientAddressHeader = 'x-proofloop-client-address'

const day = 24 * 60 * 60

/**
 * Accounts are made by invitation only. Rate limits of sign-ins count by the address of the socket.
 */
export function authOptions(store: Pick<Store, 'accountTables' | 'audit'>, settings: AuthSettings) {
  const { user, session, account, verification } = accountNames
  return {
    secret: settings.secret,
    baseURL: settings.url,
    basePath: '/api/auth',
    trustedOrigins: (request?: Request) =>
      request === undefined ? [] : [new URL(request.url).origin],
    database: store.accountTables,
    telemetry: { enabled: false },
    logger: { disabled: true },
    user: { ...user, additionalFields: { roles: { type: 'string' as const, input: false } } },
    session: { ...session, expiresIn: 30 * day, updateAge: day },
    account: {
      ...account,
      accountLinking: { enabled: true, trustedProviders: ['oidc'] },
    },
    // A link in a mail is not to be had from the database.
    verification: { ...verification, storeIdentifier: 'hashed' as const },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 10,
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: ({ user: { id } }: { user: { id: string } }) =>
        record(store, { id }, { action: 'password-changed', subject: id }),
    },
    databaseHooks: {
      account: { create: { before: withoutTokens }, update: { before: withoutTokens } },
      // Whoever signs in, by whatever way, gets the cookie after the entry is there.
      session: {
        create: {
          after: ({ id, userId }: { id: string; userId: string }) =>
            record(store, { id: userId }, { action: 'signed-in', subject: id }),
        },
      },
    },
    // The page tells what `?error=` of a sign-in at a provider means.
    onAPIError: { errorURL: `${settings.url}/sign-in` },
    rateLimit: { enabled: true },
    advanced: {
      useSecureCookies: settings.url.startsWith('https://'),
      cookiePrefix: 'proofloop',
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
      database: { generateId: () => timeOrderedId() },
    },
    plugins: [signInEndpoint(), ...oidcPlugins(settings.oidc)],
  }
}

type Tokens = { accessToken?: unknown; refreshToken?: unknown; idToken?: unknown }

/** What a provider gives at a sign-in is of no use after it; what is not kept cannot be read. */
async function withoutTokens(account: Tokens) {
  return { data: { ...account, accessToken: null, refreshToken: null, idToken: null } }
}

function oidcPlugins(oidc: OidcSettings | null) {
  if (oidc === null) return []
  const { issuer, clientId, clientSecret } = oidc
  const discoveryUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  return [
    genericOAuth({
      config: [
        {
          providerId: 'oidc',
          discoveryUrl,
          clientId,
          clientSecret,
          scopes: ['openid', 'profile', 'email'],
          pkce: true,
          disableSignUp: true,
        },
      ],
    }),
  ]
}

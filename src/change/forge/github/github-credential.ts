import { createHmac, createPrivateKey, sign, type KeyObject } from 'node:crypto'
import { UserFacingError } from '../../../lib/errors.ts'
import type { GitHubForgeSettings } from '../../../schema/change-settings.ts'

/** What requests are signed with. `renew` says whether another one may be had. */
export type GitHubCredential = {
  kind: 'app' | 'token'
  token: () => Promise<string>
  renew(): boolean
  /** What only who has the same key or token can write. */
  sign(text: string): string
}

type IssuedToken = {
  token: string
  /** UTC epoch milliseconds. */
  expiresAt: number
}

type Options = {
  settings: Pick<GitHubForgeSettings, 'app' | 'tokenEnv'>
  env: Record<string, string | undefined>
  now: () => number
  /** Trades what proves that we are the App for a token of its installation. */
  issue: (jwt: string) => Promise<IssuedToken>
}

const minute = 60_000

/**
 * A token from the environment, or one that an App is issued for an hour at a time.
 * @throws UserFacingError forge-credentials
 */
export function createCredential({ settings, env, now, issue }: Options): GitHubCredential {
  const { app, tokenEnv } = settings
  if (app === undefined) {
    if (tokenEnv === undefined) {
      throw credentials('GitHub needs changes.forge.tokenEnv, or changes.forge.app.')
    }
    const token = valueOf(env, tokenEnv)
    return { kind: 'token', token: async () => token, renew: () => false, sign: signer(token) }
  }
  const key = keyOf(env, app.privateKeyEnv)
  let issued: Promise<IssuedToken> | null = null
  const ask = (): Promise<IssuedToken> => {
    const asked = issue(appToken({ id: app.id, key, now: now() }))
    issued = asked
    asked.catch(() => {
      if (issued === asked) issued = null
    })
    return asked
  }
  return {
    kind: 'app',
    async token() {
      const asked = issued ?? ask()
      const last = await asked
      if (last.expiresAt - now() > 5 * minute) return last.token
      // Of those who notice at the same time one asks.
      const next = issued === asked || issued === null ? ask() : issued
      return (await next).token
    },
    renew() {
      issued = null
      return true
    },
    sign: signer(valueOf(env, app.privateKeyEnv)),
  }
}

/** A JSON Web Token by which GitHub knows an App: RS256, for less than the ten minutes that it takes at most. */
function appToken({ id, key, now }: { id: string; key: KeyObject; now: number }): string {
  const seconds = Math.floor(now / 1000)
  // Clocks differ: GitHub refuses what was issued later than now.
  const claims = { iat: seconds - 60, exp: seconds + 8 * 60, iss: id }
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`
}

function signer(secret: string): (text: string) => string {
  return (text) => createHmac('sha256', `proofloop ${secret}`).update(text).digest('base64url')
}

function keyOf(env: Options['env'], name: string): KeyObject {
  // Some places where variables are set have no line ends.
  const text = valueOf(env, name).replaceAll(String.raw`\n`, '\n')
  let key: KeyObject | null = null
  try {
    key = createPrivateKey(text)
  } catch {
    // What the key's reader says may quote it.
  }
  if (key?.asymmetricKeyType === 'rsa') return key
  throw credentials(`The variable ${name} holds no RSA private key as GitHub gives it (PEM).`)
}

function valueOf(env: Options['env'], name: string): string {
  const value = env[name]?.trim()
  if (value !== undefined && value !== '') return value
  throw credentials(`The variable ${name}, which changes.forge names, is not set.`)
}

function credentials(sentence: string): UserFacingError {
  return new UserFacingError('forge-credentials', sentence)
}

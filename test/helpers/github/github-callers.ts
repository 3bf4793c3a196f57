import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Caller } from './github-routes.ts'

export const appId = 4711
export const installation = 815
const appLogin = 'proofloop[bot]'

/** One key for all tests: making one takes a while. */
const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
})
export const appKey = keys.privateKey

/** Who may call: somebody with a token, and an App, by tokens that it is issued. */
export function createCallers(now: () => number) {
  const callers = new Map<string, { caller: Caller; until: number }>()
  let count = 0
  const personal = 'ghp_personalAccessToken4711'
  callers.set(personal, { caller: { kind: 'token', login: 'proofloop-bot' }, until: Infinity })
  return {
    personal,
    /** Every token that there was, to be looked for where none may be. */
    secrets: (): string[] => [...callers.keys()],
    issue(): { token: string; expiresAt: string } {
      const token = `ghs_issued${(count += 1)}x${Math.random().toString(36).slice(2)}`
      const until = now() + 3_600_000
      callers.set(token, { caller: { kind: 'app', app: appId, login: appLogin }, until })
      return { token, expiresAt: new Date(until).toISOString() }
    },
    issued: () => count,
    /** Null: GitHub answers 401. */
    of(request: IncomingMessage): Caller | null {
      const known = callers.get(tokenIn(request))
      return known === undefined || known.until <= now() ? null : known.caller
    },
    /** As somebody does who takes a token back. */
    revoke: () => callers.forEach((known) => (known.until = 0)),
    isApp: (request: IncomingMessage): boolean => isOurJwt(tokenIn(request), now()),
  }
}

/** Of the API, and of git, which sends a name with it. */
function tokenIn({ headers }: IncomingMessage): string {
  const [scheme = '', value = ''] = (headers.authorization ?? '').split(' ')
  if (scheme !== 'Basic') return value
  return Buffer.from(value, 'base64').toString().split(':')[1] ?? ''
}

function isOurJwt(token: string, now: number): boolean {
  const [head = '', claims = '', signature = ''] = token.split('.')
  const signed = Buffer.from(`${head}.${claims}`)
  const key = createPublicKey(keys.publicKey)
  if (!verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))) return false
  const { iat, exp, iss } = JSON.parse(Buffer.from(claims, 'base64url').toString())
  const seconds = now / 1000
  // GitHub refuses what is issued in the future or lives longer than ten minutes.
  return String(iss) === String(appId) && iat <= seconds && exp > seconds && exp - iat <= 600
}

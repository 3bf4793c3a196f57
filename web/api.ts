import { createORPCClient, ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import { contract as addresses } from 'virtual:contract'
import type { Split } from '../src/schema/access.ts'
import type { SignInWays } from '../src/schema/api/sign-in-ways.ts'
import type { contract } from '../src/schema/api/contract.ts'
import { createConnection } from './connection.ts'

export const connection = createConnection()

/** No answer to what was to change something: it may have been done. */
class Unanswered extends TypeError {}

/** The only caller of `fetch`. */
async function send(request: Request | string, init?: RequestInit): Promise<Response> {
  try {
    const response = await fetch(request, init)
    connection.report(![502, 503, 504].includes(response.status))
    return response
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'AbortError')) connection.report(false)
    if (error instanceof TypeError && isWrite(request, init)) {
      throw new Unanswered(error.message, { cause: error })
    }
    throw error
  }
}

function isWrite(request: Request | string, init?: RequestInit): boolean {
  const method = init?.method ?? (request instanceof Request ? request.method : 'GET')
  return method !== 'GET'
}

const link = new OpenAPILink(addresses, {
  url: `${window.location.origin}/api`,
  fetch: (request, init) => send(request, init),
})

export const client: ContractRouterClient<typeof contract> = createORPCClient(link)

/** Query and mutation options for each procedure. */
export const api = createTanstackQueryUtils(client)

/** @returns null when it worked, otherwise a sentence for the person */
export async function signIn(email: string, password: string): Promise<string | null> {
  const response = await post('/api/auth/sign-in/email', { email, password })
  if (response.ok) return null
  if (response.status === 429) return 'Too many attempts. Wait a minute, then try again.'
  if (response.status >= 500) return 'The server could not sign you in. Try again in a moment.'
  return 'This email and password do not fit together.'
}

export async function signInWays(): Promise<SignInWays> {
  const response = await send('/api/auth/ways')
  if (!response.ok) throw new TypeError('The ways to sign in cannot be read.')
  return (await response.json()) as SignInWays
}

/** @returns the provider's address, to go to */
export async function signInAtProvider(): Promise<string> {
  const { pathname } = window.location
  const callbackURL = pathname === '/sign-in' ? '/' : pathname
  const response = await post('/api/auth/sign-in/social', { provider: 'oidc', callbackURL })
  if (!response.ok) throw new TypeError('The provider cannot be reached.')
  return ((await response.json()) as { url: string }).url
}

/** @returns null when it worked, otherwise a sentence for the person */
export async function setPassword(token: string, newPassword: string): Promise<string | null> {
  const response = await post('/api/auth/reset-password', { token, newPassword })
  if (response.ok) return null
  return 'This link was used or is too old. Ask for a new one where you got it.'
}

export async function signOut(): Promise<void> {
  await post('/api/auth/sign-out', {})
}

function post(address: string, body: object): Promise<Response> {
  return send(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

/** Where a file is read or saved from by the browser itself. */
export const addressOf = {
  file: (sha256: string) => `/api/documents/${sha256}/file`,
  export: (review: string, format: 'pdf' | 'csv' | 'json') =>
    `/api/reviews/${encodeURIComponent(review)}/export/${format}`,
  auditLog: '/api/audit/export',
  patch: (version: string) => `/api/flow/drafts/${encodeURIComponent(version)}/patch`,
}

type ExportedFile = { blob: Blob; name: string; sha256: string | null }

/** A version, or one split of it, as the file that the server makes, with the checksum that it tells. */
export async function exportDataset(wanted: {
  dataset: string
  version: string
  split: Split | null
}): Promise<ExportedFile> {
  const { dataset, version, split } = wanted
  const query = split === null ? '' : `?split=${split}`
  const address = `/api/datasets/${dataset}/versions/${version}/export${query}`
  const response = await send(address)
  if (!response.ok) throw await refusalOf(response)
  const sha256 = digestIn(response.headers)
  const name = `${dataset}${split === null ? '' : `-${split}`}.jsonl`
  return { blob: await response.blob(), name, sha256 }
}

/** What the server says; what stands before it may say something else than JSON. */
async function refusalOf(response: Response): Promise<ORPCError<string, unknown>> {
  const message = `The export was refused with status ${response.status}.`
  const told = toldIn(await response.text()) ?? { code: 'EXPORT_FAILED', message }
  return new ORPCError(told.code, { status: response.status, message: told.message })
}

/** Null where it is not this server that says it. */
function toldIn(text: string): { code: string; message: string } | null {
  try {
    const { code, message } = Object(JSON.parse(text)) as Record<string, unknown>
    return typeof code === 'string' && typeof message === 'string' ? { code, message } : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** SHA-256 in hex; null where the answer has none, as behind a proxy that drops it. */
function digestIn(headers: Headers): string | null {
  const digest = /sha-256=:(?<base64>[^:]+):/u.exec(headers.get('repr-digest') ?? '')
  const base64 = digest?.groups?.['base64']
  if (base64 === undefined) return null
  const bytes = Array.from(atob(base64), (one) => one.charCodeAt(0))
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** True when trying the same again may work: nothing was refused, the server was not there. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof ORPCError) return [429, 502, 503, 504].includes(error.status)
  return error instanceof TypeError
}

/** A stable code of the server that says what went wrong; null where it is none of its errors. */
export function codeOf(error: unknown): string | null {
  return error instanceof ORPCError ? error.code : null
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ORPCError && error.status === 401
}

/** What may be opened today is used up: nothing is broken. */
export function isTextsLimit(error: unknown): boolean {
  return error instanceof ORPCError && error.code === 'texts-limit'
}

/** Nothing says which dataset the gate measures on: it is not set up yet, and nothing is broken. */
export function isGateUnset(error: unknown): boolean {
  return error instanceof ORPCError && error.code === 'gate-dataset'
}

/** What is wrong with which field; null for other errors. */
function fieldsInWords(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('issues' in data)) return null
  const issues = data.issues as { path: PropertyKey[]; message: string }[]
  return `${issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('. ')}.`
}

/** What went wrong, as a sentence for people. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ORPCError) return fieldsInWords(error.data) ?? error.message
  if (error instanceof Unanswered) {
    return 'The server does not answer: this was not done, or you were not told. Look, then try again.'
  }
  if (error instanceof TypeError) return 'The server does not answer. It may be restarting.'
  return 'The page met an error that it did not expect. Load it again.'
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof ORPCError && error.code === code
}

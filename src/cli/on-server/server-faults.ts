import { ORPCError } from '@orpc/client'
import { ValidationError } from '@orpc/contract'
import { z } from 'zod'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { Permission } from '../../schema/access.ts'

/** What is done at a server, and what a key must be allowed for it. */
export type Needs = { to: string; permissions: readonly Permission[] }

export const reviewing: Needs = {
  to: 'To review files',
  permissions: ['documents:read', 'documents:upload', 'reviews:read', 'reviews:run'],
}
export const evaluating: Needs = {
  to: 'To measure a flow',
  permissions: ['evaluations:read', 'evaluations:run'],
}

export const askingGates: Needs = { to: 'To ask the gate', permissions: ['gates:run'] }

/** Documents one by one are for custodians: `gates:write`. */
export const readingGates: Needs = { to: 'To see what gates found', permissions: ['gates:read'] }

export const readingChanges: Needs = { to: 'To see changes', permissions: ['changes:read'] }
export const proposingChanges: Needs = {
  to: 'To propose changes',
  permissions: ['changes:read', 'changes:write'],
}
export const decidingChanges: Needs = {
  to: 'To decide about changes',
  permissions: ['changes:read', 'changes:approve'],
}

export const keepingDatasets: Needs = {
  to: 'To see, change and export datasets',
  permissions: ['datasets:read', 'datasets:write', 'datasets:export'],
}

export const handingOn: Needs = {
  to: 'To see who owns a dataset, and to hand it on',
  permissions: ['datasets:read', 'datasets:write', 'people:read'],
}

export const comparingVersions: Needs = {
  to: 'To see and mark what versions are compared with',
  permissions: ['gates:read', 'gates:write'],
}

/** True when the same may work later: nothing was refused, the server was not there or busy. */
export function isAway(error: unknown): boolean {
  if (error instanceof ORPCError) return [429, 502, 503, 504].includes(error.status)
  return isNetworkError(error)
}

/** True when a server that is there ends a stream, which it does after some minutes, to be asked again. */
export function isCut(error: unknown): boolean {
  return error instanceof ORPCError && error.code === 'stream-cut'
}

/** What went wrong between us and a server, as a sentence; what is no fault of it stays as it is. */
export function serverFault(error: unknown, url: string, needs: Needs = reviewing): unknown {
  if (error instanceof UserFacingError) return error
  if (error instanceof ORPCError) return toldByServer(error, { url, needs })
  if (isNetworkError(error)) return unreachable(error, url)
  // Not JSON at all, or not what the contract says.
  if (error instanceof ValidationError || withoutWrapping(error) instanceof SyntaxError) {
    return otherVersion(url)
  }
  return error
}

function toldByServer(
  { status, code, message: told, data }: ORPCError<string, unknown>,
  { url, needs }: { url: string; needs: Needs },
): UserFacingError {
  const message = printable(told)
  switch (status) {
    case 400:
      return isOurs(code) ? new UserFacingError(code, message) : inputRefused(url, data)
    case 401:
      return new UserFacingError(
        'server-key-unknown',
        `The server at ${url} does not take the key in PROOFLOOP_API_KEY: it is of another server, was revoked or is too old. Make a new one under Settings.`,
      )
    case 403:
      return code === 'FORBIDDEN'
        ? notAllowed(url, needs, missingIn(data))
        : new UserFacingError(code, message)
    case 429:
      return new UserFacingError(
        'server-busy',
        `The server at ${url} takes no more requests of yours for now. Try again in some minutes.`,
      )
    case 502:
    case 503:
    case 504: {
      const what = code === 'store-unavailable' ? ` It says: ${message}` : ''
      return new UserFacingError(
        'server-unavailable',
        `The server at ${url} cannot serve now (${status}). Try again in some minutes.${what}`,
      )
    }
    default:
      return isOurs(code) ? new UserFacingError(code, message) : otherVersion(url)
  }
}

/** What a server says of an input that is not as its contract has it. */
const RefusedInput = z.object({
  issues: z
    .array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() }))
    .min(1),
})

/** Our command lets through what the server does not take: the server's sentences say what. */
function inputRefused(url: string, data: unknown): UserFacingError {
  const told = RefusedInput.safeParse(data)
  if (!told.success) return otherVersion(url)
  const issues = told.data.issues.map(({ path, message }) =>
    printable(path.length === 0 ? message : `${path.join('.')} (${message})`),
  )
  return new UserFacingError(
    'server-refuses-input',
    `The server at ${url} does not take what it was given: ${issues.join('; ')}.`,
  )
}

/** Codes of Proofloop's sentences look so; those that HTTP has are in capitals. */
function isOurs(code: string): boolean {
  return /^[a-z]+(?:-[a-z]+)*$/.test(code)
}

/** What a server says that a request takes; older ones do not. */
const MissingPermission = z.object({ permission: Permission })

function missingIn(data: unknown): Permission[] {
  const told = MissingPermission.safeParse(data)
  return told.success ? [told.data.permission] : []
}

/** @param missing what the key lacks, where that is known */
export function notAllowed(
  url: string,
  { to, permissions }: Needs,
  missing: readonly Permission[],
): UserFacingError {
  const needed = missing.length > 0 ? missing : permissions
  const named = `the permission${needed.length === 1 ? '' : 's'} ${listed(needed)}`
  const why =
    missing.length > 0
      ? `It lacks ${named}, which its person must have, too.`
      : `${to} it needs ${named}, which its person must have, too.`
  return new UserFacingError('server-not-allowed', `The API key may not do this at ${url}. ${why}`)
}

function listed(names: readonly string[]): string {
  const [last = '', ...before] = names.toReversed()
  return before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`
}

/** What is there may be of another version, or no Proofloop at all. */
export function otherVersion(url: string): UserFacingError {
  return new UserFacingError(
    'server-version',
    `What answers at ${url} is no Proofloop server that this version understands. Check the address, or use the same version here and there (proofloop --version).`,
  )
}

function unreachable(error: unknown, url: string): UserFacingError {
  const code = networkCode(error)
  return new UserFacingError(
    'server-unreachable',
    `No server answers at ${url}${code === null ? '' : ` (${code})`}. Does it run, and is the address right?`,
    { cause: error },
  )
}

function isNetworkError(error: unknown): boolean {
  const inner = withoutWrapping(error)
  return inner instanceof TypeError && ['fetch failed', 'terminated'].includes(inner.message)
}

/** What the client could not read as an answer comes with the reason as its cause. */
function withoutWrapping(error: unknown): unknown {
  const isPlain = error instanceof Error && error.constructor === Error
  return isPlain && error.cause instanceof Error ? error.cause : error
}

/** True when the request has not reached a server. */
export function wasNotSent(error: unknown): boolean {
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'].includes(
    networkCode(error) ?? '',
  )
}

function networkCode(error: unknown): string | null {
  const inner = withoutWrapping(error)
  const cause = inner instanceof Error ? inner.cause : null
  if (!(cause instanceof Error) || !('code' in cause)) return null
  return typeof cause.code === 'string' ? cause.code : null
}

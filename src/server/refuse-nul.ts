import type { MiddlewareHandler } from 'hono'
import { UserFacingError } from '../lib/errors.ts'

/**
 * PostgreSQL keeps no NUL in a text, so SQLite must not either: a backup of one is restored on the other.
 * This is for addresses, `refuseNul` for what came in a body.
 */
export const refuseNulInAddress: MiddlewareHandler = (c, next) => {
  if (c.req.url.includes('%00')) throw nulInText()
  return next()
}

/** @throws UserFacingError text-with-nul */
export function refuseNul(value: unknown): void {
  if (typeof value === 'string' && value.includes('\0')) throw nulInText()
  if (Array.isArray(value)) for (const item of value) refuseNul(item)
  if (isPlainObject(value)) for (const item of Object.values(value)) refuseNul(item)
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]'
}

function nulInText(): UserFacingError {
  return new UserFacingError(
    'text-with-nul',
    'A text of the request has the character NUL (U+0000) in it, which no text may have.',
  )
}

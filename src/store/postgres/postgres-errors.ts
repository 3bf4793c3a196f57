import { UserFacingError } from '../../lib/errors.ts'
import { codeOf } from '../../lib/write-whole-file.ts'

/** SQLSTATE classes and codes, and codes of the system: there is no working connection. */
const unreachable =
  /^(08...|57P0[1-5]|53[02-9]..|28...|3D000|25006|ECONN\w+|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|ENOENT|EACCES)$/
const full = /^53100$/
/** What `pg` throws without a code when a connection ends or does not come about. */
const lostConnection =
  /connection terminated|connection ended|timeout exceeded when trying to connect|timeout expired|client has encountered a connection error|not queryable|read timeout/i

/** Says of what PostgreSQL reports how to mend it; what a user cannot mend comes back as it is. */
export function translatePostgresError(error: unknown): Error {
  const cause = error instanceof Error ? error : new Error(String(error))
  const code = codeOf(cause)
  if (full.test(code)) {
    return new UserFacingError(
      'store-full',
      'The disk of PostgreSQL is full. Free some space and try again; nothing that was saved is lost.',
      { cause },
    )
  }
  if (unreachable.test(code) || isConnectionLoss(cause)) {
    return new UserFacingError(
      'store-unavailable',
      `PostgreSQL cannot be used now (${reasonOf(cause)}). Check that it runs and that DATABASE_URL is right; Proofloop goes on when it is back.`,
      { cause },
    )
  }
  return cause
}

function isConnectionLoss(error: Error): boolean {
  // A name that resolves to several addresses fails with an error for each.
  if (error instanceof AggregateError) return error.errors.length > 0
  return lostConnection.test(error.message)
}

/** Never the message of a driver as it is: it may hold parts of the URL. */
function reasonOf(error: Error): string {
  const code = codeOf(error)
  return code === 'unknown reason' || code === 'undefined' ? 'the connection was lost' : code
}

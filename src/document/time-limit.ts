import { UserFacingError } from '../lib/errors.ts'

export type TimeLimit = {
  /** For what begins now. */
  restart(limit: number, what: string): void
  /** @param cpu of the child since it started @throws UserFacingError document-timeout */
  check(cpu: number): void
}

/** A child that waits instead of computing is given so many times its limit. */
const patience = 4

/**
 * A limit of processor time: on a busy machine a file may take as long as it needs. All in milliseconds.
 */
export function createTimeLimit(
  limit: number,
  what: string,
  now = () => performance.now(),
): TimeLimit {
  let current = { limit, what, started: now(), cpu: NaN }
  return {
    restart(nextLimit, next) {
      current = { limit: nextLimit, what: next, started: now(), cpu: NaN }
    },
    check(cpu) {
      if (Number.isNaN(current.cpu)) current.cpu = cpu
      if (
        cpu - current.cpu <= current.limit &&
        now() - current.started <= patience * current.limit
      ) {
        return
      }
      throw new UserFacingError(
        'document-timeout',
        `Reading ${current.what} takes more than ${current.limit / 1000} s. Split it, or print it to a new PDF.`,
      )
    },
  }
}

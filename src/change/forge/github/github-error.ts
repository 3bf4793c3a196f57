import { UserFacingError } from '../../../lib/errors.ts'
import { printable } from '../../../lib/printable.ts'

/** GitHub's own word that it does not do something. */
export class GitHubRefusal extends UserFacingError {
  readonly status: number
  /** As GitHub says it. */
  readonly reason: string

  constructor(status: number, { sentence, reason }: { sentence: string; reason: string }) {
    super('forge-refused', sentence)
    this.name = 'GitHubRefusal'
    this.status = status
    this.reason = reason
  }
}

export function unavailable(sentence: string, options?: ErrorOptions): UserFacingError {
  return new UserFacingError('forge-unavailable', sentence, options)
}

export function refused(sentence: string, options?: ErrorOptions): UserFacingError {
  return new UserFacingError('forge-refused', sentence, options)
}

export function isStatus(error: unknown, ...statuses: number[]): error is GitHubRefusal {
  return error instanceof GitHubRefusal && statuses.includes(error.status)
}

/** What came instead of an answer; a status of null: nothing. */
export type Failure = {
  /** Method and path, as GitHub's manual has it. */
  route: string
  status: number | null
  headers: Record<string, string | number | undefined>
  message: string
}

/** The error of a request that failed. */
export function errorOf(failure: Failure): UserFacingError {
  const { route, status } = failure
  if (status === null) {
    return unavailable(`GitHub cannot be reached (${route}). It is asked again later.`)
  }
  if (status >= 500) {
    return unavailable(`GitHub has a fault (${status}, ${route}). It is asked again later.`)
  }
  const reason = printable(failure.message).slice(0, 300)
  return new GitHubRefusal(status, { sentence: sentenceOf({ route, status, reason }), reason })
}

function sentenceOf(asked: { route: string; status: number; reason: string }): string {
  const { route, status, reason } = asked
  if (status === 401) {
    return `GitHub does not accept the token (401). Put a valid one into the variable that changes.forge names.`
  }
  if (status === 403) {
    return `GitHub does not allow this (403, ${route}): ${reason} See which permissions docs/changes.md names.`
  }
  if (status === 404) {
    return `GitHub shows no such thing (404, ${route}): it is gone, or the token has no access to it.`
  }
  return `GitHub refuses this (${status}, ${route}): ${reason}`
}

/**
 * Until when GitHub wants to be asked nothing; null when it did not say so.
 * @param now UTC epoch milliseconds, as is what is returned
 */
export function pausedUntil({ status, headers, message }: Failure, now: number): number | null {
  if (status !== 403 && status !== 429) return null
  const seconds = Number(headers['retry-after'])
  if (headers['retry-after'] !== undefined && seconds >= 0) return now + seconds * 1000
  const reset = Number(headers['x-ratelimit-reset']) * 1000
  if (String(headers['x-ratelimit-remaining']) === '0' && reset > 0) return Math.max(reset, now)
  return status === 429 || /secondary rate limit/i.test(message) ? now + 60_000 : null
}

/**
 * The only error whose message may leave the process (terminal, HTTP, logs of others). Everything
 * else is reported as a code and an id.
 */
export class UserFacingError extends Error {
  /** Stable, kebab-case; scripts may branch on it. */
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UserFacingError'
    this.code = code
  }
}

/** For logs and reports of bugs: where it was thrown, as far as that is known. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

type StoreFailure = UserFacingError & { code: 'store-unavailable' | 'store-full' }

/** The store does not take or give now; that goes away by itself when its cause does. */
export function isStoreFailure(error: unknown): error is StoreFailure {
  return (
    error instanceof UserFacingError &&
    (error.code === 'store-unavailable' || error.code === 'store-full')
  )
}

/**
 * What a user caused, and trying again does not change.
 * @throws anything else: a bug, or a store that does not take or give now
 */
export function refusalIn(error: unknown): UserFacingError {
  if (error instanceof UserFacingError && !isStoreFailure(error)) return error
  throw error
}

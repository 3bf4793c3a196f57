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

import { UserFacingError } from '../../lib/errors.ts'

/**
 * Options that would do nothing are refused.
 * @param given options that stand on the command line
 * @param why with what they cannot be used, and the reason: `With --server, …`
 * @throws UserFacingError option-not-for-server
 */
export function requireUnderstood(
  given: readonly string[],
  understood: readonly string[],
  { option, why }: { option: string; why: string },
): void {
  const foreign = given.filter((one) => !understood.includes(one))
  if (foreign.length === 0) return
  throw new UserFacingError(
    'option-not-for-server',
    `With ${option}, ${foreign.join(', ')} cannot be used: ${why}. Leave ${foreign.length === 1 ? 'it' : 'them'} out.`,
  )
}

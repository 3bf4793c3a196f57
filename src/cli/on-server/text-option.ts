import type { z } from 'zod'
import { UserFacingError } from '../../lib/errors.ts'

/** What a server takes as a text; it is trimmed there, too. */
type Text = Pick<z.ZodString, 'minLength' | 'maxLength'>

/**
 * Says which option is wrong before a server is asked, by the server's own limits.
 * @throws UserFacingError option-length
 */
export function requireLength(
  option: string,
  value: string | undefined,
  { minLength, maxLength }: Text,
): void {
  if (value === undefined) return
  const { length } = value.trim()
  const least = minLength ?? 0
  const most = maxLength ?? Infinity
  if (length >= least && length <= most) return
  throw new UserFacingError(
    'option-length',
    `${option} takes ${least === 0 ? `up to ${most}` : `${least} to ${most}`} characters, and this has ${length}.`,
  )
}

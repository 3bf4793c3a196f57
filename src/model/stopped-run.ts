import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'

/** What became of a run in which nothing more could be sent. */
export type StoppedRun = {
  done: number
  all: number
  /** What is counted: `documents`. */
  unit: string
  /** Names of what is not done; may repeat. */
  undone: string[]
}

const namesAtMost = 10

/** `refusal`, with what is done and kept and what is not. */
export function stoppedRun(
  refusal: UserFacingError,
  { done, all, unit, undone }: StoppedRun,
): UserFacingError {
  const named = [...new Set(undone)]
  const names = named.slice(0, namesAtMost).join(', ')
  const more = named.length > namesAtMost ? ` and ${named.length - namesAtMost} more` : ''
  const again =
    refusal.code === 'budget-exhausted' ? 'the same again with a higher limit' : 'the same again'
  const sentence = `${refusal.message} ${done} of ${all} ${unit} are done, and their answers are kept; ${again} goes on from there. Not done: ${names}${more}.`
  return new UserFacingError(refusal.code, printable(sentence), { cause: refusal })
}

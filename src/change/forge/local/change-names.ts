import { UserFacingError } from '../../../lib/errors.ts'
import { printable } from '../../../lib/printable.ts'
import { isBranchName } from '../../git/names.ts'

/** Of the facts of all changes. */
export const factsPrefix = 'refs/proofloop/changes/'
/** Keeps the commits of a change, also when its branch is gone. */
const headsPrefix = 'refs/proofloop/heads/'

/** So that its name is one part of a file's name, with what comes before and after. */
const longest = 200

/**
 * The first change of a branch is called like it, the next ones `branch~2`, `branch~3`: no branch can be
 * called so.
 */
export function referenceOf(branch: string, number: number): string {
  return number === 1 ? branch : `${branch}~${number}`
}

/** Null when no change can be called so. */
export function refsOf(reference: string): { facts: string; head: string } | null {
  const [branch = '', number] = reference.split('~', 2)
  const isNumbered = number === undefined || /^(?:[2-9]|[1-9]\d{1,8})$/.test(number)
  if (!isBranchName(branch) || !isNumbered || reference.split('~').length > 2) return null
  const name = encode(reference)
  return name.length > longest ? null : { facts: factsPrefix + name, head: headsPrefix + name }
}

/** A branch `a/b` may come after a branch `a`; names of refs then stand in each other's way. */
function encode(reference: string): string {
  return reference.replaceAll(/[%/~]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)
}

/** @throws UserFacingError forge-refused */
export function requireRefs(reference: string): { facts: string; head: string } {
  const refs = refsOf(reference)
  if (refs !== null) return refs
  throw refused(
    `${printable(reference)} is too long, or no name of a branch. Give the branch a shorter one.`,
  )
}

export function refused(sentence: string): UserFacingError {
  return new UserFacingError('forge-refused', sentence)
}

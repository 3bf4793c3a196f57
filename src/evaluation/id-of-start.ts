import { createHash } from 'node:crypto'

/**
 * The id of the evaluation that a person starts under a key of theirs, known before it is started. No other
 * person's key leads to it, so a key never tells what is there already.
 */
export function idOfStart(person: string, key: string): string {
  const digest = createHash('sha256').update(`${person} ${key}`).digest('hex')
  // UUID of version 8: of a meaning of our own.
  const parts = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`]
  return [...parts, `8${digest.slice(17, 20)}`, digest.slice(20, 32)].join('-')
}

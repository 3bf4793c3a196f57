import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'

export type Place = {
  /** As the user named it. */
  file: string
  /** From 1. */
  line: number
  /** A number from 1 (UTF-16 units, as editors count), or a CSV column's name. */
  column?: number | string
}

/** A line of a file that cannot be used: `gold.jsonl:12:40: start is 9 but end is 4.` */
export function lineError(code: string, place: Place, reason: string): UserFacingError {
  const { file, line, column } = place
  const where = typeof column === 'string' ? `:${line}, column "${column}"` : ''
  const numeric = typeof column === 'number' ? `:${line}:${column}` : `:${line}`
  return new UserFacingError(code, printable(`${file}${where || numeric}: ${reason}`))
}

/** `value` as it may stand in a message: quoted, short, one line. */
export function quoted(value: string): string {
  const text = printable(value)
  return `"${text.length > 60 ? `${text.slice(0, 57).toWellFormed()}…` : text}"`
}

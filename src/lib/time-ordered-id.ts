import { randomUUIDv7 } from 'node:crypto'

/** A UUID of version 7: ids sort by the time they were made, to the millisecond. */
export function timeOrderedId(): string {
  return randomUUIDv7()
}

import { randomUUIDv7 } from 'node:crypto'

/** A UUID of version 7: ids sort by the time they were made, to the millisecond. */
export function timeOrderedId(): string {
  return randomUUIDv7()
}

/** When an id was made, in UTC epoch milliseconds. @param id as `timeOrderedId` makes it */
export function timeOfId(id: string): number {
  return Number.parseInt(id.replace('-', '').slice(0, 12), 16)
}

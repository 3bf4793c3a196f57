import { randomInt, randomUUIDv7 } from 'node:crypto'

/** The last 62 bits of a UUID are random: what follows its variant. */
const randomBits = 62
let last = ''

/**
 * A UUID of version 7 that sorts after all that this process made before, also within one millisecond and
 * after its clock was set back (RFC 9562 §6.2, method 2: by a random step, which tells nobody how many
 * others were made between two).
 */
export function timeOrderedId(): string {
  const id = randomUUIDv7()
  last = id > last ? id : idAfter(last)
  return last
}

/** When an id was made, in UTC epoch milliseconds. @param id as `timeOrderedId` makes it */
export function timeOfId(id: string): number {
  return Number.parseInt(id.replace('-', '').slice(0, 12), 16)
}

function idAfter(id: string): string {
  const bits = BigInt(`0x${id.replaceAll('-', '')}`)
  const random = BigInt.asUintN(randomBits, bits + BigInt(randomInt(1, 2 ** 32)))
  const next = bits - BigInt.asUintN(randomBits, bits) + random
  const digits = next.toString(16).padStart(32, '0')
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-')
}

import { promisify } from 'node:util'
import { gunzip, gzip, gzipSync } from 'node:zlib'

const compress = promisify(gzip)
const expand = promisify(gunzip)

/** JSON, compressed outside of the event loop. */
export function packJson(value: unknown): Promise<Uint8Array> {
  return packText(JSON.stringify(value))
}

/** @param json as `packJson` makes it of a value */
export function packText(json: string): Promise<Uint8Array> {
  return compress(json)
}

/** Of many small ones, fast: handing one to another thread takes longer than to compress it. */
export function packSmallText(json: string): Uint8Array {
  return gzipSync(json, { level: 1 })
}

export async function unpackJson(packed: Uint8Array): Promise<unknown> {
  return JSON.parse((await unpackBytes(packed)).toString('utf8'))
}

/** The JSON itself, in UTF-8. */
export function unpackBytes(packed: Uint8Array): Promise<Buffer> {
  return expand(packed)
}

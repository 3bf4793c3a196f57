import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Blobs, Content } from './blobs.ts'

/** An empty place for blobs, and what happens to stored bytes behind its back. */
export type BlobPlace = {
  blobs: Blobs
  /** Changes the stored bytes. */
  damage(sha256: string, change: (bytes: Buffer) => Buffer): Promise<void>
  /** Everything that is kept there, under whatever name. */
  countFiles(): Promise<number>
} & AsyncDisposable

export const bytesOf = async (content: Content): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(content))

export async function* chunks(bytes: Uint8Array, size = 100_000): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
}

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Every behaviour that a place for files owes the features. */
export function describeBlobContract(place: string, createPlace: () => Promise<BlobPlace>): void {
  describe(`Blobs in ${place}`, () => {
    it('come back by their hash, empty and big ones too', async () => {
      await using at = await createPlace()
      for (const size of [0, 1, 300_000, 40 * 2 ** 20 + 1]) {
        const bytes = randomBytes(size)
        const sha256 = sha256Of(bytes)
        expect(await at.blobs.has(sha256)).toBe(false)
        expect(await at.blobs.put(chunks(bytes))).toEqual({ sha256, bytes: size })
        expect(await at.blobs.has(sha256)).toBe(true)
        expect(sha256Of(await bytesOf(await at.blobs.get(sha256)))).toBe(sha256)
      }
      expect(await at.countFiles()).toBe(4)
    })

    it('are one however often and however simultaneously they are put', async () => {
      await using at = await createPlace()
      const bytes = randomBytes(500_000)
      const put = await Promise.all(
        Array.from({ length: 8 }, () => at.blobs.put(chunks(bytes, 1000))),
      )
      expect(new Set(put.map(({ sha256 }) => sha256))).toEqual(new Set([sha256Of(bytes)]))
      expect(await at.countFiles()).toBe(1)
      expect(await bytesOf(await at.blobs.get(sha256Of(bytes)))).toEqual(bytes)
    })

    it('come back in parts', async () => {
      await using at = await createPlace()
      const bytes = randomBytes(300_000)
      const { sha256 } = await at.blobs.put(chunks(bytes))
      for (const [start, end] of [
        // Not 0 to 0, which s3rver takes for the whole.
        [0, 1],
        [100, 200_000],
        [299_999, 299_999],
        [0, 299_999],
      ] as const) {
        const part = await bytesOf(await at.blobs.get(sha256, { start, end }))
        expect(part.equals(bytes.subarray(start, end + 1))).toBe(true)
      }
      await expect(at.blobs.get('0'.repeat(64), { start: 0, end: 1 })).rejects.toMatchObject({
        code: 'blob-not-found',
      })
      await at.damage(sha256, (whole) => whole.subarray(0, 100))
      const cut = await at.blobs.get(sha256, { start: 50, end: 149 })
      await expect(bytesOf(cut)).rejects.toMatchObject({ code: 'blob-damaged' })
    })

    it('leave nothing when the upload breaks off', async () => {
      await using at = await createPlace()
      const bytes = randomBytes(20 * 2 ** 20)
      const broken = async function* (): AsyncGenerator<Uint8Array> {
        yield* chunks(bytes)
        throw new Error('The client went away.')
      }
      await expect(at.blobs.put(broken())).rejects.toThrow('The client went away.')
      expect(await at.blobs.has(sha256Of(bytes))).toBe(false)
      expect(await at.countFiles()).toBe(0)
    })

    it('are told as damaged when a bit has changed or the end is missing', async () => {
      await using at = await createPlace()
      const flip = (bytes: Buffer): Buffer => {
        bytes[123_456] = (bytes[123_456] ?? 0) ^ 1
        return bytes
      }
      for (const change of [flip, (bytes: Buffer) => bytes.subarray(0, -1)]) {
        const bytes = randomBytes(300_000)
        const { sha256 } = await at.blobs.put(chunks(bytes))
        await at.damage(sha256, change)
        await expect(bytesOf(await at.blobs.get(sha256))).rejects.toMatchObject({
          name: 'UserFacingError',
          code: 'blob-damaged',
          message: expect.stringContaining(sha256),
        })
        // Uploading it again mends it.
        await at.blobs.put(chunks(bytes))
        expect(await bytesOf(await at.blobs.get(sha256))).toEqual(bytes)
      }
    })

    it('are gone when they are deleted, and say so', async () => {
      await using at = await createPlace()
      const { sha256 } = await at.blobs.put(chunks(randomBytes(10)))
      expect(await at.blobs.delete(sha256)).toBe('gone')
      await at.blobs.delete(sha256)
      expect(await at.blobs.has(sha256)).toBe(false)
      await expect(at.blobs.get(sha256)).rejects.toMatchObject({ code: 'blob-not-found' })
    })

    it('have no other names than hashes', async () => {
      await using at = await createPlace()
      const { sha256 } = await at.blobs.put(chunks(randomBytes(10)))
      const names = ['', '..', '../secret', sha256.toUpperCase(), `${sha256}/..`, `${sha256}\n`]
      for (const name of [...names, `..%2f${sha256}`, `${sha256.slice(2)}/.`]) {
        expect(await at.blobs.has(name)).toBe(false)
        await expect(at.blobs.get(name)).rejects.toMatchObject({ code: 'blob-not-found' })
        expect(await at.blobs.delete(name)).toBe('gone')
      }
      expect(await at.countFiles()).toBe(1)
    })

    it('are listed', async () => {
      await using at = await createPlace()
      expect(await Array.fromAsync(at.blobs.list())).toEqual([])
      const put = []
      for (let i = 0; i < 5; i += 1) put.push(await at.blobs.put(chunks(randomBytes(10))))
      const listed = await Array.fromAsync(at.blobs.list())
      expect(listed.toSorted()).toEqual(put.map(({ sha256 }) => sha256).toSorted())
    })
  })
}

import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { newCustodianKeys, openSealed, sealTo } from './custodian-key.ts'
import { frameBytes, FrameBroken, openFrames, sealFrames } from './sealed-frames.ts'

const key = randomBytes(32)

async function* from(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

const framesOf = (content: Uint8Array) => Array.fromAsync(sealFrames(key, from(content)))
const openAll = async (frames: Uint8Array[], by: Uint8Array = key): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(openFrames(by, from(...frames))))

test('what was sealed comes back, and frames tell its length only roughly', async () => {
  for (const length of [0, 1, 1000, frameBytes - 5, frameBytes - 4, 3 * frameBytes]) {
    const content = randomBytes(length)
    const frames = await framesOf(content)
    expect(await openAll(frames)).toEqual(content)
    expect(new Set(frames.map((frame) => frame.length))).toEqual(new Set([frameBytes + 16]))
  }
  expect(await framesOf(randomBytes(0))).toHaveLength(1)
  expect(await framesOf(randomBytes(frameBytes / 2))).toHaveLength(1)
})

test('frames that were changed, moved, left out or added are refused', async () => {
  const [a, b, c] = await framesOf(randomBytes(2.5 * frameBytes))
  if (a === undefined || b === undefined || c === undefined) throw new Error('Too few frames.')
  const changed = Buffer.from(b)
  changed[100] = (changed[100] ?? 0) ^ 1
  const others = [
    [a, changed, c],
    [b, a, c],
    [a, c],
    [a, b],
    [a, b, c, c],
    [a, b, b, c],
    [a, b, c.subarray(1)],
    [],
  ]
  for (const frames of others) await expect(openAll(frames)).rejects.toThrow(FrameBroken)
  await expect(openAll([a, b, c], randomBytes(32))).rejects.toThrow(FrameBroken)
})

test("only the custodian's secret key finds the key of a backup, which is another each time", () => {
  const { publicKey, secretKey } = newCustodianKeys()
  const one = sealTo(publicKey)
  expect(openSealed(secretKey, one)).toEqual(one.key)
  expect(openSealed(`${secretKey}\n`, one)).toEqual(one.key)
  expect(sealTo(publicKey).key).not.toEqual(one.key)
  expect(openSealed(newCustodianKeys().secretKey, one)).toBeNull()
  const invalid = { code: 'custodian-key-invalid' }
  for (const wrong of ['', 'x', secretKey, publicKey.slice(0, -1)]) {
    expect(() => sealTo(wrong)).toThrow(expect.objectContaining(invalid))
  }
  expect(() => openSealed(publicKey, one)).toThrow(expect.objectContaining(invalid))
})

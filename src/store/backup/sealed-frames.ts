import { createCipheriv, createDecipheriv } from 'node:crypto'

/** Of what is sealed, all but its last frame has this size, and the last one is filled up to it. */
export const frameBytes = 2 ** 18
const tagBytes = 16
/** In front of each frame: how much of it counts, and whether it is the last. */
const headBytes = 5

/** What a frame says is not what was sealed there. */
export class FrameBroken extends Error {}

/**
 * Seals a stream in frames of one size, each bound to its number, the last one marked: none can be
 * changed, moved, left out or added, and of the content only its length in frames is told.
 * @param key used for this stream only
 */
export async function* sealFrames(
  key: Uint8Array,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const capacity = frameBytes - headBytes
  let number = 0
  let waiting = Buffer.alloc(0)
  for await (const chunk of content) {
    waiting = Buffer.concat([waiting, chunk])
    while (waiting.length > capacity) {
      yield sealFrame(key, { number, content: waiting.subarray(0, capacity), isLast: false })
      waiting = waiting.subarray(capacity)
      number += 1
    }
  }
  yield sealFrame(key, { number, content: waiting, isLast: true })
}

/** @throws FrameBroken */
export async function* openFrames(
  key: Uint8Array,
  frames: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let number = 0
  let isOver = false
  for await (const frame of frames) {
    if (isOver) throw new FrameBroken('A frame follows the last one.')
    const { content, isLast } = openFrame(key, { number, frame })
    isOver = isLast
    number += 1
    yield content
  }
  if (!isOver) throw new FrameBroken('The last frame is missing.')
}

type Frame = { number: number; content: Uint8Array; isLast: boolean }

function sealFrame(key: Uint8Array, { number, content, isLast }: Frame): Uint8Array {
  const plain = Buffer.alloc(frameBytes)
  plain.writeUInt8(isLast ? 1 : 0, 0)
  plain.writeUInt32BE(content.length, 1)
  plain.set(content, headBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number))
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function openFrame(
  key: Uint8Array,
  { number, frame }: { number: number; frame: Uint8Array },
): Omit<Frame, 'number'> {
  if (frame.length !== frameBytes + tagBytes) throw new FrameBroken('A frame has another size.')
  const cipher = createDecipheriv('aes-256-gcm', key, nonceOf(number))
  cipher.setAuthTag(frame.subarray(frameBytes))
  const plain = opened(cipher, frame.subarray(0, frameBytes))
  const length = plain.readUInt32BE(1)
  if (length > frameBytes - headBytes) throw new FrameBroken('A frame is longer than it is.')
  return {
    content: plain.subarray(headBytes, headBytes + length),
    isLast: plain.readUInt8(0) === 1,
  }
}

function opened(cipher: ReturnType<typeof createDecipheriv>, bytes: Uint8Array): Buffer {
  try {
    return Buffer.concat([cipher.update(bytes), cipher.final()])
  } catch (cause) {
    throw new FrameBroken('A frame was changed or moved.', { cause })
  }
}

/** The key seals one stream, so a counter never comes twice. */
function nonceOf(number: number): Uint8Array {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(number, 8)
  return nonce
}

import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { Paragraph, ReviewDocument } from '../schema/document.ts'
import { packJson, unpackBytes, unpackJson } from './packed-json.ts'

/** Words of a part: some milliseconds of work, so that a long document does not stop the server. */
const wordsOfPart = 2000

const Head = ReviewDocument.omit({ paragraphs: true })
const Paragraphs = z.array(Paragraph)

/** Part 0 is the document without its paragraphs; the others are runs of paragraphs in order. */
export async function packDocument(document: ReviewDocument): Promise<Uint8Array[]> {
  const { paragraphs, ...head } = document
  const packed = [await packJson(head)]
  for (const part of runsOf(paragraphs)) packed.push(await packJson(part))
  return packed
}

export async function unpackDocument(parts: Uint8Array[]): Promise<ReviewDocument> {
  const [head, ...runs] = parts
  if (head === undefined) throw new Error('A stored document has no first part.')
  const document = { ...Head.parse(await unpackJson(head)), paragraphs: [] as Paragraph[] }
  for (const run of runs) {
    document.paragraphs.push(...Paragraphs.parse(await unpackJson(run)))
    await setImmediate()
  }
  return document
}

/**
 * The JSON of a stored document without its language, part by part: what was validated when it was
 * written is only unpacked, outside of the event loop.
 */
export async function* documentJson(
  [packedHead, ...runs]: Uint8Array[],
  identity: { sha256: string; name: string },
): AsyncGenerator<Uint8Array> {
  if (packedHead === undefined) throw new Error('A stored document has no first part.')
  const { pages } = Head.parse(await unpackJson(packedHead))
  yield Buffer.from(`${JSON.stringify({ ...identity, pages }).slice(0, -1)},"paragraphs":[`)
  for (const [i, run] of runs.entries()) {
    if (i > 0) yield comma
    // Each run is an array of paragraphs: without its brackets.
    yield (await unpackBytes(run)).subarray(1, -1)
  }
  yield Buffer.from(']}')
}

const comma = Buffer.from(',')

function runsOf(paragraphs: Paragraph[]): Paragraph[][] {
  const runs: Paragraph[][] = []
  let words = Infinity
  for (const paragraph of paragraphs) {
    if (words >= wordsOfPart) {
      runs.push([])
      words = 0
    }
    runs.at(-1)?.push(paragraph)
    words += Math.max(1, paragraph.words.length)
  }
  return runs
}

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { checkCopies, type CopyCluster, type CopyExample } from './check-copies.ts'
import { findLeaks, type FoundLeaks, type LeakExample } from './find-leaks.ts'
import type { LeakSource } from './leak-sources.ts'
import type { TextReply, TextRequest } from './text-worker.ts'

/** Characters up to which no thread is started. */
const short = 200_000

/** As `checkCopies`; long texts in a thread of their own, so that a server goes on answering. */
export async function copiesIn(examples: CopyExample[]): Promise<CopyCluster[]> {
  if (lengthOf(examples) <= short) return checkCopies(examples)
  const reply = await askThread({ kind: 'copies', examples })
  return reply.copies
}

type LeakSearch = { examples: LeakExample[]; sources: LeakSource[]; common: string[] }

/** As `findLeaks`, likewise. */
export async function leaksIn({ examples, sources, common }: LeakSearch): Promise<FoundLeaks> {
  if (lengthOf([...examples, ...sources]) + lengthOf(common.map((text) => ({ text }))) <= short) {
    return findLeaks(examples, sources, { common })
  }
  const reply = await askThread({ kind: 'leaks', examples, sources, common })
  return reply.leaks
}

function lengthOf(texts: readonly { text: string }[]): number {
  return texts.reduce((sum, { text }) => sum + text.length, 0)
}

async function askThread(request: TextRequest) {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./text-worker.${extension}`, import.meta.url))
  try {
    worker.postMessage(request)
    const [reply] = (await once(worker, 'message')) as [TextReply]
    if ('crash' in reply) throw new Error(`Comparing texts failed: ${reply.crash}`)
    return reply.answer
  } finally {
    await worker.terminate()
  }
}

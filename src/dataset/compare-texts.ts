import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { checkCopies, type CopyCluster, type CopyExample } from './check-copies.ts'
import type { FoundLeaks, LeakExample } from './find-leaks.ts'
import type { LeakSource } from './leak-sources.ts'
import type { TextAnswer, TextReply, TextRequest } from './text-worker.ts'

/** Characters up to which no thread is started. */
const short = 200_000

/** As `checkCopies`; long texts in a thread of their own, so that a server goes on answering. */
export async function copiesIn(examples: CopyExample[]): Promise<CopyCluster[]> {
  if (lengthOf(examples) <= short) return checkCopies(examples)
  const reply = await askThread({ kind: 'copies' }, { examples, common: [] })
  return reply.copies
}

type LeakSearch = { examples: LeakExample[]; sources: LeakSource[]; common: string[] }

/** As `findLeaks`, always in a thread: who wrote the sources must not feel what is found in them. */
export async function leaksIn({ examples, sources, common }: LeakSearch): Promise<FoundLeaks> {
  const reply = await askThread({ kind: 'leaks', sources }, { examples, common })
  return reply.leaks
}

function lengthOf(texts: readonly { text: string }[]): number {
  return texts.reduce((sum, { text }) => sum + text.length, 0)
}

type Texts = { examples: (CopyExample | LeakExample)[]; common: string[] }

/** Texts that are copied to a thread between which others have a turn. */
const turn = 1000

async function askThread(request: TextRequest, texts: Texts): Promise<TextAnswer> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const worker = new Worker(new URL(`./text-worker.${extension}`, import.meta.url))
  try {
    const [messages] = await Promise.all([
      once(worker, 'message') as Promise<[TextReply]>,
      send(worker, request, texts),
    ])
    const [reply] = messages
    if ('crash' in reply) throw new Error(`Comparing texts failed: ${reply.crash}`)
    return reply.answer
  } finally {
    await worker.terminate()
  }
}

async function send(
  worker: Worker,
  request: TextRequest,
  { examples, common }: Texts,
): Promise<void> {
  for (let from = 0; from < Math.max(examples.length, common.length); from += turn) {
    const part = [from, from + turn] as const
    const sent = { examples: examples.slice(...part), common: common.slice(...part) }
    worker.postMessage({ kind: 'part', ...sent } satisfies TextRequest)
    await setImmediate()
  }
  worker.postMessage(request)
}

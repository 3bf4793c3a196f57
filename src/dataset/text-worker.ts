import { parentPort } from 'node:worker_threads'
import { stackOf } from '../lib/errors.ts'
import { checkCopies, type CopyCluster, type CopyExample } from './check-copies.ts'
import { findLeaks, type FoundLeaks, type LeakExample } from './find-leaks.ts'
import type { LeakSource } from './leak-sources.ts'

/** Examples, a part at a time, then what is asked of all of them. */
export type TextRequest =
  | { kind: 'part'; examples: (CopyExample | LeakExample)[]; common: string[] }
  | { kind: 'copies' }
  | { kind: 'leaks'; sources: LeakSource[] }

export type TextAnswer = { copies: CopyCluster[]; leaks: FoundLeaks }

export type TextReply = { answer: TextAnswer } | { crash: string }

const none = { copies: [], leaks: { leaks: [], common: 0 } }

const held: { examples: (CopyExample | LeakExample)[]; common: string[] } = {
  examples: [],
  common: [],
}

function answerTo(request: Exclude<TextRequest, { kind: 'part' }>): TextAnswer {
  const { examples, common } = held
  switch (request.kind) {
    case 'copies':
      return { ...none, copies: checkCopies(examples) }
    case 'leaks': {
      const leaks = findLeaks(examples.filter(isLeakExample), request.sources, { common })
      return { ...none, leaks }
    }
  }
}

function isLeakExample(example: CopyExample | LeakExample): example is LeakExample {
  return 'issues' in example
}

parentPort?.on('message', (request: TextRequest) => {
  if (request.kind === 'part') {
    for (const example of request.examples) held.examples.push(example)
    for (const text of request.common) held.common.push(text)
    return
  }
  try {
    const reply: TextReply = { answer: answerTo(request) }
    parentPort?.postMessage(reply)
  } catch (error) {
    parentPort?.postMessage({ crash: stackOf(error) } satisfies TextReply)
  }
})

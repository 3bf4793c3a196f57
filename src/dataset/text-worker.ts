import { parentPort } from 'node:worker_threads'
import { stackOf } from '../lib/errors.ts'
import { checkCopies, type CopyCluster, type CopyExample } from './check-copies.ts'
import { findLeaks, type FoundLeaks, type LeakExample } from './find-leaks.ts'
import type { LeakSource } from './leak-sources.ts'

export type TextRequest =
  | { kind: 'copies'; examples: CopyExample[] }
  | { kind: 'leaks'; examples: LeakExample[]; sources: LeakSource[]; common: string[] }

type TextAnswer = { copies: CopyCluster[]; leaks: FoundLeaks }

export type TextReply = { answer: TextAnswer } | { crash: string }

const none = { copies: [], leaks: { leaks: [], common: 0 } }

function answerTo(request: TextRequest): TextAnswer {
  switch (request.kind) {
    case 'copies':
      return { ...none, copies: checkCopies(request.examples) }
    case 'leaks': {
      const { examples, sources, common } = request
      return { ...none, leaks: findLeaks(examples, sources, { common }) }
    }
  }
}

parentPort?.on('message', (request: TextRequest) => {
  try {
    const reply: TextReply = { answer: answerTo(request) }
    parentPort?.postMessage(reply)
  } catch (error) {
    parentPort?.postMessage({ crash: stackOf(error) } satisfies TextReply)
  }
})

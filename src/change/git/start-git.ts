import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import type { Fault, FromStarter, ToStarter } from './starter-protocol.ts'

type GitEvents = {
  printed: [data: Buffer]
  /** On stderr. */
  complained: [data: Buffer]
  /** Last, and once. With an error it was not started. */
  ended: [code: number | null, error: Error | null]
}

export type GitProcess = {
  events: EventEmitter<GitEvents>
  say: (data: string | Uint8Array) => void
  /** It hears nothing more. */
  hangUp: () => void
  hasEnded: () => boolean
  /** Ends it with all that it started; first so that it takes its locks away. */
  end: () => void
}

type Starter = { child: ChildProcess; open: Map<number, (message: FromStarter) => void> }

/**
 * One of this process. Node starts a process by copying the page tables of its own, during which a large one does
 * nothing else; the starter has few of them.
 */
let starter: Starter | null = null
let lastId = 0

/** @param environment all that git sees of it */
export function startGit(
  args: readonly string[],
  { folder, environment }: { folder: string; environment: Readonly<Record<string, string>> },
): GitProcess {
  const { child, open } = (starter ??= startStarter())
  const id = ++lastId
  const events = new EventEmitter<GitEvents>()
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  const tell = (message: ToStarter): void => {
    // Where the starter is gone, its end is told.
    if (!isOver) child.send(message, () => {})
  }
  open.set(id, (message) => {
    if (message.kind !== 'ended') {
      events.emit(message.kind, Buffer.from(message.data))
      return
    }
    isOver = true
    clearTimeout(timer)
    open.delete(id)
    if (open.size === 0) child.channel?.unref()
    events.emit('ended', message.code, errorOf(message.fault))
  })
  child.channel?.ref()
  tell({ kind: 'start', id, args, folder, environment })
  return {
    events,
    say: (data) => tell({ kind: 'say', id, data }),
    hangUp: () => tell({ kind: 'hang-up', id }),
    hasEnded: () => isOver,
    end() {
      if (isOver) return
      tell({ kind: 'signal', id, signal: 'SIGTERM' })
      timer ??= setTimeout(() => tell({ kind: 'signal', id, signal: 'SIGKILL' }), 2000)
    },
  }
}

function startStarter(): Starter {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const file = new URL(`./git-starter.${extension}`, import.meta.url)
  const child = fork(file, {
    env: {},
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  const open: Starter['open'] = new Map()
  const gone = (fault: Fault): void => {
    if (starter?.child === child) starter = null
    for (const [id, hear] of open) hear({ kind: 'ended', id, code: null, fault })
  }
  child.on('message', (message: FromStarter) => open.get(message.id)?.(message))
  child.on('error', ({ message }) => gone({ code: 'STARTER_FAILED', message }))
  child.on('exit', () => gone({ code: 'STARTER_ENDED', message: 'What starts git has ended.' }))
  // A finished process must not wait for it.
  child.unref()
  child.channel?.unref()
  return { child, open }
}

function errorOf(fault: Fault | null): Error | null {
  return fault && Object.assign(new Error(fault.message), { code: fault.code })
}

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { nodeEnv } from './node-env.ts'

const main = path.resolve(import.meta.dirname, '../../src/cli/main.ts')

/** `proofloop start` as people run it, in a process of its own that a test may kill. */
export async function serverProcess(
  args: string[],
  /** @param wrap a command that starts the command behind it */
  {
    cwd,
    env = {},
    wrap = [],
  }: { cwd: string; env?: Record<string, string>; wrap?: readonly string[] },
) {
  const node = [process.execPath, '--conditions=proofloop-source', main, 'start', ...args]
  const [command = '', ...rest] = [...wrap, ...node]
  const child = spawn(command, rest, {
    cwd,
    env: { ...nodeEnv, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const written = { stdout: '', stderr: '' }
  child.stdout.on('data', (data) => (written.stdout += String(data)))
  child.stderr.on('data', (data) => (written.stderr += String(data)))
  await started(child, written)
  const link = /http:\S+token=\S+/.exec(written.stdout)?.[0] ?? null
  const url = /running at (\S+)/.exec(written.stdout)?.[1] ?? ''
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await once(child, 'exit')
    }
    return child.exitCode
  }
  return {
    url,
    link,
    written,
    end,
    [Symbol.asyncDispose]: async () => void (await end('SIGKILL')),
  }
}

async function started(child: ChildProcess, written: { stdout: string; stderr: string }) {
  while (!written.stdout.includes('Ctrl-C ends it.')) {
    if (child.exitCode !== null) throw new Error(`It has ended: ${written.stderr}`)
    await setTimeout(20)
  }
}

/** The cookie that a link signs in with. */
export async function cookieOf(link: string | null): Promise<string> {
  const answer = await fetch(link ?? '', { redirect: 'manual' })
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

/** Somebody's way to ask a server, with the cookie of their session. */
export function asker(url: string, cookie: string, signal?: AbortSignal) {
  return async (method: string, address: string, body?: unknown): Promise<Response> =>
    fetch(`${url}${address}`, {
      method,
      headers: {
        cookie,
        origin: url,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    })
}

export type SentEvent = { id: number; data: { type: string } & Record<string, unknown> }

/** The events of a stream, until it breaks off or the reader has enough. */
export async function* eventsOf(response: Response): AsyncGenerator<SentEvent> {
  let rest = ''
  for await (const text of (response.body ?? new ReadableStream()).pipeThrough(
    new TextDecoderStream(),
  )) {
    const blocks = (rest + text).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const id = /^id: (\d+)$/m.exec(block)?.[1]
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (id !== undefined && data !== undefined) yield { id: Number(id), data: JSON.parse(data) }
    }
  }
}

import { createInterface } from 'node:readline/promises'
import { createInterrupt } from './interrupt.ts'
import type { Io } from './io.ts'

/** The real process. */
export function processIo(): Io {
  const { signal, interrupt } = createInterrupt(() => process.exit(130))
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  process.stdout.on('error', endQuietlyWhenReaderLeft)
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: process.cwd(),
    env: process.env,
    signal,
    ...(process.stdin.isTTY && process.stderr.isTTY && { ask }),
    interactive: process.stderr.isTTY,
    color: process.stdout.hasColors?.() ?? false,
    width: process.stdout.columns ?? Infinity,
  }
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(question)
  terminal.close()
  return /^y(?:es)?$/iu.test(answer.trim())
}

/** `proofloop review … | head` closes our stdout; that is no failure of ours. */
function endQuietlyWhenReaderLeft(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}

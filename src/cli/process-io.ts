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
    interactive: process.stderr.isTTY,
    color: process.stdout.hasColors?.() ?? false,
    width: process.stdout.columns ?? Infinity,
  }
}

/** `proofloop review … | head` closes our stdout; that is no failure of ours. */
function endQuietlyWhenReaderLeft(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}

import type { Io } from './io.ts'

/** The real process: the first Ctrl-C (or SIGTERM) asks the command to finish, the second ends it. */
export function processIo(): Io {
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort()
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  process.stdout.on('error', endQuietlyWhenReaderLeft)
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: process.cwd(),
    env: process.env,
    signal: controller.signal,
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

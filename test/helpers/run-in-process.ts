import type { Io } from '../../src/cli/io.ts'
import { run } from '../../src/cli/run.ts'

/** Runs one command line in this process, as a shell without a terminal would. */
export async function runInProcess(
  argv: string[],
  cwd: string,
  {
    signal,
    env = {},
    width = Infinity,
  }: { signal?: AbortSignal; env?: Io['env']; width?: number } = {},
) {
  const written = { stdout: '', stderr: '' }
  const io: Io = {
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    cwd,
    env,
    signal: signal ?? new AbortController().signal,
    interactive: false,
    color: false,
    width,
  }
  const exitCode = await run(argv, io)
  return { exitCode, ...written }
}

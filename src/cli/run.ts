import { CommanderError } from 'commander'
import { stackOf, UserFacingError } from '../lib/errors.ts'
import type { Io } from './io.ts'
import { createProgram } from './program.ts'

/**
 * Runs one command line and returns the exit code: 0 good, 1 the answer is no, 2 failure, 3 cannot
 * tell, 130 interrupted. The only place where an error becomes an exit code.
 */
export async function run(argv: string[], io: Io): Promise<number> {
  const result = { exitCode: 0 }
  const program = createProgram(io, (exitCode) => (result.exitCode = exitCode))
  try {
    await program.parseAsync(argv, { from: 'user' })
    return result.exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (io.signal.aborted) {
      io.stderr.write('Interrupted.\n')
      return 130
    }
    io.stderr.write(describe(error))
    return 2
  }
}

function describe(error: unknown): string {
  if (error instanceof UserFacingError) return `Error: ${error.message} [${error.code}]\n`
  return `Error: Proofloop failed in a way it did not expect; please report this. [internal]\n${stackOf(error)}\n`
}

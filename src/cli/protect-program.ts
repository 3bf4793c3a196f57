import type { Command } from 'commander'
import type { ProtectOptions } from './commands/protect-branch.ts'
import { jsonOption } from './common-options.ts'
import type { Io } from './io.ts'

type Done = (exitCode: Promise<number>) => Promise<void>

/** `proofloop change protect`, for whoever looks after the repository: no server is asked. */
export function addProtect(program: Command, { io, done }: { io: Io; done: Done }): void {
  const known = program.commands.find((command) => command.name() === 'change')
  const change = known ?? program.command('change').description('Changes of a git repository.')
  change
    .command('protect')
    .description('Let nobody but the server move the protected branch of a bare repository.')
    .option('--repository <dir>', 'the bare repository', '.')
    .option('--branch <name>', 'the protected branch', 'main')
    .option(...jsonOption)
    .action(async (options: ProtectOptions) => {
      const { protect } = await import('./commands/protect-branch.ts')
      await done(protect(options, io))
    })
}

import { Option, type Command } from 'commander'
import type { BackupOptions, DataOptions } from './commands/backup.ts'
import type { AuditOptions, VerifyOptions } from './commands/audit.ts'
import type { ForgetKeysOptions } from './commands/forget-keys.ts'
import type { RestoreOptions } from './commands/restore.ts'
import { dataOption, jsonOption } from './common-options.ts'
import type { Io } from './io.ts'

type Context = { io: Io; done: (exitCode: Promise<number>) => Promise<void> }

/** Commands on what is kept: copies of it, its keys, its log. */
export function addDataCommands(program: Command, context: Context): void {
  addBackup(program, context)
  addRestore(program, context)
  addKeys(program.command('keys').description('The keys that seal secrets at rest.'), context)
  addAudit(program.command('audit').description('The log of who did what.'), context)
}

function addBackup(program: Command, { io, done }: Context): void {
  program
    .command('backup')
    .description('Write everything that is kept into one file, also while a server runs.')
    .argument('<file>', 'a new file, booklets.backup for example')
    .option(...dataOption)
    .option('--to <key>', 'seal what engineers may not see to this public key of a custodian')
    .addOption(
      new Option(
        '--open',
        'write it for whoever has the file, though several people have accounts',
      ).conflicts('to'),
    )
    .action(async (file: string, options: BackupOptions) => {
      const { backup } = await import('./commands/backup.ts')
      await done(backup(file, options, io))
    })
}

function addRestore(program: Command, { io, done }: Context): void {
  program
    .command('restore')
    .description(
      'Put a backup into an empty folder or database; SQLite and PostgreSQL take either.',
    )
    .argument('<file>', 'written by proofloop backup')
    .option('--data <dir>', 'where everything is to be kept', '.proofloop')
    .option('--custodian-key <file>', 'secret key of the custodian to whom hidden rows are sealed')
    .action(async (file: string, options: RestoreOptions) => {
      const { restore } = await import('./commands/restore.ts')
      await done(restore(file, options, io))
    })
}

function addKeys(keys: Command, { io, done }: Context): void {
  keys
    .command('rotate')
    .description('Seal every secret in the store anew, with new keys; also while a server runs.')
    .option(...dataOption)
    .action(async (options: DataOptions) => {
      const { rotateKeys } = await import('./commands/rotate-keys.ts')
      await done(rotateKeys(options, io))
    })
  keys
    .command('forget')
    .description('Give up the secrets whose master key is lost, so that a server starts again.')
    .option(...dataOption)
    .option('--yes', 'do it; without it, tell only what is lost')
    .action(async (options: ForgetKeysOptions) => {
      const { forgetKeys } = await import('./commands/forget-keys.ts')
      await done(forgetKeys(options, io))
    })
  keys
    .command('custodian')
    .description('Keys to which backups seal what engineers may not see.')
    .command('new')
    .description('Make a pair: print the public key, write the secret one into a file.')
    .option('--secret <file>', 'the new file', 'custodian.key')
    .action(async (options: { secret: string }) => {
      const { newCustodianKey } = await import('./commands/new-custodian-key.ts')
      await done(newCustodianKey(options, io))
    })
}

function addAudit(audit: Command, { io, done }: Context): void {
  audit
    .command('head')
    .description(
      'Print number and hash of the newest entry, to be kept where the server cannot write.',
    )
    .option(...dataOption)
    .option(...jsonOption)
    .action(async (options: AuditOptions) => {
      const { auditHead } = await import('./commands/audit.ts')
      await done(auditHead(options, io))
    })
  audit
    .command('export')
    .description('Write all entries into a file, one a line, oldest first.')
    .argument('<file>', 'audit.jsonl for example')
    .option(...dataOption)
    .option(...jsonOption)
    .action(async (file: string, options: AuditOptions) => {
      const { exportAudit } = await import('./commands/audit.ts')
      await done(exportAudit(file, options, io))
    })
  audit
    .command('verify')
    .description('Say whether all entries are as they were written (exit 0), or which is not (1).')
    .argument('[file]', 'an export; the log of the data folder or DATABASE_URL without it')
    .option(...dataOption)
    .option('--head <number:hash>', 'a head that was kept: finds newest entries that were cut off')
    .option(...jsonOption)
    .action(async (file: string | undefined, options: VerifyOptions) => {
      const { verifyAudit } = await import('./commands/audit.ts')
      await done(verifyAudit(file, options, io))
    })
}

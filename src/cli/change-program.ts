import type { Command } from 'commander'
import type {
  ChangeOptions,
  DecideOptions,
  ListChangesOptions,
  OpenChangeOptions,
  StatusOptions,
} from './commands/change.ts'
import { jsonOption } from './common-options.ts'
import type { Io } from './io.ts'

type Done = (exitCode: Promise<number>) => Promise<void>

/** `proofloop change …` */
export function addChange(program: Command, { io, done }: { io: Io; done: Done }): void {
  const load = () => import('./commands/change.ts')
  const change = program
    .command('change')
    .description('Propose a branch to be merged, follow it, and decide about those of others.')
  const verb = (name: string, description: string): Command =>
    change
      .command(name)
      .description(description)
      .option('--server <url>', 'where the change is; its API key is in PROOFLOOP_API_KEY')
      .option(...jsonOption)
  verb('open', 'Propose a branch, or a draft of the page Flow.')
    .option('--branch <name>', 'a branch of the repository; default: the one that is checked out')
    .option('--draft <version>', 'instead of a branch: the version of one of your drafts')
    .option('--title <text>', 'default: the first line of the newest commit')
    .option('--description <text>', 'what it is for', '')
    .action(async (options: OpenChangeOptions) => done((await load()).openChange(options, io)))
  verb('list', 'Changes, newest first.')
    .option('--state <state>', 'open, merged or closed')
    .option('--own', 'only those that you proposed')
    .action(async (options: ListChangesOptions) => done((await load()).listChanges(options, io)))
  verb(
    'status',
    'Where a change is: exit 0 when it may be deployed, 1 when it was not passed, 3 when it waits.',
  )
    .argument('<number>', 'of the change')
    .option('--wait', 'until it waits for a person, or is over')
    .action(async (number: string, options: StatusOptions) =>
      done((await load()).changeStatus(number, options, io)),
    )
  decision('approve', 'Approve exactly what would be merged now, or ask for changes.')
    .option('--request-changes', 'ask for changes instead')
    .option('--reason <text>', 'why; approvers and custodians read it')
    .action(async (number: string, options: DecideOptions) =>
      done((await load()).approveChange(number, options, io)),
    )
  decision('override', 'Let a change in of which the gate cannot tell.')
    .requiredOption(
      '--reason <text>',
      'why, in 10 to 2000 characters; approvers and custodians read it',
    )
    .action(async (number: string, options: DecideOptions) =>
      done((await load()).overrideChange(number, options, io)),
    )
  verb('close', 'Withdraw a change of yours.')
    .argument('<number>', 'of the change')
    .action(async (number: string, options: ChangeOptions) =>
      done((await load()).closeChange(number, options, io)),
    )

  function decision(name: string, description: string): Command {
    return verb(name, description)
      .argument('<number>', 'of the change')
      .option(
        '--head <commit>',
        'refuse when the newest commit is another one, or begins otherwise',
      )
      .option('--yes', 'without being asked')
  }
}

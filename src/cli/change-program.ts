import type { Command } from 'commander'
import type {
  ChangeOptions,
  DecideOptions,
  ListChangesOptions,
  OpenChangeOptions,
  RetryOptions,
  StatusOptions,
} from './commands/change.ts'
import { jsonOption } from './common-options.ts'
import type { Io } from './io.ts'

type Done = (exitCode: Promise<number>) => Promise<void>

/** `proofloop change …` */
export function addChange(program: Command, { io, done }: { io: Io; done: Done }): void {
  const change = program
    .command('change')
    .description('Propose a branch to be merged, follow it, and decide about those of others.')
  const verb: Verb = (name, description) =>
    change
      .command(name)
      .description(description)
      .option('--server <url>', 'where the change is; its API key is in PROOFLOOP_API_KEY')
      .option(...jsonOption)
  addProposing(verb, { io, done })
  addDeciding(verb, { io, done })
}

type Verb = (name: string, description: string) => Command

const load = () => import('./commands/change.ts')

function addProposing(verb: Verb, { io, done }: { io: Io; done: Done }): void {
  verb('open', 'Propose a branch, or a draft of the page Flow.')
    .option('--branch <name>', 'a branch of the repository; default: the one that is checked out')
    .option('--draft <version>', 'instead of a branch: the version of one of your drafts')
    .option('--anew', 'of a draft: also where the protected branch does not have its agent')
    .option('--title <text>', 'default: the first line of the newest commit')
    .option('--description <text>', 'what it is for', '')
    .action(async (options: OpenChangeOptions) => done((await load()).openChange(options, io)))
  verb('list', 'Changes, newest first.')
    .option('--state <state>', 'open, merged or closed')
    .option('--own', 'only those that you proposed')
    .option('--after <number>', 'older ones than this change')
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
  verb('retry', 'Begin a check of a change of yours again that failed by no fault of its own.')
    .argument('<number>', 'of the change')
    .option('--gate', 'ask for the one more look of the gate; it costs one of your budget')
    .option('--yes', 'without being asked')
    .action(async (number: string, options: RetryOptions) =>
      done((await load()).retryChange(number, options, io)),
    )
  verb('close', 'Withdraw a change of yours.')
    .argument('<number>', 'of the change')
    .action(async (number: string, options: ChangeOptions) =>
      done((await load()).closeChange(number, options, io)),
    )
}

function addDeciding(verb: Verb, { io, done }: { io: Io; done: Done }): void {
  decision('approve', 'Approve exactly what would be merged now, or ask for changes.')
    .option('--request-changes', 'ask for changes instead')
    .option('--reason <text>', 'why; approvers read it, with --request-changes its author, too')
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

import { type Command, Option } from 'commander'
import type {
  FollowGateOptions,
  GateKeyOptions,
  GateOptions,
  VerifyReceiptOptions,
} from './commands/gate.ts'
import type { ShowGateOptions } from './commands/gate-show.ts'
import { dataOption, flowOption, jsonOption, positiveInteger } from './common-options.ts'
import type { Io } from './io.ts'

type Done = (exitCode: Promise<number>) => Promise<void>

/** `proofloop gate …` */
export function addGate(program: Command, { io, done }: { io: Io; done: Done }): Command {
  const load = () => import('./commands/gate.ts')
  const gate = program
    .command('gate')
    .description(
      'Ask whether a version may replace the one in production, on examples that nobody sees: exit 0 when it passed, else 1.',
    )
    .enablePositionalOptions()
    .option('--candidate <dir|version>', 'folder with agents/, or hash of a version', '.')
    .option('--baseline <version>', 'the version in production, or the beginning of its hash')
    .option('--env <name>', 'environment whose models are asked: refused when it is another one')
    .option('--again', 'one more look at what was not passed, pooled with the first')
    .option('--yes', 'take one of the budget without being asked')
    .option('--detach', 'only ask')
    .option('--receipt <file>', 'where the signed receipt is written')
  addPlace(gate).action(async (options: GateOptions) => done((await load()).gate(options, io)))
  const answer = gate
    .command('answer')
    .description('Wait for the answer to what was asked before.')
    .argument('<gate>', 'its id')
    .option('--receipt <file>', 'where the signed receipt is written')
  addPlace(answer).action(async (id: string, options: FollowGateOptions) =>
    done((await load()).followGate(id, options, io)),
  )
  addShow(gate, { io, done })
  const key = gate
    .command('key')
    .description('The public key with which receipts are checked.')
    .option('--to <file>', 'the file that is written')
  addPlace(key).action(async (options: GateKeyOptions) => done((await load()).gateKey(options, io)))
  gate
    .command('verify')
    .description('Check a receipt, with nothing but the public key.')
    .argument('<file>', 'the receipt')
    .requiredOption('--key <file>', 'the public key of the server')
    .option('--candidate <version>', 'the version that it has to be of')
    .option('--require-walls', 'refuse one without isolation os and boundary users')
    .option('--no-solo', 'refuse one of solo mode')
    .option(...jsonOption)
    .action(async (file: string, options: VerifyReceiptOptions) =>
      done((await load()).verifyGate(file, options, io)),
    )
  return gate
}

function addShow(gate: Command, { io, done }: { io: Io; done: Done }): void {
  gate
    .command('show')
    .description('What a gate found, for approvers and custodians. Each look is in the audit log.')
    .argument('[gate]', 'its id; the newest when left out')
    .requiredOption('--server <url>', 'the server; its API key is in PROOFLOOP_API_KEY')
    .option('--documents', 'what each version found in each document, for custodians')
    .addOption(
      new Option('--asked', 'about which documents models were asked, for custodians').conflicts([
        'documents',
      ]),
    )
    .addOption(
      new Option(
        '--calls <document>',
        'what a version asked of models about one document, and what they said, for custodians',
      ).conflicts(['documents', 'asked']),
    )
    .addOption(
      new Option('--side <version>', 'of which version, with --calls')
        .choices(['candidate', 'baseline', 'anchor'])
        .default('candidate'),
    )
    .option('--run <n>', 'of which run, with --calls', positiveInteger, 1)
    .addOption(
      new Option('--split <split>', 'of which documents; evaluation with --asked and --calls')
        .choices(['test', 'audit', 'evaluation'])
        .default('test'),
    )
    .option(...jsonOption)
    .action(async (id: string | undefined, options: ShowGateOptions) =>
      done((await import('./commands/gate-show.ts')).showGate(id, options, io)),
    )
}

function addPlace(command: Command): Command {
  return command
    .option('--server <url>', 'the gate of a server; its API key is in PROOFLOOP_API_KEY')
    .option(...dataOption)
    .option(...flowOption)
    .option('--config <file>', "the server's configuration, without --server")
    .option(...jsonOption)
}

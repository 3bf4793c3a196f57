import { Command, InvalidArgumentError, Option } from 'commander'
import type { BundleOptions } from './commands/bundle.ts'
import type { CompareOptions } from './commands/compare.ts'
import type { DoctorOptions } from './commands/doctor.ts'
import type { EvaluateOptions } from './commands/evaluate.ts'
import type { RecordOptions } from './commands/record.ts'
import type { StartOptions } from './commands/start.ts'
import type { TraceOptions } from './tracing/trace-settings.ts'
import {
  agentsOption,
  collect,
  columnMappingOption,
  commaSeparated,
  dataOption,
  flowOption,
  jsonOption,
  positiveInteger,
} from './common-options.ts'
import { addDataCommands } from './data-commands.ts'
import { addChange } from './change-program.ts'
import { addGate } from './gate-program.ts'
import { addDataset } from './dataset-program.ts'
import type { FlowOptions } from './open-flow-here.ts'
import { addProtect } from './protect-program.ts'
import { version } from './version.ts'
import type { Io } from './io.ts'
import { Split } from '../schema/access.ts'

/**
 * The command line: names, options, help. Each action loads its command's code only when it runs,
 * so that `--help` stays fast.
 */
export function createProgram(io: Io, setExitCode: (code: number) => void): Command {
  const program = newProgram(io)
  const done = async (exitCode: Promise<number>): Promise<void> => setExitCode(await exitCode)
  addInit(program, async (directory) => {
    const { init } = await import('./commands/init.ts')
    await done(init(directory, io))
  })
  addReview(program, async (files, options, command) =>
    done(reviewAnywhere(files, options, { command, io })),
  )
  addEvaluate(program, async (options, command) => done(evaluateAnywhere(options, command, io)))
  addBundle(program, async (options) => {
    const { bundle } = await import('./commands/bundle.ts')
    await done(bundle(options, io))
  })
  addCompare(program, async (options) => {
    const { compare } = await import('./commands/compare.ts')
    await done(compare(options, io))
  })
  addStart(program, async (options) => {
    const { start } = await import('./commands/start.ts')
    await done(start(options, io))
  })
  addDoctor(program, async (options) => {
    const { doctor } = await import('./commands/doctor.ts')
    await done(doctor(options, io))
  })
  addRecord(program, async (options) => {
    const { record } = await import('./commands/record.ts')
    await done(record(options, io))
  })
  addGate(program, { io, done }).option(...paragraphsOption)
  addChange(program, { io, done })
  addDataset(program, io, done)
  addDataCommands(program, { io, done })
  addProtect(program, { io, done })
  return program
}

async function reviewAnywhere(
  files: string[],
  options: ReviewOptions,
  { command, io }: { command: Command; io: Io },
): Promise<number> {
  if (options.server === undefined) {
    if (options.follow !== undefined) command.error('error: --follow goes with --server')
    if (options.split !== undefined) command.error('error: --split goes with --server')
    const { review } = await import('./commands/review.ts')
    return review(files, options, io)
  }
  const { reviewOnServer } = await import('./commands/review-on-server.ts')
  return reviewOnServer(files, { ...options, given: givenOptions(command) }, io)
}

async function evaluateAnywhere(
  { server, dataset, ...options }: EvaluateAnywhereOptions,
  command: Command,
  io: Io,
): Promise<number> {
  if (server !== undefined) {
    const { evaluateOnServer } = await import('./commands/evaluate-on-server.ts')
    return evaluateOnServer({ ...options, server, dataset, given: givenOptions(command) }, io)
  }
  if (options.follow !== undefined) command.error('error: --follow goes with --server')
  if (options.detach) command.error('error: --detach goes with --server')
  if (dataset === undefined) {
    return command.error("error: required option '--dataset <path>' not specified")
  }
  const { evaluate } = await import('./commands/evaluate.ts')
  return evaluate({ ...options, dataset }, io)
}

function newProgram(io: Io): Command {
  return (
    new Command('proofloop')
      .description('Find issues in documents, and measure how well they are found.')
      .version(version())
      // A command that has commands, gate, leaves them the options that stand behind their names.
      .enablePositionalOptions()
      .exitOverride()
      .configureOutput({
        writeOut: (text) => io.stdout.write(text),
        writeErr: (text) => io.stderr.write(text),
      })
      .showHelpAfterError('Run with --help to see what is accepted.')
  )
}

function addStart(program: Command, action: (options: StartOptions) => Promise<void>): void {
  program
    .command('start')
    .description('Serve the page on which people review documents, and its API.')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0: any that is free', port, 4310)
    .option(...dataOption)
    .option(...flowOption)
    .option('--config <file>', configHelp)
    .option('--env <name>', 'the environment of the configuration that this server is for')
    .addOption(
      new Option('--role <role>', 'answer requests, run jobs, or both; gate: run flows for gates')
        .choices(['all', 'api', 'worker', 'gate'])
        .default('all'),
    )
    .option(
      '--gate-socket <file>',
      'where a gate worker (--role gate) and its server meet: a socket in a folder of both',
    )
    .action(action)
}

const configHelp = "the server's configuration (default: proofloop.config.ts in this folder)"

function addDoctor(program: Command, action: (options: DoctorOptions) => Promise<void>): void {
  program
    .command('doctor')
    .description('Check an environment of the server for real: exit 0 when all is well, else 1.')
    .requiredOption('--env <name>', 'dev, test or prod, as the configuration has them')
    .option(...dataOption)
    .option(...flowOption)
    .option('--config <file>', configHelp)
    .option('--gate-socket <file>', 'the socket of a gate worker, where the server has one')
    .option(...jsonOption)
    .action(action)
}

function addInit(program: Command, action: (directory: string) => Promise<void>): void {
  program
    .command('init')
    .description('Start a flow of your own: one agent, a small dataset, tests, a configuration.')
    .argument('<dir>', 'a new or empty folder')
    .action(action)
}

export type ReviewOptions = TraceOptions &
  FlowOptions & {
    /** Address of a server that reviews instead of this machine. */
    server?: string
    /** Reviews that run there already. */
    follow?: string[]
    /** Which the documents come into there. */
    split?: Split
    password?: string
    concurrency: number
    strict?: boolean
    json?: boolean
  }

function addReview(
  program: Command,
  action: (files: string[], options: ReviewOptions, command: Command) => Promise<void>,
): void {
  const command = program
    .command('review')
    .description(
      'Review documents (PDF, Word, HTML, Markdown, text) and print the issues that the agents find.',
    )
    .argument('[files...]', 'files, folders or glob patterns')
    .option('--server <url>', 'have a server review them; its API key is in PROOFLOOP_API_KEY')
    .option(
      '--follow <review>',
      'with --server: print a review that runs there; repeatable',
      collect,
    )
    .addOption(
      new Option(
        '--split <split>',
        'with --server, for custodians: the split that the documents come into; left out, it is drawn',
      ).choices(Split.options),
    )
    .option(...flowOption)
    .option(...agentsOption)
    .addOption(new Option('--password <password>', 'for encrypted PDFs').env('PROOFLOOP_PASSWORD'))
    .option('--concurrency <n>', 'documents reviewed at the same time', positiveInteger, 2)
    .option('--strict', 'exit 1 when a part of a review failed')
    .option(...jsonOption)
  addTracing(addFlowOptions(command)).action(action)
}

/** Those that stand on the command line, as they are written there. */
function givenOptions(command: Command): string[] {
  return (
    command.options
      .filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')
      // --cache and --no-cache are one value.
      .filter(
        (option) => option.negate === (command.getOptionValue(option.attributeName()) === false),
      )
      .map((option) => option.long ?? option.flags)
  )
}

type EvaluateAnywhereOptions = Omit<EvaluateOptions, 'dataset'> & {
  dataset?: string
  /** Address of a server that measures instead of this machine. */
  server?: string
  follow?: string
  detach?: boolean
}

function addEvaluate(
  program: Command,
  action: (options: EvaluateAnywhereOptions, command: Command) => Promise<void>,
): void {
  const command = program
    .command('evaluate')
    .description('Measure recorded outputs or a flow against the issues that people found.')
    .option(
      '--dataset <path>',
      'folder with documents.jsonl and gold.jsonl, .jsonl or .csv; or the name of one in the data folder, with --server there',
    )
    .option(...columnMappingOption)
    .option('--server <url>', 'have a server measure the flow; its API key is in PROOFLOOP_API_KEY')
    .option('--detach', 'with --server: only start it')
    .option('--follow <evaluation>', 'with --server: print an evaluation that runs there')
    .option(
      '--outputs <file>',
      'recorded issues as JSON Lines; give it again for each further run',
      collect,
    )
    .option('--flow <dir>', 'folder with agents/, to be run on the documents')
    .option(
      '--agents <names>',
      'only these agents (with --outputs: issue types), separated by commas',
      commaSeparated,
    )
    .option('--repeats <n>', 'runs of the flow (default: 3)', positiveInteger)
    .option(
      '--concurrency <n>',
      'documents reviewed at the same time (default: as many as keep the models busy)',
      positiveInteger,
    )
    .option('--examples', 'list the mistakes of the first run by kind')
    .option('--save <file>', 'keep the counts for proofloop compare')
    .option('--report <file>', 'write one page of HTML with figures and mistakes')
    .option(...jsonOption)
  addTracing(addFlowOptions(command)).action(action)
}

function addBundle(program: Command, action: (options: BundleOptions) => Promise<void>): void {
  program
    .command('bundle')
    .description('List what evaluate --server sends of a flow; nothing is sent.')
    .option('--flow <dir>', 'folder with agents/ (default: this folder)')
    .option(...paragraphsOption)
    .option('--to <file>', 'write it into a file, too')
    .option(...jsonOption)
    .action(action)
}

function addRecord(program: Command, action: (options: RecordOptions) => Promise<void>): void {
  const command = program
    .command('record')
    .description("Make a model's answers to a flow's prompts out of recorded issues, for replay.")
    .requiredOption('--dataset <path>', 'the documents: folder, .jsonl or .csv')
    .requiredOption(
      '--outputs <file>',
      'recorded issues as JSON Lines; give it again for each further shot',
      collect,
    )
    .requiredOption('--to <file>', 'the recordings that are written')
    .option(...flowOption)
    .option(...agentsOption)
  addDocumentOptions(command).action(action)
}

const paragraphsOption = [
  '--paragraphs-per-chunk <n>',
  'paragraphs an agent sees at once; -1: all',
  chunkSize,
  32,
] as const

/** What decides what is shown to an agent. */
function addDocumentOptions(command: Command): Command {
  return command
    .option(...paragraphsOption)
    .option('--ocr', 'read pages without text by OCR (English; some seconds a page)')
}

function addFlowOptions(command: Command): Command {
  return addDocumentOptions(command)
    .option('--max-cost <amount>', 'send no more to models than costs this much', positiveNumber)
    .option('--max-tokens <n>', 'send no more to models than so many tokens', positiveInteger)
    .option(...dataOption)
    .option('--cache <file>', 'keep answers of models in a file of their own')
    .option('--no-cache', 'ask models again, and keep no answers')
    .option('--no-record', 'do not show it on the page of the server that keeps the same data')
    .option('--dry-run', 'say what would be sent to models and what it costs; send nothing')
}

function addTracing(command: Command): Command {
  return command
    .option('--trace <file>', 'write OpenTelemetry traces of the runs, as OTLP in JSON Lines')
    .option('--trace-content', 'let traces hold file names, prompts and answers')
}

function addCompare(program: Command, action: (options: CompareOptions) => Promise<void>): void {
  program
    .command('compare')
    .description(
      "Say whether a candidate may replace a baseline: PASS (exit 0), FAIL (1) or CAN'T TELL (3).",
    )
    .requiredOption('--baseline <run>', 'what is in production, saved by evaluate --save')
    .requiredOption('--candidate <run>', 'what is to replace it')
    .option('--anchor <run>', 'what was in production when the dataset was made')
    .option('--margin <share>', 'loss of F0.5 that is acceptable; 0.03 is 3 points', margin, 0.03)
    .option(...jsonOption)
    .action(action)
}

function margin(value: string): number {
  const number = Number(value)
  if (value.trim() !== '' && number > 0 && number < 1) return number
  throw new InvalidArgumentError('It must be a share between 0 and 1, for example 0.03.')
}

function port(value: string): number {
  const number = Number(value)
  if (value.trim() !== '' && Number.isInteger(number) && number >= 0 && number < 65536)
    return number
  throw new InvalidArgumentError('It must be a number from 0 to 65535.')
}

function positiveNumber(value: string): number {
  const number = Number(value)
  if (value.trim() !== '' && Number.isFinite(number) && number > 0) return number
  throw new InvalidArgumentError('It must be a number above 0.')
}

function chunkSize(value: string): number {
  return value === '-1' ? -1 : positiveInteger(value)
}

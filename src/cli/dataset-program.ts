import { Argument, type Command, Option } from 'commander'
import { Split } from '../schema/access.ts'
import { ReferenceRole } from '../schema/reference-version.ts'
import { columnMappingOption, dataOption, flowOption, jsonOption } from './common-options.ts'
import type {
  DatasetOptions,
  ExportOptions,
  ImportOptions,
  ShowOptions,
} from './commands/dataset.ts'
import type { KeepingOptions, OwnerOptions, ReferenceOptions } from './commands/dataset-keeping.ts'
import type { MergeOptions, ProposalOptions, RotateOptions } from './commands/dataset-proposals.ts'
import type { Io } from './io.ts'

type DiffArguments = [name: string, from: string, to: string, options: DatasetOptions]

type MarkArguments = [role: ReferenceRole, version: string | undefined, options: KeepingOptions]

type Done = (exitCode: Promise<number>) => Promise<void>

/** `proofloop dataset …` */
export function addDataset(program: Command, io: Io, done: Done): void {
  const dataset = program
    .command('dataset')
    .description('Keep labelled examples in versions, in splits that hide or show them.')
  const load = () => import('./commands/dataset.ts')
  addPlace(dataset.command('list').description('Datasets and their newest versions.')).action(
    async (options: DatasetOptions) => done((await load()).listDatasets(options, io)),
  )
  const show = dataset
    .command('show')
    .description('What a version holds: examples, issues and types of each split.')
    .argument('<name>', 'a dataset, or one split of it: letters@evaluation')
  addPlace(addVersion(show)).action(async (name: string, options: ShowOptions) =>
    done((await load()).showDataset(name, options, io)),
  )
  const diff = dataset
    .command('diff')
    .description('What differs between two versions.')
    .argument('<name>', 'a dataset')
    .argument('<from>', 'hash of a version, or the first 8 digits and more of it')
    .argument('[to]', 'another version', 'newest')
  addPlace(diff).action(async (...[name, from, to, options]: DiffArguments) =>
    done((await load()).diffDataset(name, [from, to], { options, io })),
  )
  const check = dataset
    .command('check')
    .description(
      'Copies in more than one split, and hidden examples that stand in prompts or rules.',
    )
    .argument('<name>', 'a dataset')
    .option(...flowOption)
  addPlace(addVersion(check)).action(async (name: string, options: ShowOptions) =>
    done((await load()).checkDataset(name, options, io)),
  )
  addProposals(dataset, io, done)
  addKeeping(dataset, io, done)
  addImport(dataset, async (args, options) => done((await load()).importDataset(args, options, io)))
  const exporting = dataset
    .command('export')
    .description('Write a version as JSON Lines that carry their texts, and tell its SHA-256.')
    .argument('<name>', 'a dataset, or one split of it: letters@evaluation')
    .requiredOption('--to <file>', 'the file that is written')
  addPlace(addVersion(exporting)).action(async (name: string, options: ExportOptions) =>
    done((await load()).exportDataset(name, options, io)),
  )
}

/** What reviews on a server propose, and the rotation. */
function addProposals(dataset: Command, io: Io, done: Done): void {
  const load = () => import('./commands/dataset-proposals.ts')
  const list = dataset
    .command('proposals')
    .description('Examples that reviews on a server propose.')
    .argument('<name>', 'a dataset')
  addServer(list).action(async (name: string, options: ProposalOptions) =>
    done((await load()).listProposals(name, options, io)),
  )
  const merge = dataset
    .command('merge')
    .description('Add what reviews propose, as a new version.')
    .argument('<name>', 'a dataset')
    .argument('[reviews...]', 'ids of reviews, as proposals lists them')
    .addOption(
      new Option(
        '--split <split>',
        'which all of them come into; left out, that of each document',
      ).choices(Split.options),
    )
  addServer(addChoice(merge)).action(
    async (name: string, reviews: string[], options: MergeOptions) =>
      done((await load()).mergeReviews([name, reviews], options, io)),
  )
  const decline = dataset
    .command('decline')
    .description('Propose these reviews no more, unless their verdicts change.')
    .argument('<name>', 'a dataset')
    .argument('<reviews...>', 'ids of reviews, as proposals lists them')
  addServer(decline).action(async (name: string, reviews: string[], options: ProposalOptions) =>
    done((await load()).declineReviews([name, reviews], options, io)),
  )
  const rotate = dataset
    .command('rotate')
    .description(
      'Let a third of test retire into evaluation, where engineers see it for ever, and add what reviews propose.',
    )
    .argument('<name>', 'a dataset')
    .argument('[reviews...]', 'ids of reviews that are added with the same version')
    .option('--yes', 'do it; without it, tell only how much would retire and what would come in')
  addServer(addChoice(rotate)).action(
    async (name: string, reviews: string[], options: RotateOptions) =>
      done((await load()).rotateDataset([name, reviews], options, io)),
  )
}

/** Whose it is, what versions are compared with on it, and who opens its texts: on a server. */
function addKeeping(dataset: Command, io: Io, done: Done): void {
  const load = () => import('./commands/dataset-keeping.ts')
  const owner = dataset
    .command('owner')
    .description('Who owns a dataset; custodians hand it on.')
    .argument('<name>', 'a dataset')
    .option('--hand-on <person>', 'to another custodian: the name or address of one')
  addServer(owner).action(async (name: string, options: OwnerOptions) =>
    done((await load()).datasetOwner(name, options, io)),
  )
  const references = dataset
    .command('references')
    .description('How baseline and anchor of the flow measure on the newest test.')
    .argument('<name>', 'a dataset')
    .option('--measure', 'begin to measure what was not measured on it, or failed')
  addServer(references).action(async (name: string, options: ReferenceOptions) =>
    done((await load()).datasetReferences(name, options, io)),
  )
  const mark = dataset
    .command('mark')
    .description('Mark a version of the flow as what others are compared with.')
    .addArgument(new Argument('<role>', 'the anchor is marked once').choices(ReferenceRole.options))
    .argument('[version]', 'hash of a version; left out, the one in use')
  addServer(mark).action(async (...[role, version, options]: MarkArguments) =>
    done((await load()).markVersion([role, version], options, io)),
  )
  const opened = dataset
    .command('opened')
    .description('How many texts people opened who may not export, by day.')
  addServer(opened).action(async (options: KeepingOptions) =>
    done((await load()).openedTexts(options, io)),
  )
}

function addChoice(command: Command): Command {
  return command
    .option('--all', 'all that is proposed now')
    .option('--note <text>', 'kept beside the version')
    .option(...showHiddenOption)
}

const showHiddenOption = [
  '--show-hidden',
  'let engineers see, for ever, what is hidden until now in this dataset or elsewhere',
] as const

function addServer(command: Command): Command {
  return command
    .requiredOption('--server <url>', 'the server; its API key is in PROOFLOOP_API_KEY')
    .option(...jsonOption)
}

type ImportAction = (args: [dataset: string, file: string], options: ImportOptions) => Promise<void>

function addImport(dataset: Command, action: ImportAction): void {
  const command = dataset
    .command('import')
    .description('Add a version of a dataset, and the dataset with its first one.')
    .argument('<name>', 'what the dataset is called')
    .argument('<path>', 'folder with documents.jsonl and gold.jsonl, .jsonl or .csv')
    .option('--add', 'keep the examples of the newest version that the files do not have')
    .addOption(
      new Option('--splits <how>', 'drawn by the key, as each example says, or one for all')
        .choices(['drawn', 'given', ...Split.options])
        .default('drawn'),
    )
    .option(...columnMappingOption)
    .option('--note <text>', 'kept beside the version')
    .option(...showHiddenOption)
    .option(...flowOption)
  addPlace(command).action((name: string, file: string, options: ImportOptions) =>
    action([name, file], options),
  )
}

function addVersion(command: Command): Command {
  return command.option('--at <hash>', 'another version than the newest one', 'newest')
}

function addPlace(command: Command): Command {
  return command
    .option(...dataOption)
    .option('--server <url>', 'ask a server instead; its API key is in PROOFLOOP_API_KEY')
    .option(...jsonOption)
}

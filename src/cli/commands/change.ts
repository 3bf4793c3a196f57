import { setTimeout } from 'node:timers/promises'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import type { ChangeStage, ChangeView } from '../../schema/change-views.ts'
import { BranchName, DecisionReason, Description, Title } from '../../schema/api/changes.ts'
import { ChangeState, type Decision } from '../../schema/stored-change.ts'
import {
  changeExit,
  changeLine,
  changeReport,
  leftInWords,
  proposalReport,
  stageInWords,
} from '../change/change-report.ts'
import { branchHere } from '../change/branch-here.ts'
import type { Io } from '../io.ts'
import { openRemote, type Remote } from '../on-server/remote.ts'
import { requireLength } from '../on-server/text-option.ts'
import {
  decidingChanges,
  type Needs,
  proposingChanges,
  readingChanges,
  serverFault,
} from '../on-server/server-faults.ts'

export type ChangeOptions = { server?: string; json?: boolean }
export type OpenChangeOptions = ChangeOptions & {
  branch?: string
  draft?: string
  anew?: boolean
  title?: string
  description: string
}
export type ListChangesOptions = ChangeOptions & { state?: string; own?: boolean; after?: string }
export type StatusOptions = ChangeOptions & { wait?: boolean }
export type RetryOptions = ChangeOptions & { gate?: boolean; yes?: boolean }
export type DecideOptions = ChangeOptions & {
  head?: string
  reason?: string
  requestChanges?: boolean
  yes?: boolean
}

/** Milliseconds between looks. */
const lookEvery = 2000
/** Of a page of the list. */
const mostListed = 100

/** @returns 0 */
export async function openChange(options: OpenChangeOptions, io: Io): Promise<number> {
  const { server, draft, anew, description } = options
  requireProposal(options)
  const at = await connect(server, proposingChanges, io)
  const here = draft === undefined ? await branchHere(options.branch, io) : null
  const title = options.title ?? here?.title
  if (title === undefined) throw noTitle(here?.branch)
  const source = here === null ? { draft, anew } : { branch: here.branch }
  const opened = await at.ask(({ changes }, call) =>
    changes.open({ ...source, title, description }, call),
  )
  print(opened, { ...options, url: at.url }, io)
  return 0
}

/** @throws UserFacingError change-source, option-length */
function requireProposal({ branch, draft, title, description }: OpenChangeOptions): void {
  if (branch !== undefined && draft !== undefined) {
    const sentence = 'Give --branch or --draft, and not both: a draft gets a branch of its own.'
    throw new UserFacingError('change-source', sentence)
  }
  requireLength('--branch', branch, BranchName)
  requireLength('--title', title, Title)
  requireLength('--description', description, Description)
}

/** A title is taken from the newest commit of a branch; other machines may have one that this has not. */
function noTitle(branch: string | undefined): UserFacingError {
  return new UserFacingError(
    'title-missing',
    branch === undefined
      ? 'Say with --title what the change is.'
      : `There is no branch ${printable(branch)} here to take a title from. Check its name; if only the server has it, say with --title what the change is.`,
  )
}

/** @returns 0 */
export async function listChanges(options: ListChangesOptions, io: Io): Promise<number> {
  const { server, own } = options
  const after = options.after === undefined ? undefined : `${numberOf(options.after)}`
  const state = stateOf(options)
  const at = await connect(server, readingChanges, io)
  const { items, next, told } = await at.ask(({ changes }, call) =>
    changes.list(
      {
        limit: mostListed,
        ...(state && { state }),
        ...(own && { own: 'true' }),
        ...(after && { after }),
      },
      call,
    ),
  )
  const lines = items.map((item) => `${changeLine(item)}\n`).join('')
  io.stdout.write(options.json ? `${JSON.stringify(items, null, 2)}\n` : lines)
  for (const sentence of told) io.stderr.write(`${printable(sentence)}\n`)
  if (items.length === 0) io.stderr.write('There are none.\n')
  if (next !== null) io.stderr.write(`There may be more; they begin after --after ${next}.\n`)
  return 0
}

/** @returns 0 when it may be deployed, 1 when it was not passed or is given up, 3 when it waits for somebody */
export async function changeStatus(
  number: string,
  options: StatusOptions,
  io: Io,
): Promise<number> {
  const at = await connect(options.server, readingChanges, io)
  let view = await at.find(numberOf(number))
  let told: ChangeStage | null = null
  while (options.wait && view.goesOn) {
    if (told !== view.stage) io.stderr.write(`${stageInWords(view.stage)} …\n`)
    told = view.stage
    await setTimeout(lookEvery, undefined, { signal: io.signal })
    view = await at.find(view.number)
  }
  print(view, { ...options, url: at.url }, io)
  return changeExit(view.stage)
}

/** @returns 0 */
export async function approveChange(
  number: string,
  options: DecideOptions,
  io: Io,
): Promise<number> {
  return decide(number, options.requestChanges ? 'changes-requested' : 'approved', { options, io })
}

/** @returns 0 */
export async function overrideChange(
  number: string,
  options: DecideOptions,
  io: Io,
): Promise<number> {
  return decide(number, 'overridden', { options, io })
}

/** @returns 0 */
export async function closeChange(number: string, options: ChangeOptions, io: Io): Promise<number> {
  const at = await connect(options.server, proposingChanges, io)
  const closed = await at.ask(({ changes }, call) =>
    changes.close({ number: numberOf(number) }, call),
  )
  const { number: of, state } = closed
  if (options.json) print(closed, { ...options, url: at.url }, io)
  else io.stdout.write(`Change ${of} is ${state === 'closed' ? 'withdrawn' : state}.\n`)
  return 0
}

/** @returns 0 */
export async function retryChange(number: string, options: RetryOptions, io: Io): Promise<number> {
  const at = await connect(options.server, proposingChanges, io)
  const what = options.gate ? 'gate' : 'check'
  const before = await at.find(numberOf(number))
  if (before.may.retry) await confirmRetry(before, options, io)
  const view = await at.ask(({ changes }, call) =>
    changes.retry({ number: before.number, what }, call),
  )
  print(view, { ...options, url: at.url }, io)
  return 0
}

/** What is left is told before anything of it is spent. @throws UserFacingError not-confirmed */
async function confirmRetry(
  { budget, checks }: ChangeView,
  { gate, yes }: RetryOptions,
  io: Io,
): Promise<void> {
  const isAsked = checks.some(({ name, state }) => name === 'gate' && state === 'done')
  if (budget !== null && (gate || isAsked)) io.stderr.write(`Gate: ${leftInWords(budget)}.\n`)
  if (!gate || yes || (await io.ask?.('Ask it once more? It takes one of them. [y/N] '))) return
  throw new UserFacingError(
    'not-confirmed',
    'Nothing was asked. Add --yes to take one of the questions that are left.',
  )
}

const asked: Record<Decision, string> = {
  approved: 'Approve exactly this? [y/N] ',
  'changes-requested': 'Ask for changes? Its author reads why. [y/N] ',
  overridden: 'Let it in although the gate cannot tell? [y/N] ',
}

/** Decides about what was shown: when something else would be merged by then, the server refuses. */
async function decide(
  number: string,
  decision: Decision,
  { options, io }: { options: DecideOptions; io: Io },
): Promise<number> {
  const { server, reason, yes, json } = options
  requireReason(decision, reason)
  const at = await connect(server, decidingChanges, io)
  const view = await at.find(numberOf(number))
  const shown = requireShown(view, options)
  if (!yes) {
    const diff = await at.ask(({ changes }, call) => changes.diff({ number: view.number }, call))
    io.stderr.write(`${changeReport(view, at.url)}${proposalReport(view, diff)}`)
    if (!(await io.ask?.(asked[decision]))) {
      throw new UserFacingError('not-confirmed', 'Nothing was decided. Add --yes to decide.')
    }
  }
  const decided = await at.ask(({ changes }, call) =>
    changes.decide({ number: view.number, decision, ...shown, reason }, call),
  )
  print(decided, { json, url: at.url }, io)
  return 0
}

/** @throws UserFacingError reason-missing, option-length */
function requireReason(decision: Decision, reason: string | undefined): void {
  if (decision === 'changes-requested' && reason === undefined) {
    const sentence = '--request-changes takes --reason: its author reads there what to change.'
    throw new UserFacingError('reason-missing', sentence)
  }
  requireLength('--reason', reason, DecisionReason)
}

/** As git abbreviates hashes. */
const shortestHead = 7

/** @throws UserFacingError nothing-to-decide, option-length, change-moved */
function requireShown(
  { revision, number, checks }: ChangeView,
  { head }: DecideOptions,
): { head: string; tree: string; gate?: string } {
  if (revision === null || revision.tree === null) {
    const sentence = `Nothing of change ${number} could be merged now, so there is nothing to decide.`
    throw new UserFacingError('nothing-to-decide', sentence)
  }
  if (head !== undefined && head.length < shortestHead) {
    const sentence = `--head takes at least ${shortestHead} signs of a commit; not ${printable(head)}.`
    throw new UserFacingError('option-length', sentence)
  }
  if (head !== undefined && !revision.head.startsWith(head)) {
    throw new UserFacingError(
      'change-moved',
      `The newest commit of change ${number} is ${revision.head}, and not ${printable(head)}.`,
    )
  }
  // For who may see its figures: those are what they decide by.
  const gate = checks.find(({ name, state }) => name === 'gate' && state === 'done')?.subject
  return { head: revision.head, tree: revision.tree, ...(gate == null ? {} : { gate }) }
}

type Asked = Parameters<Remote['client']['changes']['list']>[1]

/** @throws UserFacingError change-needs-server */
async function connect(server: string | undefined, needs: Needs, io: Io) {
  if (server === undefined) {
    throw new UserFacingError(
      'change-needs-server',
      'Changes are kept by a server, also on this machine: run `proofloop start`, make an API key on its page under Settings, and give its address with --server http://127.0.0.1:4310.',
    )
  }
  const remote = await openRemote(server, needs, io)
  const ask = async <T>(
    request: (client: Remote['client'], call: NonNullable<Asked>) => Promise<T>,
  ): Promise<T> => {
    try {
      return await remote.patience.ask(() => request(remote.client, { signal: remote.signal }))
    } catch (error) {
      throw serverFault(error, remote.url, needs)
    }
  }
  return {
    ask,
    url: remote.url,
    find: (number: number) => ask(({ changes }, call) => changes.get({ number }, call)),
  }
}

type Printing = Pick<ChangeOptions, 'json'> & { url: string }

function print(view: ChangeView, { json, url }: Printing, { stdout }: Io): void {
  stdout.write(json ? `${JSON.stringify(view, null, 2)}\n` : changeReport(view, url))
}

function numberOf(text: string): number {
  if (/^#?[1-9][0-9]{0,8}$/.test(text)) return Number(text.replace('#', ''))
  throw new UserFacingError('change-number', `${printable(text)} is no number of a change.`)
}

function stateOf({ state }: ListChangesOptions): ChangeState | undefined {
  if (state === undefined) return undefined
  const known = ChangeState.safeParse(state)
  if (known.success) return known.data
  const sentence = `--state takes ${ChangeState.options.join(', ')}; not ${printable(state)}.`
  throw new UserFacingError('change-state', sentence)
}

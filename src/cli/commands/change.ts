import { setTimeout } from 'node:timers/promises'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import type { ChangeStage, ChangeView } from '../../schema/change-views.ts'
import { ChangeState, type Decision } from '../../schema/stored-change.ts'
import {
  changeExit,
  changeLine,
  changeReport,
  isUnderWay,
  stageInWords,
} from '../change/change-report.ts'
import { branchHere } from '../change/branch-here.ts'
import type { Io } from '../io.ts'
import { openRemote, type Remote } from '../on-server/remote.ts'
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
  title?: string
  description: string
}
export type ListChangesOptions = ChangeOptions & { state?: string; own?: boolean }
export type StatusOptions = ChangeOptions & { wait?: boolean }
export type DecideOptions = ChangeOptions & {
  head?: string
  reason?: string
  requestChanges?: boolean
  yes?: boolean
}

/** Milliseconds between looks. */
const lookEvery = 2000
/** Of a page of the list; whoever wants more filters. */
const mostListed = 100

/** @returns 0 */
export async function openChange(options: OpenChangeOptions, io: Io): Promise<number> {
  const { server, draft, description } = options
  const at = await connect(server, proposingChanges, io)
  const here = draft === undefined ? await branchHere(options.branch, io) : null
  const title = options.title ?? here?.title
  if (title === undefined) {
    throw new UserFacingError('title-missing', 'Say with --title what the change is.')
  }
  const source = here === null ? { draft } : { branch: here.branch }
  const opened = await at.ask(({ changes }, call) =>
    changes.open({ ...source, title, description }, call),
  )
  print(opened, options, io)
  return 0
}

/** @returns 0 */
export async function listChanges(options: ListChangesOptions, io: Io): Promise<number> {
  const { server, own } = options
  const state = stateOf(options)
  const at = await connect(server, readingChanges, io)
  const { items, next } = await at.ask(({ changes }, call) =>
    changes.list({ limit: mostListed, ...(state && { state }), ...(own && { own: 'true' }) }, call),
  )
  const lines = items.map((item) => `${changeLine(item)}\n`).join('')
  io.stdout.write(options.json ? `${JSON.stringify(items, null, 2)}\n` : lines)
  if (items.length === 0) io.stderr.write('There are none.\n')
  if (next !== null) io.stderr.write(`These are the newest ${mostListed}; there are more.\n`)
  return 0
}

/** @returns 0 when it may be deployed, 1 when it was not passed or is given up, 3 when it waits */
export async function changeStatus(
  number: string,
  options: StatusOptions,
  io: Io,
): Promise<number> {
  const at = await connect(options.server, readingChanges, io)
  let view = await at.find(numberOf(number))
  let told: ChangeStage | null = null
  while (options.wait && isUnderWay(view.stage)) {
    if (told !== view.stage) io.stderr.write(`${stageInWords(view.stage)} …\n`)
    told = view.stage
    await setTimeout(lookEvery, undefined, { signal: io.signal })
    view = await at.find(view.number)
  }
  print(view, options, io)
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
  if (options.json) print(closed, options, io)
  else io.stdout.write(`Change ${closed.number} is withdrawn.\n`)
  return 0
}

const asked: Record<Decision, string> = {
  approved: 'Approve exactly this? [y/N] ',
  'changes-requested': 'Ask for changes? [y/N] ',
  overridden: 'Let it in although the gate cannot tell? [y/N] ',
}

/** Decides about what was shown: when something else would be merged by then, the server refuses. */
async function decide(
  number: string,
  decision: Decision,
  { options, io }: { options: DecideOptions; io: Io },
): Promise<number> {
  const { server, reason, yes, json } = options
  const at = await connect(server, decidingChanges, io)
  const view = await at.find(numberOf(number))
  const { head, tree } = requireShown(view, options)
  if (!yes) {
    io.stderr.write(changeReport(view))
    if (!(await io.ask?.(asked[decision]))) {
      throw new UserFacingError('not-confirmed', 'Nothing was decided. Add --yes to decide.')
    }
  }
  const decided = await at.ask(({ changes }, call) =>
    changes.decide({ number: view.number, decision, head, tree, reason }, call),
  )
  print(decided, { json }, io)
  return 0
}

/** @throws UserFacingError nothing-to-decide, change-moved */
function requireShown(
  { revision, number }: ChangeView,
  { head }: DecideOptions,
): { head: string; tree: string } {
  if (revision === null || revision.tree === null) {
    const sentence = `Nothing of change ${number} could be merged now, so there is nothing to decide.`
    throw new UserFacingError('nothing-to-decide', sentence)
  }
  if (head !== undefined && (head.length < 7 || !revision.head.startsWith(head))) {
    throw new UserFacingError(
      'change-moved',
      `The newest commit of change ${number} is ${revision.head}, and not ${printable(head)}.`,
    )
  }
  return { head: revision.head, tree: revision.tree }
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
    find: (number: number) => ask(({ changes }, call) => changes.get({ number }, call)),
  }
}

function print(view: ChangeView, { json }: Pick<ChangeOptions, 'json'>, { stdout }: Io): void {
  stdout.write(json ? `${JSON.stringify(view, null, 2)}\n` : changeReport(view))
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

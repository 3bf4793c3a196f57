import { randomUUID } from 'node:crypto'
import { idOfStart } from '../../evaluation/id-of-start.ts'
import { UserFacingError } from '../../lib/errors.ts'
import type { EvaluationRun } from '../../schema/evaluation.ts'
import { count } from '../../schema/figure-words.ts'
import { bundleHere, type BundleHere, printBundle } from '../bundle-here.ts'
import type { Io } from '../io.ts'
import {
  followEvaluation,
  requireDone,
  sendBundle,
  startEvaluationThere,
  stopEvaluationThere,
} from '../on-server/evaluate-one.ts'
import { openRemote, type Remote } from '../on-server/remote.ts'
import { evaluating, serverFault } from '../on-server/server-faults.ts'
import { requireUnderstood } from '../on-server/understood.ts'
import { expectPlaceForResults, printResults, warnOfFailures } from '../report-evaluation.ts'
import { sayAccount } from '../spent.ts'
import type { EvaluateOptions } from './evaluate.ts'

export type EvaluateOnServerOptions = Omit<EvaluateOptions, 'dataset'> & {
  server: string
  dataset?: string
  /** An evaluation that runs there already. */
  follow?: string
  /** Whether it is only started. */
  detach?: boolean
  /** Options that stand on the command line. */
  given: string[]
}

const forResults = ['--server', '--examples', '--save', '--report', '--json']
const forFollowing = [...forResults, '--follow']
const forMeasuring = [
  ...forResults,
  '--dataset',
  '--flow',
  '--agents',
  '--paragraphs-per-chunk',
  '--repeats',
  '--detach',
  '--dry-run',
]

type Task = { options: EvaluateOnServerOptions; io: Io }

/**
 * Sends the flow of a folder to a server, has it measured beside the data there, and prints the figures as
 * `evaluate` does.
 * @returns 0; an interruption is thrown, after what was started here is stopped there
 */
export async function evaluateOnServer(options: EvaluateOnServerOptions, io: Io): Promise<number> {
  refuseForeign(options)
  const { server, follow, dataset, dryRun, json = false } = options
  if (follow !== undefined) {
    await expectPlaceForResults(options, io)
    return onServer(server, io, (remote) => printWhenDone(remote, follow, { options, io }))
  }
  if (dataset === undefined) {
    const sentence = 'Give --dataset NAME: which one of the server is to be measured on?'
    throw new UserFacingError('options-contradict', sentence)
  }
  const flow = await bundleHere(options, io)
  if (dryRun) {
    printBundle(flow, { ...io, json })
    return 0
  }
  await expectPlaceForResults(options, io)
  return onServer(server, io, (remote) => measure(remote, { flow, dataset }, { options, io }))
}

/** @throws UserFacingError option-not-for-server */
function refuseForeign({ given, follow }: EvaluateOnServerOptions): void {
  const why = 'the server measures with its own models, budgets and pace'
  if (follow === undefined)
    return requireUnderstood(given, forMeasuring, { option: '--server', why })
  const told = 'what runs there was told when it was started'
  return requireUnderstood(given, forFollowing, { option: '--follow', why: told })
}

async function onServer(
  address: string,
  io: Io,
  work: (remote: Remote) => Promise<void>,
): Promise<number> {
  const remote = await openRemote(address, evaluating, io)
  try {
    await work(remote)
    return 0
  } catch (error) {
    throw serverFault(error, remote.url, evaluating)
  }
}

async function measure(
  remote: Remote,
  { flow, dataset }: { flow: BundleHere; dataset: string },
  { options, io }: Task,
): Promise<void> {
  const { agents, repeats, detach, json } = options
  const wanted = agents ?? flow.bundle.agents.map(({ name }) => name)
  const { sha256: bundle } = await sendBundle(remote, flow.packed, flow.name)
  const key = randomUUID()
  let begun: string | undefined
  try {
    const start = { dataset, bundle, agents, repeats, key }
    const { id, environment } = await startEvaluationThere(remote, start)
    begun = id
    const started = { evaluation: id, bundle, server: remote.url, environment }
    if (detach) sayStarted(started, { json, io })
    else await printWhenDone(remote, id, { options, io, wanted })
  } catch (error) {
    if (io.signal.aborted) await stopThere(remote, { begun, key }, io)
    throw error
  }
}

type Started = { evaluation: string; bundle: string; server: string; environment: string | null }

function sayStarted(started: Started, { json, io }: { json?: boolean; io: Io }): void {
  const { server, evaluation } = started
  const told = json ? JSON.stringify(started, null, 2) : itRuns(server, evaluation)
  io.stdout.write(`${told}\n`)
}

function itRuns(url: string, id: string): string {
  return `It runs at the server. ${howToGoOn(url, id)}`
}

function howToGoOn(url: string, id: string): string {
  return `To see the result: proofloop evaluate --server ${url} --follow ${id}`
}

type Begun = {
  /** Undefined while the server has not said so; then it may begin yet. */
  begun: string | undefined
  key: string
}

async function stopThere(remote: Remote, { begun, key }: Begun, { stderr }: Io): Promise<void> {
  const { url, person } = remote
  const id = begun ?? idOfStart(person, key)
  const heard = await stopEvaluationThere(remote, id)
  const where = begun === undefined ? 'If it has begun, it runs there.' : 'It runs there.'
  stderr.write(
    heard
      ? 'Stopped at the server, too; answers of models that were there are kept.\n'
      : `The server did not hear that it is to stop. ${where} ${howToGoOn(url, id)}\n`,
  )
}

/** @param wanted agents that were to run; left out where that was told somewhere else */
async function printWhenDone(
  remote: Remote,
  id: string,
  { options, io, wanted = [] }: Task & { wanted?: string[] },
): Promise<void> {
  const { client, patience, signal } = remote
  const entry = await followEvaluation(remote, id, io)
  requireDone(entry)
  const { run, details } = await patience.ask(() =>
    client.evaluations.run({ evaluation: id }, { signal }),
  )
  warnOfSkipped(run, wanted, io)
  const failures = details.failures.map(({ reason, runs }) => {
    return { reason, where: `${count(runs, 'run')} over a document` }
  })
  warnOfFailures(failures, io)
  const { mistakes, mistakesLeftOut, account } = details
  const { environment } = entry
  const results = { run, dataset: run.dataset, mistakes, environment, ...(account && { account }) }
  await printResults(results, options, io)
  if (details.mistakesHeld)
    io.stderr.write(
      `Warning: ${mistakes.length === 0 ? 'no mistakes' : `${mistakes.length} of ${mistakes.length + mistakesLeftOut} mistakes`} are shown. ${details.mistakesHeld}\n`,
    )
  else if (mistakesLeftOut > 0 && (options.examples || options.report !== undefined)) {
    io.stderr.write(`Warning: ${mistakesLeftOut} more mistakes were counted, but not kept.\n`)
  }
  if (account) sayAccount(account, io)
}

function warnOfSkipped({ subject }: EvaluationRun, wanted: string[], { stderr }: Io): void {
  const ran = subject.kind === 'flow' ? subject.agents.map(({ name }) => name) : []
  for (const name of wanted.filter((one) => !ran.includes(one))) {
    stderr.write(`Warning: ${name} is skipped: the server cannot ask its model.\n`)
  }
}

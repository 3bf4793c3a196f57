import { versionOfBundle } from '../evaluation/bundles.ts'
import { wallsOf } from '../flow/isolate/isolation.ts'
import { canonicalJson, shortHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { Walls } from '../schema/gate-settings.ts'
import type { StoredGate } from '../schema/stored-gate.ts'
import type { Store } from '../store/store.ts'
import { authorAnswer } from './author-answer.ts'
import { chargesToTell, type GateBudget, gateBudget } from './gate-budget.ts'
import { gateDataset } from './gate-dataset.ts'
import { answerEvery, type GateHost, gateQueue } from './gate-host.ts'
import { type GateQuestion, isSameQuestion, referencesNow, testSetOf } from './gate-question.ts'
import { findGateWalls } from './refuse-thin-walls.ts'
import { finishGate } from './finish-gate.ts'
import { hasBegun, isOver } from './slot.ts'
import { endWhenOver } from './time-limit.ts'

export type GateRequest = {
  /** Version of the flow; default: what is in its folder now. */
  flow?: string
  /** Instead of a version: a bundle that the author has sent, by its hash. */
  bundle?: string
  /** What is in production, or the beginning of its hash; asked for so that nobody compares with another. */
  baseline?: string
  environment?: string
  /** Whether it is the one more look at what was not passed, pooled with the first. */
  again?: boolean
  /**
   * What the functional checks of the change said. Who opens changes tells it: `failed` ends the gate at
   * once, and costs nothing. Left out, there are none.
   */
  functional?: 'passed' | 'failed'
  /** Of one that somebody has named, who died before there was one; default: a new one. */
  id?: string
  /** Hears the gate's id before there is one: for the audit log. */
  tell?: (id: string) => Promise<void>
}

/** Each has a time of its own, and those of one author must not put off everybody's for a day. */
const waitingAtMost = 3

/**
 * Asks whether a version may replace the one in production. What is hidden is read by the job alone, so
 * that neither an error nor the time of the answer tells of it.
 * @throws UserFacingError gate-dataset, gate-environment, gate-without-baseline, gate-other-baseline,
 * gate-walls, gate-not-asked, gate-passed, gates-waiting, flow-and-bundle, and those of a version or a
 * bundle that cannot be run
 */
export async function startGate(
  host: GateHost,
  author: string,
  request: GateRequest,
): Promise<StoredGate> {
  const question = await prepareGate(host, author, request)
  const look = request.again ? await requireFirstLook(host, question.asked) : 0
  const bounds = question.solo ? {} : { waiting: waitingAtMost }
  if (!question.solo) await requireFewWaiting(host, author)
  const gate = await beginGate(host, question, { ...request, look, requester: null, bounds })
  if (gate === null) throw manyWaiting()
  return gate
}

type Question = {
  asked: Asked
  flow: string
  dataset: string
  walls: Walls
  solo: boolean
}

/** What would be asked now. @throws UserFacingError as `startGate` */
export async function prepareGate(
  host: GateHost,
  author: string,
  request: GateRequest,
): Promise<Question> {
  requireEnvironment(host, request)
  const dataset = await gateDataset(host)
  const testSet = await testSetOf(host, dataset)
  const { flow, baseline, anchor } = await requireReferences(host, request, testSet)
  const candidate = await candidateOf(host, author, request)
  const solo = await host.isSolo()
  const { isolation } = await findGateWalls(host.gate, solo)
  const policy = canonicalJson(host.gate.settings)
  const models = host.flows.modelsHash(host.gate.environment)
  return {
    asked: { author, candidate, baseline, anchor, testSet, models, policy },
    flow,
    dataset,
    walls: wallsOf(isolation),
    solo,
  }
}

type Beginning = Pick<GateRequest, 'functional' | 'id' | 'tell'> &
  Pick<StoredGate, 'look' | 'requester'> & { bounds: Parameters<Store['gates']['start']>[1] }

/** @returns null where there is no room for it within the bounds, whatever somebody saw who looked before */
export async function beginGate(
  host: GateHost,
  { asked, ...question }: Question,
  { functional, id = timeOrderedId(), tell, look, requester, bounds }: Beginning,
): Promise<StoredGate | null> {
  const isFailed = functional === 'failed'
  await tell?.(id)
  // What waits for no other gate tells of none.
  const every = question.solo || isFailed ? null : answerEvery(host.gate.settings)
  const gate = await host.store.gates.start(
    { ...asked, ...question, id, look, requester, every },
    bounds,
  )
  if (gate === null) return null
  if (isFailed) {
    return finishGate(host, gate, { cause: 'functional-tests', reasons: ['FUNCTIONAL_CHECKS'] })
  }
  if (hasBegun(gate, host.now())) await queueGate(host, gate.id)
  return gate
}

/** Twice is one job. */
export async function queueGate({ jobs }: Pick<GateHost, 'jobs'>, id: string): Promise<void> {
  await jobs.add(gateQueue.name, { key: id, data: { gate: id } })
}

/** What the author may still ask for. @throws UserFacingError gate-dataset */
export async function budgetOf(host: GateHost, author: string): Promise<GateBudget> {
  const dataset = await gateDataset(host)
  const testSet = await testSetOf(host, dataset)
  const { store, gate, now } = host
  const [charges, unanswered] = await Promise.all([
    store.gates.charges(testSet),
    store.gates.unanswered(testSet, now()),
  ])
  return gateBudget(chargesToTell(charges, unanswered), author, gate.settings.budget)
}

function requireEnvironment({ gate }: GateHost, { environment }: GateRequest): void {
  const own = gate.settings.environment
  if (environment === undefined || environment === own) return
  throw new UserFacingError(
    'gate-environment',
    `Gates of this server ask the models of ${own}, as gate.environment in its configuration says.`,
  )
}

async function requireReferences(host: GateHost, request: GateRequest, testSet: string) {
  const { flow, baseline, anchor } = await referencesNow(host, testSet)
  if (baseline === null) {
    throw new UserFacingError(
      'gate-without-baseline',
      'No version is known to be in production. A custodian marks one: POST /api/flow/references with the role baseline.',
    )
  }
  requireBaseline(baseline, request)
  return { flow, baseline, anchor }
}

function requireBaseline(marked: string, { baseline }: GateRequest): void {
  if (baseline === undefined || (baseline.length >= 8 && marked.startsWith(baseline))) return
  throw new UserFacingError(
    'gate-other-baseline',
    `In production is the version ${shortHash(marked)}; a change is compared with no other.`,
  )
}

async function candidateOf(
  host: GateHost,
  author: string,
  { flow, bundle }: GateRequest,
): Promise<string> {
  if (bundle === undefined) {
    return (await host.flows.get(flow ?? (await host.flows.current()).hash)).hash
  }
  if (flow === undefined) return (await versionOfBundle(host, author, { bundle })).hash
  const sentence = 'Name a version of the flow or a bundle, not both: which one is the candidate?'
  throw new UserFacingError('flow-and-bundle', sentence)
}

type Asked = Pick<StoredGate, keyof GateQuestion | 'author' | 'candidate' | 'policy'>

/**
 * One more look is for who was answered, and was not told that it passed; and at the same, or it would be a first
 * look of twice as many runs.
 */
async function requireFirstLook(host: GateHost, asked: Asked): Promise<1> {
  const { author, candidate } = asked
  const [last] = await host.store.gates.list({ author, candidate, limit: 1 })
  const newest = last && (await endWhenOver(host, last))
  const answer = newest && authorAnswer(newest, host.now())
  if (answer?.passed === true) {
    const sentence = 'This version has passed; there is nothing to look at again.'
    throw new UserFacingError('gate-passed', sentence)
  }
  if (newest === undefined || answer?.cause !== 'quality') {
    throw new UserFacingError(
      'gate-not-asked',
      'Look again at what you were told is not good enough; this version was not, or not yet, answered so.',
    )
  }
  if (isAskedTheSame(newest, asked)) return 1
  throw new UserFacingError(
    'gate-not-asked',
    'What it was compared with, the test set or the policy is another one by now: ask without another look.',
  )
}

export function isAskedTheSame(one: Asked, other: Asked): boolean {
  return isSameQuestion(one, other) && one.policy === other.policy
}

/**
 * Nothing but what the author has asked decides it. Looked at before anybody is told of a gate; those that come at
 * once are counted as they begin.
 * @throws UserFacingError gates-waiting
 */
async function requireFewWaiting({ store, now }: GateHost, author: string): Promise<void> {
  const asked = await store.gates.list({ author, limit: 100 })
  const waiting = asked.filter((gate) => gate.dueAt !== null && !isOver(gate, now())).length
  if (waiting >= waitingAtMost) throw manyWaiting()
}

function manyWaiting(): UserFacingError {
  return new UserFacingError(
    'gates-waiting',
    `${waitingAtMost} gates that you asked are not answered yet, and each has a time of its own: ask again after the next answer.`,
  )
}

import { hasFailed } from '../flow/has-failed.ts'
import type { FlowFailure } from '../flow/isolate/protocol.ts'
import { whereOutputIsRead } from '../flow/isolate/gate-worker-isolation.ts'
import type { Isolation } from '../flow/isolate/isolation.ts'
import { type IsolatedFlow, openBehind } from '../flow/isolate/open-isolated-flow.ts'
import type { OpenedVersion } from '../flow/kept-versions.ts'
import type { Flow } from '../flow/open-flow.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { EnvironmentName } from '../schema/environment.ts'
import { type RepeatOptions, runRepeats } from './evaluate-flow.ts'
import type { EvaluationHost } from './evaluation-host.ts'
import type { Repeat, RunOutput } from './evaluate-outputs.ts'
import { agentsThatRun } from './flow-identity.ts'

type WallHost = Pick<EvaluationHost, 'isolation' | 'isSolo' | 'settingsOf'>

/**
 * What code of a flow runs behind where an environment has it measured. Its author may read the documents, so
 * that author and server are two users is not asked, as a gate does; but code must reach nothing else. Where
 * one person holds every role, all that it could reach is the author's.
 * @throws UserFacingError code-walls, isolation-failed
 */
export async function wallsForCode(
  { isolation, isSolo, settingsOf }: WallHost,
  environment: EnvironmentName | null,
): Promise<Isolation> {
  const found = whereOutputIsRead(await isolation())
  const wanted = settingsOf(environment)?.isolation ?? 'os'
  if (found.isolation === 'os' || wanted === 'process' || (await isSolo())) return found
  const sentence =
    'This server runs no code of a flow: the system does not keep it apart (isolation process), so it would reach the network.'
  const advice = found.advice === null ? '' : ` ${found.advice}`
  throw new UserFacingError(
    'code-walls',
    `${sentence}${advice} Or measure on your own machine: proofloop evaluate --flow.`,
  )
}

type ApartOptions = RepeatOptions & {
  version: OpenedVersion
  /** Opened without its code: whose agents run, and what answers its questions. */
  flow: Flow
  isolation: Isolation
  onUnexpectedError: (error: unknown) => void
}

/**
 * Runs a flow with code over the documents of a dataset, in a process that has a pipe to this one and nothing
 * else.
 * @returns as `evaluateFlow`
 * @throws UserFacingError flow-not-started, isolation-failed; and what the signal aborts with
 */
export async function evaluateApart(
  documents: ReadonlyMap<string, ReviewDocument>,
  { version, flow, isolation, onUnexpectedError, ...options }: ApartOptions,
): Promise<Repeat[]> {
  const { hash, manifest } = version
  const running = new Set(agentsThatRun(flow.agents).map(({ name }) => name))
  const agents = manifest.agents.filter(({ name }) => running.has(name))
  await using isolated = await openBehind(isolation, {
    bundle: { ...manifest, agents },
    hash,
    services: flow,
    onUnexpectedError,
    signal: options.signal,
  })
  return await runRepeats(documents, options, async ({ document, repeat, order }) => {
    const { signal } = options
    const run = await isolated.run(document, { repeat, order, signal })
    return outputOfApart(run, flow.models.refusal())
  })
}

type ApartRun = Awaited<ReturnType<IsolatedFlow['run']>>

/**
 * What an isolated run found, and in a sentence why it is not complete: code must not get a word of its own
 * through.
 * @param stop why nothing more is sent to models; a run that was refused for it is not complete, whatever its
 * code made of that
 */
export function outputOfApart(
  { issues, agents, failure, refusals }: ApartRun,
  stop: UserFacingError | null,
): RunOutput {
  const inVain = refusals.length > 0 ? `; refused to it: ${refusals.join(', ')}` : ''
  const undone = Object.entries(agents).filter(([, status]) => hasFailed(status))
  if (failure !== null) return { issues: [], error: `${reasons[failure]} [${failure}]${inVain}` }
  if (undone.length > 0) {
    const named = undone.map(([name, status]) => `${name}: ${status}`).join(', ')
    return { issues, error: `${named}${inVain}` }
  }
  if (stop === null || !refusals.includes(stop.code)) return { issues, error: null }
  return { issues, error: `${stop.message} [${stop.code}]` }
}

const reasons: Record<FlowFailure, string> = {
  'flow-error': 'its code failed; what it threw is told on your own machine only',
  'flow-output-invalid':
    'its code gave no FlowOutput, or a type or an agent that it had not named before',
  'flow-too-large': 'its code said or asked more than a flow may',
  'flow-too-slow': 'its code took longer than a flow may',
  'flow-too-much-memory': 'its code took more memory than a flow may',
  'flow-ended': 'its process ended',
}

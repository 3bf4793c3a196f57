import { UserFacingError } from '../lib/errors.ts'
import { finite } from '../lib/finite.ts'
import { once } from '../lib/once.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import type { GateMeasure, StoredAudit, StoredGate } from '../schema/stored-gate.ts'
import type { Step } from '../store/database.ts'
import type { AuditEnd } from '../store/gate-audits.ts'
import { requireOpen, withKey } from './asked-keys.ts'
import { finalFault } from './final-fault.ts'
import {
  answerEvery,
  auditQueue,
  type GateHost,
  type GateJob,
  gatePayer,
  policyOf,
} from './gate-host.ts'
import { sidesOf } from './gate-sides.ts'
import { gateComparison, judgeMeasures, type SideMeasures } from './judge-gate.ts'
import { faultRate, measureVersion, openSplit, referenceFaultRate } from './measure-version.ts'
import { findGateWalls, thinnest } from './refuse-thin-walls.ts'
import { hasBegun, isOver, slotOf } from './slot.ts'
import { abortAt } from './time-limit.ts'

/** Of one that was stopped. */
const timeLimit = 'gate-time-limit'
/** Of one by which nothing can be told. */
export const auditTooSmall = 'gate-audit-too-small'

type WantedAudit = {
  requester: string
  /** Id of the gate. */
  gate: string
  /** Whether its version was merged, or marked as what is in production. */
  merged: boolean
  /** Whether an approver let in what the gate could not tell. */
  overridden: boolean
  /** Told when it is not refused, before anything is read. */
  begins?: () => Promise<void>
  /** Writes that it begins, together with something that is told of it; false when that was told before. */
  tell?: (steps: Step[]) => Promise<boolean>
}

/**
 * Looks at the split `audit` for a change that is merged, once: the result goes to the custodian and
 * decides whether it is deployed. What ended without a result begins again.
 * @throws UserFacingError gate-not-found, gate-not-judged, gate-not-let-in, gate-not-merged, gate-audit-off
 */
export async function startAudit(
  host: GateHost,
  { requester, gate: id, merged, overridden, begins, tell }: WantedAudit,
): Promise<StoredAudit> {
  const gate = await host.store.gates.get(id)
  if (gate === null) throw new UserFacingError('gate-not-found', 'There is no such gate.')
  if (gate.measures === null) {
    const sentence = 'Nothing was measured in this gate, so there is nothing to merge.'
    throw new UserFacingError('gate-not-judged', sentence)
  }
  requireMerged(gate, { merged, overridden })
  const settings = GateSettings.parse(JSON.parse(gate.policy))
  const { audit } = settings
  if (!audit.wanted) {
    const sentence = 'The policy of this gate wants no audit: gate.audit.wanted is false.'
    throw new UserFacingError('gate-audit-off', sentence)
  }
  await begins?.()
  const { testSet } = gate
  const { margin } = audit
  const before = await host.store.gateAudits.get(id)
  if (before !== null) await endAuditWhenOver(host, before)
  const every = (await host.isSolo()) ? null : answerEvery(settings)
  const beginning = { gate: id, requester, margin, testSet, every }
  const isTold = (await tell?.(host.store.gateAudits.startSteps(beginning))) ?? false
  if (!isTold) await host.store.gateAudits.start(beginning)
  const kept = await getAudit(host, id)
  if (isOpen(kept) && hasBegun(timesOf(kept, gate), host.now())) await queueAudit(host, kept)
  return kept
}

/**
 * A look at `audit` of what nobody lets in would fit versions to it, and make of the monitor over merges one over
 * tries.
 */
function requireMerged(
  { verdict }: Pick<StoredGate, 'verdict'>,
  { merged, overridden }: Pick<WantedAudit, 'merged' | 'overridden'>,
): void {
  if (!isLetIn(verdict, overridden)) {
    throw new UserFacingError(
      'gate-not-let-in',
      'The split audit is looked at for what passed its gate, or was let in by an approver where it could not be told.',
    )
  }
  if (merged) return
  throw new UserFacingError(
    'gate-not-merged',
    'The split audit is looked at once a version is merged. This one is not: merge its change, or mark it as what is in production.',
  )
}

function isLetIn(verdict: StoredGate['verdict'], overridden: boolean): boolean {
  return verdict === 'PASS' || (verdict === 'CANT_TELL' && overridden)
}

/** Twice is one job. */
export async function queueAudit(
  { jobs }: Pick<GateHost, 'jobs'>,
  { gate, startedAt }: StoredAudit,
): Promise<void> {
  await jobs.add(auditQueue.name, { key: `audit-${gate}-${startedAt}`, data: { audit: gate } })
}

function isOpen({ state, fault }: Pick<StoredAudit, 'state' | 'fault'>): boolean {
  return state === 'running' && fault === null
}

/** Its time is its own, and as long as that of its gate. */
export function timesOf(
  { dueAt }: Pick<StoredAudit, 'dueAt'>,
  { policy }: Pick<StoredGate, 'policy'>,
) {
  return { dueAt, policy }
}

/** An audit as it is when its time is over: ended, also where whoever was to run it is gone. */
export async function endAuditWhenOver(host: EndingHost, audit: StoredAudit): Promise<StoredAudit> {
  if (!isOpen(audit) || !isOver(audit, host.now())) return audit
  await failAudit(host, audit, timeLimit)
  return (await host.store.gateAudits.get(audit.gate)) ?? audit
}

type EndingHost = Pick<GateHost, 'now' | 'auditEnded'> & {
  store: Pick<GateHost['store'], 'gateAudits'>
}

async function failAudit(host: EndingHost, audit: StoredAudit, why: string): Promise<void> {
  const told = await host.auditEnded({ gate: audit.gate, audit, passed: null })
  await host.store.gateAudits.fail(audit, why, told)
}

async function finishAudit(host: EndingHost, audit: StoredAudit, end: AuditEnd): Promise<void> {
  const told = await host.auditEnded({ gate: audit.gate, audit, passed: end.passed })
  await host.store.gateAudits.finish(audit, end, told)
}

/** @throws UserFacingError gate-not-found */
async function getAudit({ store }: Pick<GateHost, 'store'>, gate: string): Promise<StoredAudit> {
  const found = await store.gateAudits.get(gate)
  if (found !== null) return found
  throw new UserFacingError('gate-not-found', 'This change was not looked at on audit.')
}

/**
 * Whether a version may be deployed: passed, or overridden where it could not be told, and not worse on what nobody has
 * fitted it to.
 */
export function isDeployable(
  gate: Pick<StoredGate, 'verdict' | 'policy'>,
  { audit, overridden }: { audit: Pick<StoredAudit, 'passed'> | null; overridden: boolean },
): boolean {
  if (!isLetIn(gate.verdict, overridden)) return false
  const { wanted } = GateSettings.parse(JSON.parse(gate.policy)).audit
  return !wanted || audit?.passed === true
}

/** The job of an audit. What is not measured in its time is not measured any more. */
export async function runAudit(host: GateHost, job: GateJob): Promise<void> {
  const id = job.data['audit'] ?? ''
  const [gate, audit] = await Promise.all([host.store.gates.get(id), host.store.gateAudits.get(id)])
  if (gate === null || audit === null || !isOpen(audit)) return
  using limit = abortAt(slotOf(timesOf(audit, gate))?.deadline ?? null, host.now)
  const signal = AbortSignal.any([job.signal, limit.signal])
  try {
    const end = await measureAudit(host, { gate, audit, signal })
    // Whoever looked after its time was told that it did not end.
    if (isOver(audit, host.now())) await endAuditWhenOver(host, audit)
    else await finishAudit(host, audit, end)
  } catch (error) {
    job.signal.throwIfAborted()
    const { attempt } = job
    const isStopped = limit.signal.aborted
    const why = isStopped ? timeLimit : finalFault(host, error, { ...auditQueue, attempt })
    await failAudit(host, audit, why)
  }
}

/** Its job ended every process that ran it. */
export async function endCrashedAudit(
  host: GateHost,
  { data }: Pick<GateJob, 'data'>,
  code: string,
): Promise<void> {
  const audit = await host.store.gateAudits.get(data['audit'] ?? '')
  if (audit !== null && isOpen(audit)) await failAudit(host, audit, code)
}

type Auditing = { gate: StoredGate; audit: StoredAudit; signal: AbortSignal }

async function measureAudit(host: GateHost, { gate, audit, signal }: Auditing): Promise<AuditEnd> {
  const settings = GateSettings.parse(JSON.parse(gate.policy))
  const solo = await host.isSolo()
  await findGateWalls(host.gate, solo)
  const { dataset } = gate
  const sides = await sidesOf(host, { ...gate, anchor: null })
  const opened = await openSplit(host, { dataset, split: 'audit', person: gatePayer, signal })
  let { asked } = audit
  // From then on its author may have brought about whatever goes wrong.
  const show = once(async () => requireOpen(await host.store.gateAudits.showCandidate(audit)))
  const measure = async (side: 'candidate' | 'baseline') => {
    const { repeats } = settings
    const tell = async (key: string): Promise<void> => {
      asked = withKey(asked, side, key)
      requireOpen(await host.store.gateAudits.ask(audit, asked))
    }
    const isReference = side === 'baseline'
    const runs = { opened, firstRepeat: 0, repeats, solo, isReference }
    const begins = isReference ? undefined : show
    const found = await measureVersion(host, { ...sides[side], ...runs, tell, begins, signal })
    const rate = (isReference ? referenceFaultRate : faultRate)([found.measure])
    if (rate <= policyOf(settings).maxErrorRate) return found
    throw new UserFacingError('gate-run-errors', 'Too many runs failed by faults of the host.')
  }
  const baseline = await measure('baseline')
  // Where nothing can be told even of one version beside itself, that is known before a candidate is shown anything.
  boundedPool(sideMeasures(baseline.measure, baseline.measure), settings)
  const candidate = await measure('candidate')
  // Also where all of it was measured before.
  await show()
  const pooled = boundedPool(sideMeasures(candidate.measure, baseline.measure), settings)
  const gated = (await gateComparison(host.store, gate))?.comparison.pooled ?? null
  return {
    passed: pooled.lower95 > -audit.margin,
    measures: { candidate: [candidate.key], baseline: [baseline.key], anchor: null },
    walls: thinnest([candidate.measure.walls, baseline.measure.walls]),
    gateDelta: gated?.delta ?? null,
    gateSe: finite(gated?.se),
    auditDelta: pooled.delta,
    auditSe: pooled.se,
  }
}

/**
 * The difference of all agents together. What is undefined, or has no bound, is neither worse nor not.
 * @throws UserFacingError gate-audit-too-small
 */
function boundedPool(sides: SideMeasures, settings: GateSettings) {
  const { pooled } = judgeMeasures(sides, settings)
  if (pooled !== null && Number.isFinite(pooled.lower95)) return pooled
  throw new UserFacingError(
    auditTooSmall,
    'There is too little on the split audit to tell anything: it takes two documents, and an issue of a kind that is compared. Add examples, and look again.',
  )
}

function sideMeasures(candidate: GateMeasure, baseline: GateMeasure): SideMeasures {
  return { candidate: [candidate], baseline: [baseline], anchor: null }
}

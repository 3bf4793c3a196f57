import { isStoreFailure, UserFacingError } from '../lib/errors.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import type { GateMeasure, StoredAudit, StoredGate } from '../schema/stored-gate.ts'
import { auditQueue, type GateHost, type GateJob, gatePayer, policyOf } from './gate-host.ts'
import { sidesOf } from './gate-sides.ts'
import { gateComparison, judgeMeasures } from './judge-gate.ts'
import { faultRate, measureVersion, openSplit } from './measure-version.ts'

/**
 * Looks at the split `audit` for a change that is merged, once: the result goes to the custodian and
 * decides whether it is deployed. Asked again after a fault of the host, it goes on.
 * @throws UserFacingError gate-not-found, gate-not-judged, gate-audit-off
 */
export async function startAudit(
  host: GateHost,
  requester: string,
  id: string,
): Promise<StoredAudit> {
  const gate = await host.store.gates.get(id)
  if (gate === null) throw new UserFacingError('gate-not-found', 'There is no such gate.')
  if (gate.measures === null) {
    const sentence = 'Nothing was measured in this gate, so there is nothing to merge.'
    throw new UserFacingError('gate-not-judged', sentence)
  }
  const { audit } = GateSettings.parse(JSON.parse(gate.policy))
  if (!audit.wanted) {
    const sentence = 'The policy of this gate wants no audit: gate.audit.wanted is false.'
    throw new UserFacingError('gate-audit-off', sentence)
  }
  const { testSet } = gate
  await host.store.gateAudits.start({ gate: id, requester, margin: audit.margin, testSet })
  const kept = await getAudit(host, id)
  if (kept.state === 'running') await queueAudit(host, id)
  return kept
}

export async function queueAudit({ jobs }: Pick<GateHost, 'jobs'>, gate: string): Promise<void> {
  await jobs.add(auditQueue.name, { key: `audit-${gate}`, data: { audit: gate } })
}

/** @throws UserFacingError gate-not-found */
async function getAudit({ store }: Pick<GateHost, 'store'>, gate: string): Promise<StoredAudit> {
  const found = await store.gateAudits.get(gate)
  if (found !== null) return found
  throw new UserFacingError('gate-not-found', 'This change was not looked at on audit.')
}

/** Whether a version may be deployed: passed, and not worse on what nobody has fitted it to. */
export function isDeployable(
  gate: Pick<StoredGate, 'verdict' | 'policy'>,
  audit: Pick<StoredAudit, 'passed'> | null,
): boolean {
  if (gate.verdict !== 'PASS') return false
  const { wanted } = GateSettings.parse(JSON.parse(gate.policy)).audit
  return !wanted || audit?.passed === true
}

/** The job of an audit. A fault of the host leaves it open. */
export async function runAudit(host: GateHost, job: GateJob): Promise<void> {
  const id = job.data['audit'] ?? ''
  const [gate, audit] = await Promise.all([host.store.gates.get(id), host.store.gateAudits.get(id)])
  if (gate === null || audit === null || audit.state !== 'running') return
  try {
    await measureAudit(host, { gate, audit, signal: job.signal })
  } catch (error) {
    job.signal.throwIfAborted()
    if (isStoreFailure(error)) throw error
    const isFinal = error instanceof UserFacingError
    if (!isFinal && job.attempt < auditQueue.attempts) throw error
    host.report(error)
    await host.store.gateAudits.fail(id, isFinal ? error.code : 'internal')
  }
}

type Auditing = { gate: StoredGate; audit: StoredAudit; signal: AbortSignal }

async function measureAudit(host: GateHost, { gate, audit, signal }: Auditing): Promise<void> {
  const settings = GateSettings.parse(JSON.parse(gate.policy))
  const { dataset } = gate
  const sides = await sidesOf(host, { ...gate, anchor: null })
  const opened = await openSplit(host, { dataset, split: 'audit', person: gatePayer, signal })
  const measure = async (side: 'candidate' | 'baseline') =>
    measureVersion(host, {
      ...sides[side],
      opened,
      firstRepeat: 0,
      repeats: settings.repeats,
      signal,
    })
  const baseline = await measure('baseline')
  const candidate = await measure('candidate')
  const measures = [candidate.measure, baseline.measure]
  if (faultRate(measures) > policyOf(settings).maxErrorRate) {
    throw new UserFacingError('gate-run-errors', 'Too many runs failed by faults of the host.')
  }
  const { pooled } = judgeMeasures(sideMeasures(candidate.measure, baseline.measure), settings)
  const gated = (await gateComparison(host.store, gate))?.comparison.pooled ?? null
  await host.store.gateAudits.finish(gate.id, {
    passed: pooled !== null && pooled.lower95 > -audit.margin,
    fault: null,
    measures: { candidate: [candidate.key], baseline: [baseline.key], anchor: null },
    gateDelta: gated?.delta ?? null,
    gateSe: gated?.se ?? null,
    auditDelta: pooled?.delta ?? null,
    auditSe: pooled?.se ?? null,
  })
}

function sideMeasures(candidate: GateMeasure, baseline: GateMeasure) {
  return { candidate: [candidate], baseline: [baseline], anchor: null }
}

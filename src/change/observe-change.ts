import { answerEvery } from '../gate/gate-host.ts'
import { authorGate } from '../gate/gate-views.ts'
import { markedVersions } from '../gate/mark-reference.ts'
import { areThin } from '../gate/refuse-thin-walls.ts'
import { publicKeyOf, verifyReceipt } from '../gate/sign-receipt.ts'
import { endWhenOver } from '../gate/time-limit.ts'
import { contentHash } from '../lib/content-hash.ts'
import { refusalIn } from '../lib/errors.ts'
import type { Role } from '../schema/access.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import type { ChangeCheck, StoredChange } from '../schema/stored-change.ts'
import type { StoredGate } from '../schema/stored-gate.ts'
import type { ChangeHost } from './change-host.ts'
import { newestOf } from './decide-check.ts'
import type { ObservedChange, ObservedGate } from './observed-change.ts'

type Host = Pick<ChangeHost, 'store' | 'gate' | 'flows' | 'isSolo' | 'now' | 'splitKey'> & {
  changes: Pick<ChangeHost['changes'], 'settings'>
}

/** What holds for all changes at one moment: read once, it does for a list of them. */
export type ChangeContext = {
  now: number
  isSolo: boolean
  roles: ReadonlyMap<string, readonly Role[]>
  /** The version in production; null: none is marked. */
  baseline: string | null
  policyHash: string
  /** PEM, of those who check receipts. */
  publicKey: string
}

export async function changeContext(host: Host): Promise<ChangeContext> {
  const { store, gate } = host
  const [people, isSolo, { baseline }, key] = await Promise.all([
    store.people.list(),
    host.isSolo(),
    markedVersions(host),
    gate.signingKey(),
  ])
  return {
    now: host.now(),
    isSolo,
    roles: new Map(people.map(({ id, roles }) => [id, roles])),
    baseline: baseline?.version ?? null,
    policyHash: contentHash(gate.settings),
    publicKey: publicKeyOf(key),
  }
}

/** What is kept of a change here, without a word from the forge: where it is follows from it. */
export async function observeStored(
  host: Host,
  context: ChangeContext,
  change: StoredChange,
): Promise<ObservedChange> {
  const { changes, evaluations, gateAudits } = host.store
  const { settings } = host.changes
  const revisionAt = async (sequence: number) =>
    sequence < 0 ? null : changes.revision(change.id, sequence)
  const sequence = change.revision ?? -1
  const [revision, before, decisions, events, request] = await Promise.all([
    revisionAt(sequence),
    revisionAt(sequence - 1),
    changes.decisions(change.id),
    changes.events(change.id),
    changes.deploymentRequest(change.id),
  ])
  const tree = revision?.tree ?? null
  const checks = tree === null ? [] : await changes.checks(change.id, tree)
  const subject = (name: string): string => newestOf(checks, name)?.subject ?? ''
  const [evaluation, gate, audit] = await Promise.all([
    evaluations.get(subject('evaluation')),
    gateOf(host, subject('gate')),
    gateAudits.get(subject('gate')),
  ])
  const policy = gate === null ? host.gate.settings : policyOf(gate)
  return {
    now: context.now,
    change,
    revision,
    before,
    seen: null,
    checks,
    decisions,
    roles: context.roles,
    evaluation,
    gate: gate && observeGate(gate, context, { settings: host.gate.settings, checks }),
    audit,
    request,
    events,
    isSolo: context.isSolo,
    auditWanted: policy.audit.wanted,
    answerEvery: context.isSolo ? null : answerEvery(policy),
    functionalBy: settings.forge.kind === 'github' ? 'forge' : 'here',
    functionalChecks:
      settings.forge.kind === 'github' ? (settings.forge.functionalChecks ?? null) : null,
    mostCommits: settings.mostCommits,
  }
}

/** One whose time is over has ended, also where whoever was to run it is gone. */
async function gateOf(host: Host, id: string): Promise<StoredGate | null> {
  const found = await host.store.gates.get(id)
  return found && endWhenOver(host, found)
}

/** The version of the flow that the functional tests gave; null: none yet. */
export function versionOf(checks: readonly ChangeCheck[]): string | null {
  const functional = newestOf(checks, 'functional')
  return functional?.outcome === 'pass' ? functional.subject : null
}

type Policy = { settings: GateSettings; checks: readonly ChangeCheck[] }

function observeGate(gate: StoredGate, context: ChangeContext, policy: Policy): ObservedGate {
  const { id, passed, cause, answerAt } = authorGate(gate, context.now)
  const isAnswered = passed !== null
  return {
    id,
    look: gate.look,
    passed,
    cause,
    answerAt,
    cannotTell:
      isAnswered &&
      gate.verdict === 'CANT_TELL' &&
      gate.cause === 'quality' &&
      gate.measures !== null,
    isCurrent:
      gate.baseline === context.baseline && contentHash(policyOf(gate)) === context.policyHash,
    receipt: isAnswered ? judgeReceipt(gate, context, policy) : 'none',
  }
}

/** Ours, of this gate and this version, passed, behind the walls that the policy wants. */
function judgeReceipt(
  gate: StoredGate,
  { publicKey, isSolo, policyHash, baseline }: ChangeContext,
  { settings, checks }: Policy,
): ObservedGate['receipt'] {
  if (gate.receipt === null) return 'none'
  try {
    const receipt = verifyReceipt(gate.receipt, publicKey)
    const { isolation, boundary } = receipt
    const isThick = isSolo || !areThin(settings, { isolation, boundary })
    const fits =
      receipt.gate === gate.id &&
      receipt.verdict === 'passed' &&
      receipt.candidate.version === versionOf(checks) &&
      receipt.baseline.version === baseline &&
      receipt.policyHash === policyHash &&
      isThick
    return fits ? 'fits' : 'does-not-fit'
  } catch (error) {
    refusalIn(error)
    return 'does-not-fit'
  }
}

function policyOf({ policy }: Pick<StoredGate, 'policy'>): GateSettings {
  return GateSettings.parse(JSON.parse(policy))
}

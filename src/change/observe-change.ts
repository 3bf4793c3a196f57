import { endAuditWhenOver } from '../gate/audit-gate.ts'
import { authorGate } from '../gate/gate-views.ts'
import { type GateQuestion, isSameQuestion, questionNow } from '../gate/gate-question.ts'
import { publicKeyOf } from '../gate/sign-receipt.ts'
import { endWhenOver } from '../gate/time-limit.ts'
import { contentHash } from '../lib/content-hash.ts'
import type { Role } from '../schema/access.ts'
import type { ChangeSettings } from '../schema/change-settings.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import type { ChangeCheck, StoredChange } from '../schema/stored-change.ts'
import type { StoredAudit, StoredGate } from '../schema/stored-gate.ts'
import type { ChangeHost } from './change-host.ts'
import { newestOf } from './decide-check.ts'
import { functionalConditions } from './functional-conditions.ts'
import { isSignedOverride, judgeReceipt } from './judge-receipt.ts'
import type { ObservedChange, ObservedGate } from './observed-change.ts'
import { involvedInVersions } from './parts-in-versions.ts'
import { type KnownPeople, withWritersNow } from './writers-here.ts'

type Host = Pick<
  ChangeHost,
  'store' | 'gate' | 'flows' | 'isSolo' | 'now' | 'splitKey' | 'auditEnded'
> & {
  changes: Pick<ChangeHost['changes'], 'settings'>
}

/** What holds for all changes at one moment: read once, it does for a list of them. */
export type ChangeContext = {
  now: number
  isSolo: boolean
  roles: ReadonlyMap<string, readonly Role[]>
  /** With the addresses by which commits name them. */
  people: KnownPeople
  /** What a gate would be asked. */
  question: GateQuestion
  policyHash: string
  /** That a gated run has to have now. */
  walls: GateSettings['walls']
  /** PEM, of those who check receipts. */
  publicKey: string
  splitKey: string
}

export async function changeContext(host: Host): Promise<ChangeContext> {
  const { store, gate } = host
  const [people, isSolo, question, key] = await Promise.all([
    store.people.list(),
    host.isSolo(),
    questionNow(host),
    gate.signingKey(),
  ])
  return {
    now: host.now(),
    isSolo,
    roles: new Map(people.map(({ id, roles }) => [id, roles])),
    people: people.map(({ id, email }) => ({ id, email })),
    question,
    policyHash: contentHash(gate.settings),
    walls: gate.settings.walls,
    publicKey: publicKeyOf(key),
    splitKey: host.splitKey,
  }
}

/** What is kept of a change here, without a word from the forge: where it is follows from it. */
export async function observeStored(
  host: Host,
  context: ChangeContext,
  change: StoredChange,
): Promise<ObservedChange> {
  const { changes, evaluations } = host.store
  const { settings } = host.changes
  const revisionAt = async (sequence: number) =>
    sequence < 0 ? null : changes.revision(change.id, sequence)
  const sequence = change.revision ?? -1
  const [kept, before, decisions, events, request] = await Promise.all([
    revisionAt(sequence),
    revisionAt(sequence - 1),
    changes.decisions(change.id),
    changes.events(change.id),
    changes.deploymentRequest(change.id),
  ])
  const { people } = context
  const revision = kept && withWritersNow(kept, change.author, { settings, people })
  const tree = revision?.tree ?? null
  const checks = tree === null ? [] : await changes.checks(change.id, tree)
  const subject = (name: string): string => newestOf(checks, name)?.subject ?? ''
  const version = versionOf(checks)
  const versions = version === null ? [] : [version]
  const [asked, involved, evaluation, gate, audit] = await Promise.all([
    host.store.gates.askersOf(versions),
    involvedInVersions(host.store, versions, { settings, people }),
    evaluations.get(subject('evaluation')),
    gateOf(host, subject('gate')),
    auditOf(host, subject('gate')),
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
    askers: asked.get(version ?? '') ?? new Set(),
    involved: involved.get(version ?? '') ?? new Set(),
    evaluation,
    signedOverrides: new Set(
      decisions
        .filter((one) => gate !== null && isSignedOverride(one, gate, context))
        .map(({ id }) => id),
    ),
    gate: gate && observeGate(gate, context, version),
    audit,
    request,
    events,
    isSolo: context.isSolo,
    auditWanted: policy.audit.wanted,
    ...whoTests(settings),
    conditions: functionalConditions(settings, revision),
    mostCommits: settings.mostCommits,
  }
}

function whoTests({
  forge,
  functional,
}: ChangeSettings): Pick<
  ObservedChange,
  'functionalBy' | 'functionalChecks' | 'testsHere' | 'mergeQueue'
> {
  if (forge.kind === 'local') {
    return { functionalBy: 'here', functionalChecks: null, testsHere: true, mergeQueue: false }
  }
  const { functionalChecks = null, mergeQueue = false } = forge
  const testsHere = functional !== undefined
  return { functionalBy: 'forge', functionalChecks, testsHere, mergeQueue }
}

/** One whose time is over has ended, also where whoever was to run it is gone. */
async function gateOf(host: Host, id: string): Promise<StoredGate | null> {
  const found = await host.store.gates.get(id)
  return found && endWhenOver(host, found)
}

/** Likewise. */
async function auditOf(host: Host, gate: string): Promise<StoredAudit | null> {
  const found = await host.store.gateAudits.get(gate)
  return found && endAuditWhenOver(host, found)
}

/** The version of the flow that the functional tests gave; null: none yet. */
export function versionOf(checks: readonly ChangeCheck[]): string | null {
  const functional = newestOf(checks, 'functional')
  return functional?.outcome === 'pass' ? functional.subject : null
}

function observeGate(
  gate: StoredGate,
  context: ChangeContext,
  version: string | null,
): ObservedGate {
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
    isCurrent: isCurrent(gate, context),
    receipt: isAnswered ? judgeReceipt(gate, version, context) : 'none',
  }
}

/** What was passed while one person held two roles counts while that is so. */
function isCurrent(gate: StoredGate, { question, policyHash, isSolo }: ChangeContext): boolean {
  return (
    isSameQuestion(gate, question) &&
    contentHash(policyOf(gate)) === policyHash &&
    (isSolo || !gate.solo)
  )
}

function policyOf({ policy }: Pick<StoredGate, 'policy'>): GateSettings {
  return GateSettings.parse(JSON.parse(policy))
}

import { agentCounts } from '../evaluation/agent-counts.ts'
import { figuresOf } from '../evaluation/agent-figures.ts'
import { measure } from '../evaluation/evaluation-summary.ts'
import type {
  AuditEntry,
  AuthorGate,
  GateEntry,
  GateReport,
  GateSide,
} from '../schema/api/gates.ts'
import { GateSettings, isDemo } from '../schema/gate-settings.ts'
import type { GateMeasure, StoredAudit, StoredGate } from '../schema/stored-gate.ts'
import type { PersonName } from '../schema/workplace.ts'
import { approverSentence } from './approver-sentence.ts'
import { isDeployable } from './audit-gate.ts'
import { authorAnswer } from './author-answer.ts'
import { pooledFigures } from './compared-types.ts'
import { comparisonInWords } from './comparison-report.ts'
import { hiddenTextReason } from './hidden-text.ts'
import type { gateComparison } from './judge-gate.ts'
import { faultRate, poolRuns } from './measure-version.ts'
import { runsOf } from './runs-of.ts'
import { untoldKinds } from './small-cells.ts'

type NameOf = (person: string) => PersonName

/** What the author is told, and nothing else. @param now UTC epoch milliseconds */
export function authorGate(gate: StoredGate, now: number): AuthorGate {
  const { id, flow, candidate, baseline, startedAt } = gate
  const { passed, cause, at } = authorAnswer(gate, now)
  const answered = passed !== null
  return {
    id,
    flow,
    candidate,
    baseline,
    startedAt,
    state: answered ? 'answered' : 'waiting',
    passed,
    cause,
    answerAt: at,
    again: gate.look === 1,
    demo: isDemo(GateSettings.parse(JSON.parse(gate.policy))),
    solo: gate.solo,
    receipt: answered ? gate.receipt : null,
  }
}

export function gateEntry(gate: StoredGate, nameOf: NameOf): GateEntry {
  const { id, flow, candidate, baseline, anchor, dataset, startedAt, endedAt } = gate
  const { state, verdict, cause, solo, walls } = gate
  return {
    id,
    flow,
    candidate,
    baseline,
    anchor,
    dataset,
    startedAt,
    endedAt,
    state,
    verdict,
    cause,
    solo,
    walls,
    demo: isDemo(GateSettings.parse(JSON.parse(gate.policy))),
    author: nameOf(gate.author),
    again: gate.look === 1,
    budgetEntry: gate.charge,
    holdsHiddenText: gate.reasons.includes(hiddenTextReason),
  }
}

export function auditEntry(audit: StoredAudit, nameOf: NameOf): AuditEntry {
  const { gate, startedAt, endedAt, passed, fault, margin, walls } = audit
  return {
    gate,
    startedAt,
    endedAt,
    passed,
    fault,
    margin,
    walls,
    requestedBy: nameOf(audit.requester),
    state: audit.state === 'running' && fault !== null ? 'failed' : audit.state,
    delta: audit.auditDelta,
    se: audit.auditSe,
  }
}

type Reported = {
  gate: StoredGate
  judged: Awaited<ReturnType<typeof gateComparison>>
  audit: StoredAudit | null
  /** Whether an approver's signed word lets it in, where it could not be told. */
  overridden: boolean
  /** Custodians see every figure, and the audit. */
  isCustodian: boolean
  nameOf: NameOf
} & Pick<GateReport, 'environment' | 'change'>

/** Aggregates of a gate: no example, and for approvers no kind of issue with few of them. */
export function gateReport({
  gate,
  judged,
  audit,
  overridden,
  isCustodian,
  nameOf,
  environment,
  change,
}: Reported): GateReport {
  const settings = GateSettings.parse(JSON.parse(gate.policy))
  const shown = {
    gate: gateEntry(gate, nameOf),
    change,
    meaning: approverSentence(settings.margin),
    reasons: gate.reasons,
    repeats: runsOf(gate),
    audit: isCustodian && audit !== null ? auditEntry(audit, nameOf) : null,
    overridden: isCustodian ? overridden : null,
    deployable: isCustodian ? isDeployable(gate, { audit, overridden }) : null,
    receipt: gate.receipt,
    environment,
  }
  if (judged === null) return { ...shown, comparison: null, sides: null, hostFaults: null }
  const { comparison, sides } = judged
  const compared = new Set(comparison.compared)
  const all = {
    candidate: sideOf(sides.candidate, compared),
    baseline: sideOf(sides.baseline, compared),
    anchor: sides.anchor && sideOf(sides.anchor, compared),
  }
  const measured = Object.values(all).filter((side) => side !== null)
  const untold = isCustodian ? new Set<string>() : untoldOf(measured, compared)
  const told = Object.entries(comparison.agents).filter(([type]) => !untold.has(type))
  const agents = Object.fromEntries(told)
  return {
    ...shown,
    // Sentences of reasons hold figures of agents, too.
    comparison: comparisonInWords({ ...comparison, agents }),
    sides: {
      candidate: without(untold, all.candidate),
      baseline: without(untold, all.baseline),
      anchor: all.anchor && without(untold, all.anchor),
    },
    hostFaults: faultRate([...sides.candidate, ...sides.baseline, ...(sides.anchor ?? [])]),
  }
}

type Side = { pooled: GateSide['pooled']; agents: Record<string, GateSide['pooled']> }

/** The pool is of what is compared on every side: another one would tell, less this one, what is in it alone. */
function sideOf(measures: readonly GateMeasure[], compared: ReadonlySet<string>): Side {
  const run = poolRuns(measures.map((measured) => measured.run))
  const agents = Object.entries(agentCounts(run)).map(
    ([type, counts]) => [type, figuresOf(measure(counts))] as const,
  )
  return { pooled: pooledFigures(run, compared), agents: Object.fromEntries(agents) }
}

/** Small on any side is small on all: the others would tell what is left out. */
function untoldOf(sides: readonly Side[], compared: ReadonlySet<string>): Set<string> {
  return untoldKinds(
    sides.map(({ agents }) => agents),
    compared,
  )
}

function without(untold: ReadonlySet<string>, { pooled, agents }: Side): GateSide {
  const shown = Object.entries(agents).map(
    ([type, own]) => [type, untold.has(type) ? null : own] as const,
  )
  return { pooled, agents: Object.fromEntries(shown) }
}

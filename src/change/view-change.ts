import { authorAnswer } from '../gate/author-answer.ts'
import type { GateBudget } from '../gate/gate-budget.ts'
import type {
  ChangeCheckView,
  ChangeEntry,
  ChangeStage,
  ChangeView,
} from '../schema/change-views.ts'
import {
  type ChangeCheck,
  ChangeCheckName,
  type ChangeDecision,
  type ChangeEvent,
  type ChangeRevision,
  type DeploymentRequest,
  type StoredChange,
} from '../schema/stored-change.ts'
import type { StoredGate } from '../schema/stored-gate.ts'
import type { PersonName } from '../schema/workplace.ts'
import type { ChangeAudience } from './change-audience.ts'

type NameOf = (person: string) => PersonName

/** What is known of a change and of what would be merged now. */
export type KnownChange = {
  change: StoredChange
  revision: ChangeRevision | null
  /** Of its tree, oldest first. */
  checks: ChangeCheck[]
  decisions: ChangeDecision[]
  events: ChangeEvent[]
  /** The newest one that was asked about its tree. */
  gate: StoredGate | null
  request: DeploymentRequest | null
}

export type Viewed = {
  audience: ChangeAudience
  nameOf: NameOf
  /** UTC epoch milliseconds. */
  now: number
}

/** What the gate said, as it may be told now: the same for what is worse and for what cannot be told. */
export function toldGate(gate: StoredGate, now: number) {
  return authorAnswer(gate, now)
}

export function changeEntry(
  change: StoredChange,
  stage: ChangeStage,
  { audience, nameOf }: Pick<Viewed, 'audience' | 'nameOf'>,
): ChangeEntry {
  const { number, title, branch, forge, reference, author, state, createdAt, updatedAt } = change
  return {
    number,
    title,
    branch,
    forge,
    reference,
    author: author === null ? null : nameOf(author),
    isOwn: audience.isAuthor,
    state,
    stage,
    createdAt,
    updatedAt,
  }
}

type Said = { stage: ChangeStage; told: string[]; budget: GateBudget | null }

/** All that one person may know of it. */
export function changeView(
  known: KnownChange,
  { stage, told, budget }: Said,
  viewed: Viewed,
): ChangeView {
  const { change, revision, decisions, events, gate, request } = known
  const { audience, nameOf, now } = viewed
  return {
    ...changeEntry(change, stage, viewed),
    stage,
    told,
    description: change.description,
    revision: revision && revisionView(revision),
    checks: ChangeCheckName.options.map((name) => checkView(name, known, viewed)),
    decisions: decisions.map(({ person, decision, reason, solo, decidedAt, ...about }) => ({
      person: nameOf(person),
      decision,
      counts: isAboutNow(about, revision),
      reason: audience.judges ? reason : null,
      solo,
      decidedAt,
    })),
    events: events.map(({ kind, person, text, at }) => ({
      kind,
      person: person === null ? null : nameOf(person),
      text,
      at,
    })),
    mergedAs: change.mergedAs,
    version: gate?.candidate ?? request?.version ?? null,
    may: whatTheyMay(known, viewed),
    budget: audience.isAuthor && budget !== null ? budgetView(budget) : null,
    answerAt: gate && toldGate(gate, now).at,
  }
}

function revisionView({ head, base, tree, conflicts, policyFiles, commits }: ChangeRevision) {
  return { head, base, tree, conflicts, policyFiles, commits }
}

function budgetView({ left, own }: GateBudget) {
  return { left, of: own.limit }
}

function isAboutNow(
  { head, tree }: Pick<ChangeDecision, 'head' | 'tree'>,
  revision: ChangeRevision | null,
): boolean {
  return revision !== null && head === revision.head && tree === revision.tree
}

/** Its newest try. */
export function checkView(
  name: ChangeCheckName,
  { checks, gate }: Pick<KnownChange, 'checks' | 'gate'>,
  viewed: Viewed,
): ChangeCheckView {
  const newest = checks.findLast((check) => check.name === name)
  if (newest === undefined) return { ...unknown, name, state: 'waiting', attempt: 0 }
  if (name === 'gate' && gate !== null) return gateCheck(newest, gate, viewed)
  const { outcome, cause, summary, log, subject, attempt, startedAt, endedAt } = newest
  const state = outcome === null ? 'running' : 'done'
  const shown = { name, state, outcome, cause, summary, attempt, startedAt, endedAt } as const
  return {
    ...shown,
    log: name === 'functional' ? log : null,
    subject: seesSubject(name, viewed.audience) ? subject : null,
  }
}

const unknown = {
  outcome: null,
  cause: null,
  summary: null,
  log: null,
  subject: null,
  startedAt: null,
  endedAt: null,
} as const

function seesSubject(name: ChangeCheckName, audience: ChangeAudience): boolean {
  if (name === 'evaluation') return audience.seesEvaluations
  return name === 'infrastructure' && audience.seesChecks
}

/** From what was answered alone: the row may know more, or know it sooner. */
function gateCheck(
  { attempt, startedAt }: ChangeCheck,
  gate: StoredGate,
  { audience, now }: Viewed,
): ChangeCheckView {
  const { passed, cause, at } = toldGate(gate, now)
  const isTheirs = audience.judges || audience.isAuthor
  const shown = { ...unknown, name: 'gate', attempt, startedAt } as const
  const subject = isTheirs ? gate.id : null
  if (passed === null) return { ...shown, state: 'running', subject }
  const cannotTell = audience.judges && gate.verdict === 'CANT_TELL'
  return {
    ...shown,
    state: 'done',
    outcome: passed ? 'pass' : cannotTell ? 'cannot-tell' : 'fail',
    cause,
    summary: cannotTell ? 'The gate cannot tell.' : gateSentence(passed, cause),
    subject,
    endedAt: at,
  }
}

function gateSentence(passed: boolean, cause: StoredGate['cause']): string {
  if (passed) return 'The gate was passed.'
  switch (cause) {
    case 'functional-tests':
      return 'The gate was not asked: functional tests failed.'
    case 'host-fault':
      return 'The gate could not be run: something of the host was at fault.'
    case 'budget':
      return 'The gate was not asked: its budget is spent.'
    case 'quality':
    case null:
      return 'The gate was not passed.'
  }
}

/** What the page offers; each is checked again when it is done. */
function whatTheyMay(known: KnownChange, { audience, now }: Viewed): ChangeView['may'] {
  const { change, revision, gate } = known
  const isOpen = change.state === 'open'
  const decides = isOpen && audience.mayDecide && !audience.isOwn && revision?.tree != null
  const isEnough = audience.isCustodian || revision?.policyFiles.length === 0
  const answer = gate && toldGate(gate, now)
  const acts = isOpen && audience.isAuthor && audience.mayWrite
  return {
    approve: decides && isEnough && answer?.passed === true,
    override:
      decides &&
      isEnough &&
      audience.judges &&
      answer?.passed === false &&
      gate?.verdict === 'CANT_TELL',
    requestChanges: decides,
    close: acts,
    retry: acts && mayRetry(known, answer),
  }
}

/** A fault of the host, or the one more look at what was not good enough. */
export function mayRetry(
  { checks, gate }: Pick<KnownChange, 'checks' | 'gate'>,
  answer: { passed: boolean | null; cause: string | null } | null,
): boolean {
  if (answer?.passed === false) {
    return answer.cause === 'host-fault' || (answer.cause === 'quality' && gate?.look === 0)
  }
  const newest = ChangeCheckName.options.map((name) => checks.findLast((one) => one.name === name))
  return newest.some((check) => check?.outcome === 'cannot-tell')
}

import type { GateBudget } from '../gate/gate-budget.ts'
import type { ChangeCheckView, ChangeEntry, ChangeView } from '../schema/change-views.ts'
import { ChangeCheckName, type ChangeRevision } from '../schema/stored-change.ts'
import type { PersonName } from '../schema/workplace.ts'
import type { ChangeAudience } from './change-audience.ts'
import { isPassedNow, lastWords } from './count-approvals.ts'
import { newestOf } from './decide-check.ts'
import { gateSentence } from './gate-sentence.ts'
import { newestRefusal } from './merge-refusals.ts'
import { sentences } from './sentences.ts'
import type { KnownChange } from './known-change.ts'
import { versionOf } from './observe-change.ts'
import type { ObservedChange, ObservedGate } from './observed-change.ts'
import { mayLookAgain, retryableCheck } from './retryable.ts'

/** What waits for a time is tried again by itself then; what the forge refuses is for somebody to look at. */
export function goesOn({ stage, step }: KnownChange['decided']): boolean {
  if (stage === 'merge-refused' || stage === 'waits-for-rules') return false
  return step.do !== 'wait' || step.until !== null
}

export type Viewed = { audience: ChangeAudience; nameOf: (person: string) => PersonName }

export function changeEntry(
  { observed: { change }, decided: { stage } }: KnownChange,
  { audience, nameOf }: Viewed,
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

/** All that one person may know of it. @param budget of the author; null where it is not told */
export function changeView(
  known: KnownChange,
  budget: GateBudget | null,
  viewed: Viewed,
): ChangeView {
  const { observed, decided } = known
  const { change, revision, events, gate, request, checks } = observed
  const { audience, nameOf } = viewed
  return {
    ...changeEntry(known, viewed),
    stage: decided.stage,
    told: [
      ...decided.told.map((sentence) =>
        sentence === sentences.gateNotPassed ? gateTold(known, audience) : sentence,
      ),
      ...lastTried(known),
    ],
    goesOn: goesOn(decided),
    description: change.description,
    revision: revision && revisionView(revision),
    checks: ChangeCheckName.options.map((name) => checkView(name, observed, audience)),
    decisions: viewDecisions(observed, viewed),
    events: events.map(({ kind, person, text, at }) => ({
      kind,
      person: person === null ? null : nameOf(person),
      text,
      at,
    })),
    mergedAs: change.mergedAs,
    version: request?.version ?? versionOf(checks),
    may: whatTheyMay(known, audience),
    budget: budget === null ? null : budgetView(budget),
    answerAt: gate?.answerAt ?? null,
  }
}

function viewDecisions(
  observed: ObservedChange,
  { audience, nameOf }: Viewed,
): ChangeView['decisions'] {
  const standing = new Set(lastWords(observed))
  return observed.decisions.map((one) => {
    const { person, decision, reason, reasonTold, solo, decidedAt } = one
    return {
      person: nameOf(person),
      decision,
      counts: standing.has(one),
      reason: reasonTold || audience.judges ? reason : null,
      solo,
      decidedAt,
    }
  })
}

function revisionView({ head, base, tree, conflicts, policyFiles, commits }: ChangeRevision) {
  return { head, base, tree, conflicts, policyFiles, commits }
}

function budgetView({ left, own }: GateBudget) {
  return { left, of: own.limit }
}

/** Its newest try. */
function checkView(
  name: ChangeCheckName,
  { checks, gate, revision }: ObservedChange,
  audience: ChangeAudience,
): ChangeCheckView {
  const newest = newestOf(checks, name)
  if (name === 'mergeable' && newest === undefined) return mergeable(revision)
  if (newest === undefined) return { ...nothing, name, state: 'waiting', attempt: 0 }
  const { attempt, startedAt, endedAt, outcome, cause, summary, log, subject } = newest
  const shown = { ...nothing, name, attempt, startedAt }
  if (name === 'gate' && gate !== null && gate.id === subject) {
    return { ...shown, ...gateAnswer(gate, audience) }
  }
  return {
    ...shown,
    endedAt,
    state: outcome === null ? 'running' : 'done',
    // Of a gate that was not asked: its author hears one bit of any.
    outcome: name === 'gate' && outcome !== null && outcome !== 'pass' ? 'fail' : outcome,
    cause,
    summary,
    log: name === 'functional' ? log : null,
    subject: seesSubject(name, audience) ? subject : null,
  }
}

const nothing = {
  outcome: null,
  cause: null,
  summary: null,
  log: null,
  subject: null,
  startedAt: null,
  endedAt: null,
} as const

/** It is looked at before there is a row of it. */
function mergeable(revision: ChangeRevision | null): ChangeCheckView {
  const shown = { ...nothing, name: 'mergeable', attempt: 0 } as const
  if (revision === null) return { ...shown, state: 'waiting' }
  const outcome = revision.tree === null ? 'fail' : 'pass'
  return { ...shown, state: 'done', outcome, endedAt: revision.seenAt }
}

function seesSubject(name: ChangeCheckName, audience: ChangeAudience): boolean {
  if (name === 'evaluation') return audience.seesEvaluations
  return name === 'infrastructure' && audience.seesChecks
}

/**
 * From what its author hears alone: the same for what is worse and for what cannot be told, also when. Whoever
 * may see its figures hears the difference, and that not sooner.
 */
function gateAnswer(
  { id, passed, cause, answerAt, cannotTell }: ObservedGate,
  audience: ChangeAudience,
) {
  const subject = audience.judges || audience.isAuthor ? id : null
  if (passed === null) return { state: 'running' as const, subject }
  const isUntold = audience.judges && cannotTell
  return {
    state: 'done' as const,
    subject,
    cause,
    endedAt: answerAt,
    outcome: passed ? ('pass' as const) : isUntold ? ('cannot-tell' as const) : ('fail' as const),
    summary: isUntold ? 'The gate cannot tell.' : gateSentence(passed, cause),
  }
}

/** What to do about a gate that was not passed: whoever may see its figures hears whether it can be overridden. */
function gateTold({ observed }: KnownChange, audience: ChangeAudience): string {
  if (!audience.judges) return sentences.gateNotPassed
  const { gate, revision, mostCommits, isSolo } = observed
  if (gate?.cannotTell !== true) return sentences.gateForJudges.fail
  if (audience.decides) return sentences.gateForJudges['may-override']
  const commits = revision?.commits ?? 0
  if (commits > mostCommits && !isSolo) return sentences.nobodyOverrides(commits, mostCommits)
  const isPolicy = revision !== null && revision.policyFiles.length > 0
  return sentences.gateForJudges[isPolicy ? 'custodian' : 'approver']
}

/** When what is not merged was last tried: its story tells each reason once. */
function lastTried({ observed, decided: { stage } }: KnownChange): string[] {
  if (stage !== 'merge-refused' && stage !== 'waits-for-rules') return []
  const refused = newestRefusal(observed)
  return refused === null ? [] : [sentences.lastTried(refused.at)]
}

/** What the page offers; each is looked at again when it is done. */
function whatTheyMay(known: KnownChange, audience: ChangeAudience): ChangeView['may'] {
  const { gate } = known.observed
  const { decides, judges, acts, hasApproved } = audience
  return {
    approve: decides && !hasApproved && isPassedNow(gate),
    override: decides && judges && gate?.cannotTell === true,
    requestChanges: decides,
    close: acts,
    retry: acts && (retryableCheck(known) !== null || mayLookAgain(known)),
  }
}

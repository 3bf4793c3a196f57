import type { ChangeStage } from '../schema/change-views.ts'
import type { ChangeCheck } from '../schema/stored-change.ts'
import { blameOf, retryAt } from './blame.ts'
import type { Approvals } from './count-approvals.ts'
import {
  type ChangeStep,
  type DecidedChange,
  type StartedCheck,
  waitForSomebody,
} from './change-step.ts'
import type { ObservedChange } from './observed-change.ts'
import {
  decideRunners,
  runnersFailedSince,
  runnersPassedSince,
  waitForRerun,
} from './decide-runners.ts'
import { sentences } from './sentences.ts'

/** Milliseconds after which one asks what has become of an evaluation each time. */
const lostAfter = 10 * 60_000
/** How often what runs elsewhere is looked at; it wakes nobody when it ends. */
const lookAgainAfter = 15_000

/** What a check asks for; null when it has been passed and the next one is to be looked at. */
export function decideCheck(
  observed: ObservedChange,
  name: StartedCheck,
  approvals: Approvals,
): DecidedChange | null {
  const check = newestOf(observed.checks, name)
  if (check === undefined) {
    // What somebody wants to be otherwise is not measured any more: it costs money, and of the budget.
    const isCostly = name === 'evaluation' || name === 'gate'
    return isCostly && approvals.changesRequested ? changesWanted() : start(name, 1)
  }
  if (check.outcome === null) return goOn(observed, check)
  if (name === 'gate') return decideGate(observed, check, approvals)
  const isAskedAnew = runnersFailedSince(observed, check) || isOfOtherTests(observed, check)
  if (name === 'functional' && isAskedAnew) return start(name, check.attempt + 1)
  const isPassed =
    check.outcome === 'pass' || (name === 'infrastructure' && check.outcome === 'skipped')
  return isPassed ? null : notPassed(observed, check)
}

export function newestOf(checks: readonly ChangeCheck[], name: string): ChangeCheck | undefined {
  return checks
    .filter((check) => check.name === name)
    .toSorted((a, b) => a.attempt - b.attempt)
    .at(-1)
}

/** Whether something else had to be passed then: the server was configured otherwise. */
function isOfOtherTests(
  { conditions: now }: ObservedChange,
  { outcome, conditions }: ChangeCheck,
): boolean {
  return outcome === 'pass' && conditions !== now
}

export function changesWanted(): DecidedChange {
  return { stage: 'changes-requested', told: [sentences.changesRequested], step: waitForSomebody }
}

function start(name: StartedCheck, attempt: number): DecidedChange {
  return running(name, { do: 'start-check', name, attempt })
}

function running(name: StartedCheck, step: ChangeStep, told: string = sentences.running[name]) {
  const stage: ChangeStage = name === 'gate' ? 'waits-for-gate' : 'checking'
  return { stage, told: [told], step }
}

/** What runs in this process is run; what runs elsewhere is waited for. */
function goOn(observed: ObservedChange, check: ChangeCheck): DecidedChange {
  const { evaluation, gate, now, functionalBy } = observed
  switch (check.name) {
    case 'functional':
      if (functionalBy === 'forge') return running('functional', decideRunners(observed, check))
      return running('functional', { do: 'advance', check })
    case 'evaluation': {
      const isRunning = evaluation?.id === check.subject && evaluation?.state === 'running'
      // Whoever was to queue it may have died, and so may whoever runs it.
      const isLost = evaluation?.job === null || now - check.startedAt > lostAfter
      const isUnderWay = isRunning && !isLost
      return running(
        'evaluation',
        isUnderWay ? { do: 'wait', until: now + lookAgainAfter } : { do: 'advance', check },
      )
    }
    case 'gate': {
      const isAnswered = gate === null || gate.id !== check.subject || gate.passed !== null
      if (isAnswered) return running('gate', { do: 'advance', check })
      const until = Math.max(gate.answerAt, now + 1000)
      return running('gate', { do: 'wait', until }, sentences.gateAnswersAt(gate.answerAt))
    }
    case 'infrastructure':
    case 'mergeable':
      return running('infrastructure', { do: 'advance', check })
  }
}

/** Nothing is merged on the word of a row: the gate's own answer and its receipt count, and what was signed of an override. */
function decideGate(
  observed: ObservedChange,
  check: ChangeCheck,
  approvals: Approvals,
): DecidedChange | null {
  const { gate } = observed
  const isPassed = check.outcome === 'pass'
  if (!isPassed && approvals.override === null) return notPassed(observed, check)
  if (gate === null || gate.id !== check.subject) return unproven()
  // Something else is in production by now, or the policy is another: nobody knows whether it passes that.
  if (!gate.isCurrent) return start('gate', check.attempt + 1)
  if (gate.receipt !== 'fits') return unproven()
  return gate.passed === isPassed ? null : unproven()
}

function unproven(): DecidedChange {
  return { stage: 'host-fault', told: [sentences.receipt], step: waitForSomebody }
}

function notPassed(observed: ObservedChange, check: ChangeCheck): DecidedChange {
  const { name, attempt, summary } = check
  const why = summary ?? sentences.noReason
  switch (blameOf(check)) {
    case 'change': {
      const told = name === 'gate' ? [sentences.gateNotPassed] : [why, sentences.pushAgain]
      // Somebody may have had the runners run again.
      const isRunAgain = name === 'functional' && runnersPassedSince(observed, check)
      if (isRunAgain) return start(name, attempt + 1)
      const step = name === 'functional' ? waitForRerun(observed, check) : waitForSomebody
      return { stage: 'not-passed', told, step }
    }
    case 'budget':
      return { stage: 'budget-spent', told: [why, sentences.budgetSpent], step: waitForSomebody }
    case 'host':
      return tryAgain(observed, check)
  }
}

function tryAgain({ now }: ObservedChange, check: ChangeCheck): DecidedChange {
  const why = check.summary ?? sentences.noReason
  const at = retryAt(check)
  const told = [why, at === null ? sentences.retryByHand : sentences.retryBySelf]
  if (at === null) return { stage: 'host-fault', told, step: waitForSomebody }
  if (at > now) return { stage: 'host-fault', told, step: { do: 'wait', until: at } }
  const { name, attempt } = check
  if (name === 'mergeable') return { stage: 'host-fault', told, step: waitForSomebody }
  return { stage: 'host-fault', told, step: { do: 'start-check', name, attempt: attempt + 1 } }
}

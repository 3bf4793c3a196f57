import type { StartedCheck } from './change-step.ts'
import { newestOf } from './decide-check.ts'
import type { KnownChange } from './known-change.ts'

/** What can be tried again by hand, of what would be merged now; null: nothing. */
export type Retryable = {
  name: StartedCheck
  /** Of the try that comes. */
  attempt: number
}

/** A check that failed by a fault that is not the change's, or by its own tests or runs, which may be fickle. */
export function retryableCheck({ observed, decided }: KnownChange): Retryable | null {
  const { stage } = decided
  if (observed.change.state !== 'open') return null
  const failed = (['functional', 'infrastructure', 'evaluation', 'gate'] as const)
    .map((name) => ({ name, check: newestOf(observed.checks, name) }))
    .find(({ name, check }) => {
      if (check === undefined || check.outcome === null) return false
      // Of a gate that was passed it can be that its receipt does not fit.
      return name === 'gate' || (check.outcome !== 'pass' && check.outcome !== 'skipped')
    })
  if (failed?.check === undefined) return null
  const isOurs = stage === 'host-fault' || stage === 'budget-spent'
  const isOwn = failed.name === 'functional' || failed.name === 'evaluation'
  const isFickle = stage === 'not-passed' && isOwn
  return isOurs || isFickle ? { name: failed.name, attempt: failed.check.attempt + 1 } : null
}

/** The one more look at what the gate was not passed with, pooled with the first. */
export function mayLookAgain({ observed, decided }: KnownChange): boolean {
  const isAsked = decided.stage === 'not-passed' && observed.gate?.passed === false
  return isAsked && observed.gate?.cause === 'quality' && observed.gate?.look === 0
}

/** Whether the gate is about to be asked, or may be asked by hand: what is left of the budget is told before. */
export function mayCostGate(known: KnownChange): boolean {
  const { change, checks, gate } = known.observed
  if (change.state !== 'open') return false
  const isUnderWay = newestOf(checks, 'gate')?.outcome === null
  const isRetryable = retryableCheck(known)?.name === 'gate'
  return gate === null || isUnderWay || isRetryable || mayLookAgain(known)
}

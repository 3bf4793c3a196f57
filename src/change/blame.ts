import type { ChangeCheck } from '../schema/stored-change.ts'

/** Whose fault it is that a check was not passed: then it is known who can do something. */
export type Blame = 'change' | 'budget' | 'host'

const minute = 60_000

/** So long after each try that failed by a fault of ours; then it takes a person to try again. */
const retriesAfter = [minute, 5 * minute, 30 * minute, 120 * minute]

/** Of the functional tests, everything else is what the change brings along. */
const functionalFaults = /^(?:checkout-walls|checkout-unreadable|git-[a-z-]+|internal)$/u
const budgets = new Set(['budget', 'budget-exhausted'])

export function blameOf({ name, cause }: Pick<ChangeCheck, 'name' | 'cause'>): Blame {
  switch (name) {
    case 'mergeable':
      return 'change'
    case 'functional':
      return functionalFaults.test(cause ?? '') ? 'host' : 'change'
    case 'infrastructure':
      return 'host'
    case 'evaluation':
      return budgets.has(cause ?? '') ? 'budget' : 'host'
    case 'gate':
      if (cause === 'quality' || cause === 'functional-tests') return 'change'
      return budgets.has(cause ?? '') ? 'budget' : 'host'
  }
}

/** When a check that failed by a fault of ours is tried again by itself; null: not any more. */
export function retryAt({ attempt, endedAt }: Pick<ChangeCheck, 'attempt' | 'endedAt'>) {
  const after = retriesAfter[attempt - 1]
  return after === undefined || endedAt === null ? null : endedAt + after
}

import { isHostFault } from '../gate/host-faults.ts'
import type { ChangeCheck } from '../schema/stored-change.ts'

/** Whose fault it is that a check was not passed: then it is known who can do something. */
export type Blame = 'change' | 'budget' | 'host'

const minute = 60_000

/** So long after each try that failed by a fault of ours; then it takes a person to try again. */
const retriesAfter = [minute, 5 * minute, 30 * minute, 120 * minute]

/** Of the functional tests, everything else is what the change brings along. */
const functionalFaults =
  /^(?:checkout-walls|checkout-own-files|checkout-unreadable|git-[a-z-]+|internal)$/u
/** Of an evaluation, what comes out the same however often it is tried: see `causeOfFailure`. */
const flowFaults = new Set(['nothing-measured', 'not-recorded'])
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
      if (flowFaults.has(cause ?? '')) return 'change'
      return budgets.has(cause ?? '') ? 'budget' : 'host'
    case 'gate':
      if (cause === 'quality' || cause === 'functional-tests') return 'change'
      return budgets.has(cause ?? '') ? 'budget' : 'host'
  }
}

/**
 * Why an evaluation failed. Where every run over a document did, the first of them says by its code whether something of
 * the host was at fault: else agents and their prompts were, and an answer that nobody has recorded is theirs to record.
 */
export function causeOfFailure({ code, message }: { code: string; message: string }): string {
  if (code !== 'nothing-measured') return code
  const named = [...message.matchAll(/\[([a-z-]+)\]|refused to it: ([a-z, -]+)/gu)]
  const codes = named.flatMap(([, one, more]) => one ?? more?.split(', ') ?? [])
  const faults = codes.filter(isHostFault)
  return faults.find((fault) => fault !== 'not-recorded') ?? faults[0] ?? code
}

/** When a check that failed by a fault of ours is tried again by itself; null: not any more. */
export function retryAt({ attempt, endedAt }: Pick<ChangeCheck, 'attempt' | 'endedAt'>) {
  const after = retriesAfter[attempt - 1]
  return after === undefined || endedAt === null ? null : endedAt + after
}

import { count } from '../../../src/schema/figure-words.ts'
import type { GateCause, GateVerdict } from '../../../src/schema/stored-gate.ts'

/** As its author is told. */
export function causeInWords(cause: GateCause | null): string {
  switch (cause) {
    case 'functional-tests':
      return 'functional tests'
    case 'host-fault':
      return 'host fault'
    case 'budget':
      return 'budget'
    case 'quality':
    case null:
      return 'quality'
  }
}

/** What was in the way of a verdict; of quality it says enough itself. */
export function causeBesideVerdict(cause: GateCause | null): string {
  return cause === null || cause === 'quality' ? '' : `, ${causeInWords(cause)}`
}

/** Whose models gates ask. */
export const demoInWords =
  'The gate is in demo mode: hidden examples are shown to flows behind whatever walls there are.'

export function modelsInWords(environment: string | null): string {
  if (environment !== null) return `those of ${environment}`
  return 'each version asks those that it names itself, since the server has no environment for gates'
}

/** What a verdict was reached with less than. */
export function modesOf({ demo, solo }: { demo: boolean; solo: boolean }): string[] {
  return [
    ...(demo ? ['In demo mode: any walls were enough.'] : []),
    ...(solo ? ['In solo mode: one person held two roles.'] : []),
  ]
}

export function verdictInWords(verdict: GateVerdict | null): string {
  switch (verdict) {
    case 'PASS':
      return 'PASS'
    case 'FAIL':
      return 'FAIL'
    case 'CANT_TELL':
      return 'CAN’T TELL'
    case null:
      return 'runs'
  }
}

/** Why there is no comparison, for who decides. */
export function reasonInWords(reason: string): string {
  switch (reason) {
    case 'TIME_LIMIT':
      return 'It was stopped, as its time was over before everything was measured [TIME_LIMIT].'
    case 'RUN_ERRORS':
      return 'Too many runs failed by faults of the host [RUN_ERRORS].'
    case 'HOST:gate-reference-not-started':
      return 'What is in production, or the anchor, does not start where gates run [gate-reference-not-started].'
    case 'BUDGET':
      return 'The budget of its test set is spent [BUDGET].'
    case 'SMOKE_CHECK':
      return 'The version does not run on examples that its author knows [SMOKE_CHECK].'
    case 'FUNCTIONAL_CHECKS':
      return 'The functional checks of the change failed [FUNCTIONAL_CHECKS].'
    case 'HIDDEN_TEXT_IN_CANDIDATE':
      return 'Hidden examples stand in the candidate [HIDDEN_TEXT_IN_CANDIDATE].'
    default:
      return reason
  }
}

/** Why a look at audit ended without a result, for custodians. */
export function faultInWords(fault: string): string {
  switch (fault) {
    case 'gate-time-limit':
      return 'its time was over before everything was measured [gate-time-limit]'
    case 'gate-reference-not-started':
      return 'what is in production does not start where gates run [gate-reference-not-started]'
    case 'gate-run-errors':
      return 'too many runs failed by faults of the host [gate-run-errors]'
    case 'gate-audit-too-small':
      return 'there is too little on audit to tell anything: it takes two documents, and an issue of a kind that is compared [gate-audit-too-small]'
    default:
      return fault
  }
}

export function secondsInWords(seconds: number): string {
  if (seconds < 120) return count(seconds, 'second')
  return seconds % 60 === 0 ? `${seconds / 60} minutes` : `${(seconds / 60).toFixed(1)} minutes`
}

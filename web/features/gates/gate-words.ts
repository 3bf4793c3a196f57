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

export function secondsInWords(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`
  return seconds % 60 === 0 ? `${seconds / 60} minutes` : `${(seconds / 60).toFixed(1)} minutes`
}

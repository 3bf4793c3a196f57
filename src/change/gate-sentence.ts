import type { GateCause } from '../schema/stored-gate.ts'

/** What everybody who sees a change is told of the answer of its gate. */
export function gateSentence(passed: boolean, cause: GateCause | null): string {
  if (passed) return 'It was passed.'
  switch (cause) {
    case 'functional-tests':
      return 'It does not run on examples that everybody knows; nothing hidden was read.'
    case 'host-fault':
      return 'It could not be run: something of the host was at fault.'
    case 'budget':
      return 'It was not run: nothing is left of the budget of the gate.'
    case 'quality':
    case null:
      return 'It was not passed.'
  }
}

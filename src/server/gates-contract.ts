import type { OpenServer } from '../../test/helpers/gate-world.ts'
import { describeGateAnswers } from './gate-answers-contract.ts'
import { describeGateCalls } from './gate-calls-contract.ts'
import { describeGateFigures } from './gate-figures-contract.ts'
import { describeGateRuns } from './gate-runs-contract.ts'
import { describeGateSlots } from './gate-slots-contract.ts'

/** The gate, on whichever engine. */
export function describeGates(open: OpenServer): void {
  describeGateAnswers(open)
  describeGateSlots(open)
  describeGateRuns(open)
  describeGateFigures(open)
  describeGateCalls(open)
}

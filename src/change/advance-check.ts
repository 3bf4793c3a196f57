import type { Advancing } from './advancing.ts'
import { advanceEvaluation } from './advance-evaluation.ts'
import { advanceGate } from './advance-gate.ts'
import { examineEnvironment } from './examine-environment.ts'
import type { ChangeHost } from './change-host.ts'
import { endingWhatFails } from './end-check.ts'
import { testFunctions } from './test-functions.ts'

/** Goes on with a check that was started: runs it, or asks for it where it runs. */
export async function advanceCheck(host: ChangeHost, advancing: Advancing): Promise<void> {
  await endingWhatFails(host, advancing, () => advance(host, advancing))
}

async function advance(host: ChangeHost, advancing: Advancing): Promise<void> {
  switch (advancing.check.name) {
    case 'functional':
      return testFunctions(host, advancing)
    case 'infrastructure':
      return examineEnvironment(host, advancing)
    case 'evaluation':
      return advanceEvaluation(host, advancing)
    case 'gate':
      return advanceGate(host, advancing)
    case 'mergeable':
      return
  }
}

import type { Check } from './check.ts'
import { fileChecks } from './checks/file-checks.ts'
import { machineChecks } from './checks/machine-checks.ts'
import { modelChecks } from './checks/model-checks.ts'
import { planChecks } from './checks/plan-checks.ts'
import { queueCheck } from './checks/queue-check.ts'
import { routeChecks } from './checks/route-checks.ts'
import { storeChecks } from './checks/store-checks.ts'
import { timeChecks } from './checks/time-checks.ts'
import type { Environment } from './server-config.ts'

/** Everything that is looked at in an environment, in the order in which it is told. */
export function checksOf(environment: Environment): Check[] {
  return [
    ...storeChecks,
    ...timeChecks,
    ...fileChecks,
    queueCheck,
    ...modelChecks(environment),
    ...routeChecks,
    ...machineChecks,
    ...planChecks,
  ]
}

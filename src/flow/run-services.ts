import { createRuleEngines, type RuleEngines } from '../agent/rule-engines.ts'
import { type Environment } from '../model/provider-access.ts'
import { createSharedConnections, type SharedConnections } from '../model/shared-connections.ts'

/** What versions that run at the same time have in common, and so wait for. */
export type RunServices = {
  connections: SharedConnections
  rules: RuleEngines
} & AsyncDisposable

/** Nothing is sent, and no checker started, until it is asked. */
export function createRunServices(options: { env: Environment; directory: string }): RunServices {
  const connections = createSharedConnections(options)
  const rules = createRuleEngines()
  return {
    connections,
    rules,
    async [Symbol.asyncDispose]() {
      await rules[Symbol.asyncDispose]()
      await connections[Symbol.asyncDispose]()
    },
  }
}

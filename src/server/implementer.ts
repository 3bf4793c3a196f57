import { implement } from '@orpc/server'
import { contract } from '../schema/api/contract.ts'
import type { RequestContext } from './request-context.ts'

/** What this server answers to. */
export const served = {
  documents: contract.documents,
  reviews: contract.reviews,
  evaluations: contract.evaluations,
  bundles: contract.bundles,
  gates: contract.gates,
  changes: contract.changes,
  notifications: contract.notifications,
  datasets: contract.datasets,
  labelSets: contract.labelSets,
  flows: contract.flows,
  people: contract.people,
  environments: contract.environments,
  operations: contract.operations,
}

/** Procedures of the contract, waiting for their handlers. */
export function createImplementer() {
  return implement(served).$context<RequestContext>()
}
export type Implementer = ReturnType<typeof createImplementer>

import { implement } from '@orpc/server'
import { contract } from '../schema/api/contract.ts'
import type { RequestContext } from './request-context.ts'

const { keys: _keys, createKey: _create, revokeKey: _revoke, ...people } = contract.people

const { exportAs: _export, ...reviews } = contract.reviews

export const served = { documents: contract.documents, reviews, people }

/** Procedures of the contract, waiting for their handlers. */
export function createImplementer() {
  return implement(served).$context<RequestContext>()
}
export type Implementer = ReturnType<typeof createImplementer>

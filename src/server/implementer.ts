import { implement } from '@orpc/server'
import { contract } from '../schema/api/contract.ts'
import type { RequestContext } from './request-context.ts'

const { keys: _keys, createKey: _create, revokeKey: _revoke, ...people } = contract.people

/** What this server answers to. */
export const served = { people }

/** Procedures of the contract, waiting for their handlers. */
export function createImplementer() {
  return implement(served).$context<RequestContext>()
}
export type Implementer = ReturnType<typeof createImplementer>

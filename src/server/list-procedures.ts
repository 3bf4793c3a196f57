import { isContractProcedure, type AnyContractRouter } from '@orpc/contract'
import type { Route } from '../environment/check.ts'
import type { ProcedureMeta } from '../schema/api/procedure.ts'
import { served } from './implementer.ts'

/** Every procedure with its address under /api; parameters are as `{name}`. */
export function listProcedures(router: AnyContractRouter = served): Route[] {
  if (!isContractProcedure(router)) {
    return Object.values(router).flatMap((inner) => listProcedures(inner as AnyContractRouter))
  }
  const { route, meta } = router['~orpc']
  const { permission } = meta as ProcedureMeta
  return [{ method: route.method ?? '', path: `/api${route.path}`, permission }]
}

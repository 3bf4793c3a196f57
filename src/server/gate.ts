import { isContractProcedure, type AnyContractRouter, type HTTPMethod } from '@orpc/contract'
import { StandardOpenAPIMatcher } from '@orpc/openapi/standard'
import { implement, type AnyRouter } from '@orpc/server'
import type { Context, MiddlewareHandler } from 'hono'
import { mayDo, type Actor } from '../access/actor.ts'
import { served } from './implementer.ts'
import type { ProcedureMeta } from '../schema/api/procedure.ts'
import { forbidden, notFound, unauthorized, type ErrorAnswer } from './answer-errors.ts'
import type { Env } from './request-context.ts'

type Identity = { actor: Actor; session: string | null }

/** Who sends a request; null for nobody that we know. */
export type Identify = (headers: Headers) => Promise<Identity | null>

/**
 * Stands before everything under /api: nothing of a request is read, and no procedure is found, before
 * the sender has the permission that the procedure names. What the contract does not know does not
 * exist, and only who is signed in is told so.
 */
export function createGate(identify: Identify, publicUrl: string | null): MiddlewareHandler<Env> {
  const decide = createDecision()
  return async (c, next) => {
    const identity = await identify(c.req.raw.headers)
    c.set('person', identity?.actor.id ?? null)
    const path = c.req.path.replace(/^\/api/, '')
    const { route, refusal } = await decide(c.req.method, path, { actor: identity?.actor ?? null })
    c.set('route', route)
    if (refusal !== null) return answerWith(c, refusal)
    const origin = publicUrl ?? new URL(c.req.url).origin
    const request = c.get('request')
    c.set('context', identity && { ...identity, request, origin })
    return next()
  }
}

/** For addresses outside the contract. */
export function requirePermission(
  identify: Identify,
  permission: ProcedureMeta['permission'],
): MiddlewareHandler<Env> {
  return async (c, next) => {
    const actor = (await identify(c.req.raw.headers))?.actor ?? null
    if (!mayDo(actor, permission))
      return answerWith(c, actor === null ? unauthorized : forbidden(permission))
    return next()
  }
}

function answerWith(c: Context<Env>, answer: ErrorAnswer): Response {
  return c.body(JSON.stringify(answer), {
    status: answer.status as 401,
    headers: { 'content-type': 'application/json' },
  })
}

/** The same matcher as oRPC's handler has: both must take an address for the same procedure. */
function createDecision() {
  const matcher = new StandardOpenAPIMatcher()
  matcher.init(routerOf(served))
  return async (method: string, path: string, { actor }: { actor: Actor | null }) => {
    const match = await matcher.match(method as HTTPMethod, `/${path.replace(/^\/|\/$/g, '')}`)
    if (match === undefined) {
      return { route: '/api', refusal: actor === null ? unauthorized : notFound }
    }
    const { route, meta } = match.procedure['~orpc']
    const { permission } = meta as ProcedureMeta
    const refused = actor === null ? unauthorized : forbidden(permission)
    const refusal = mayDo(actor, permission) ? null : refused
    return { route: `/api${route.path ?? ''}`, refusal }
  }
}

/** Procedures that do nothing: enough to find one by its address. */
function routerOf(router: AnyContractRouter): AnyRouter {
  if (isContractProcedure(router)) return implement(router).handler(() => {})
  return Object.fromEntries(
    Object.entries(router).map(([name, inner]) => [name, routerOf(inner as AnyContractRouter)]),
  )
}

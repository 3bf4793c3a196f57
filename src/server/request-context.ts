import type { Context, Hono } from 'hono'
import type { HttpBindings } from '@hono/node-server'
import type { Actor } from '../access/actor.ts'

/** What a procedure knows of its request; the gate has checked the permission. */
export type RequestContext = {
  /** For the log and error answers. */
  request: string
  actor: Actor
  /** Id of the session; null with a key. */
  session: string | null
  /** Where the client reaches the server, for links: `http://127.0.0.1:4310`. */
  origin: string
}

export type Env = {
  Bindings: Partial<HttpBindings>
  Variables: {
    request: string
    /** For log and metrics: the pattern, never the address itself. */
    route: string
    context: RequestContext | null
    person: string | null
    /** The step in which an answer of the API was ready, in milliseconds; see `leavesAfter`. */
    ready: number | null
    /** Why it failed, for the log; null when there is nothing to tell. */
    failure: { error: unknown } | null
  }
}

export type App = Hono<Env>

export function contextOf(c: Context<Env>): RequestContext {
  const context = c.get('context')
  if (context === null) throw new Error('The gate has let nobody in.')
  return context
}

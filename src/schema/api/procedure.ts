import { oc } from '@orpc/contract'
import { z } from 'zod'
import type { Permission } from '../access.ts'

/** `signed-in`: whoever has an account or a key; `public`: everybody. */
export type ProcedureMeta = { permission: Permission | 'signed-in' | 'public' }

const builder = oc.$meta<ProcedureMeta | Record<never, never>>({}).errors({
  BAD_REQUEST: { status: 400 },
  UNAUTHORIZED: { status: 401, message: 'Sign in, or send an API key.' },
  FORBIDDEN: { status: 403, message: 'You do not have the right to do this.' },
  NOT_FOUND: { status: 404, message: 'There is no such thing, or you may not see it.' },
  CONFLICT: { status: 409 },
})

/** The only way to a procedure: one without a permission does not compile. */
export function procedure(permission: ProcedureMeta['permission']) {
  return builder.meta({ permission }).route({
    spec: (operation) => ({ ...operation, 'x-permission': permission }),
  })
}

/** A list that goes on: send `next` as `after` to read further; null at the end. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}

export const PageInput = z.object({
  after: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

/** Ends a sentence of addresses that give a whole text to people who may not export. */
export const countsAsText =
  'it counts as a text that is opened: a person may open so many different ones a day as the settings say (`texts-limit`).'

export const Done = z.object({ ok: z.literal(true) })

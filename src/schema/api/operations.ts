import { z } from 'zod'
import { Instant } from '../workplace.ts'
import { procedure } from './procedure.ts'

/** What may be spent in a calendar month (UTC); null: no limit. */
const Budget = z.object({
  currency: z.string(),
  perMonth: z.number().nonnegative().nullable(),
  perPersonAndMonth: z.number().nonnegative().nullable(),
})

export const operations = {
  connections: procedure('settings:read')
    .route({
      method: 'GET',
      path: '/models',
      summary: 'Model connections and whether they can be used; never their keys',
    })
    .output(
      z.object({
        models: z.array(
          z.object({
            alias: z.string(),
            provider: z.string(),
            model: z.string(),
            /** What to set; null when it can be used. */
            gap: z.string().nullable(),
            priced: z.boolean(),
          }),
        ),
      }),
    ),
  budget: procedure('budgets:read')
    .route({ method: 'GET', path: '/budget', summary: 'Limits and what is spent this month' })
    .output(
      Budget.extend({
        /** Null when a price is unknown. */
        spent: z.number().nonnegative().nullable(),
        spentByYou: z.number().nonnegative().nullable(),
        month: z.string(),
      }),
    ),
  setBudget: procedure('budgets:write')
    .route({ method: 'PUT', path: '/budget', summary: 'Change the limits' })
    .input(Budget)
    .output(Budget),
  settings: procedure('settings:read')
    .route({ method: 'GET', path: '/settings', summary: 'What can be set on the page' })
    .output(
      z.object({
        /** Share of documents, 0 to 1, that the random review queue draws. */
        randomShare: z.number().min(0).max(1),
        readyWebhook: z.url().nullable(),
      }),
    ),
  setSettings: procedure('settings:write')
    .route({ method: 'PUT', path: '/settings', summary: 'Change them' })
    .input(
      z.object({
        randomShare: z.number().min(0).max(1).optional(),
        readyWebhook: z
          .url({ protocol: /^https?$/ })
          .nullable()
          .optional(),
      }),
    )
    .output(z.object({ randomShare: z.number(), readyWebhook: z.url().nullable() })),
  audit: procedure('audit:read')
    .route({ method: 'GET', path: '/audit', summary: 'Who did what, newest first' })
    .input(z.object({ before: z.coerce.number().int().positive().optional() }))
    .output(
      z.object({
        entries: z.array(
          z.object({
            sequence: z.int(),
            at: Instant,
            actor: z.string(),
            action: z.string(),
            subject: z.string(),
          }),
        ),
        next: z.int().nullable(),
      }),
    ),
}

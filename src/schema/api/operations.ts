import { z } from 'zod'
import { SplitShares } from '../access.ts'
import { AuditEntry, AuditFilter, AuditHead, AuditVerdict } from '../audit.ts'
import { Budget } from '../budget.ts'
import { procedure } from './procedure.ts'

const Webhook = z.url({ protocol: /^https?$/ }).nullable()

const Settings = z.object({
  /** Share of documents, 0 to 1, that the random review queue draws. */
  randomShare: z.number().min(0).max(1),
  /** Is sent the ids of each review that is ready. Of this and the next two, who may not set them sees the origin only. */
  readyWebhook: Webhook,
  /** Is sent what people are told of changes who chose it. */
  changeWebhook: Webhook,
  /** The same for chats that take Slack's incoming webhooks. */
  changeSlackWebhook: Webhook,
  /**
   * Of documents to come; a group of documents that is there keeps its split. Told to custodians and operators
   * alone, and to nobody who is an engineer, too: how much is hidden follows from it.
   */
  splitShares: SplitShares.optional(),
  /** How many different texts somebody may open on a day (UTC) who may not export. */
  textsPerDay: z.int().min(1).max(100_000),
  /** How many of them may be of one split of a dataset, or documents, as a share of those there; at least ten. */
  textsShare: z.number().min(0.01).max(1),
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
        /** Whether it is told what everybody spent: to who may set the limits and is no engineer. */
        ofAll: z.boolean(),
        /** By everybody. Null when that is not told, and when a price is unknown. */
        spent: z.number().nonnegative().nullable(),
        /** Null when a price is unknown. */
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
    .output(Settings),
  setSettings: procedure('settings:write')
    .route({ method: 'PUT', path: '/settings', summary: 'Change them' })
    .input(Settings.partial())
    .output(Settings),
  audit: procedure('audit:read')
    .route({ method: 'GET', path: '/audit', summary: 'Who did what, newest first' })
    .input(
      AuditFilter.extend({
        before: z.coerce.number().int().positive().optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
    )
    .output(
      z.object({
        entries: z.array(AuditEntry),
        /** Send it as `before` to read further; null at the end. */
        next: z.int().nullable(),
        /** Keep it elsewhere: see `verifyAudit`. */
        head: AuditHead,
        /** False for who is not told all of it: numbers are missing, and nobody took them away. */
        isWhole: z.boolean(),
      }),
    ),
  auditHead: procedure('audit:read')
    .route({
      method: 'GET',
      path: '/audit/head',
      summary: 'The newest entry of the audit log, to keep elsewhere',
    })
    .output(AuditHead),
  verifyAudit: procedure('audit:read')
    .route({
      method: 'GET',
      path: '/audit/verification',
      summary: 'Whether an entry of the audit log was changed, removed, added or moved',
    })
    .input(
      z
        .object({
          /** Of a head that you kept: shows, too, whether the newest entries are gone. */
          sequence: z.coerce.number().int().positive().optional(),
          hash: z
            .string()
            .regex(/^[0-9a-f]{64}$/)
            .optional(),
          /** Looks at so many of the newest entries only, unless a head was kept. */
          newest: z.coerce.number().int().positive().optional(),
        })
        .refine(({ sequence, hash }) => (sequence === undefined) === (hash === undefined), {
          message: 'Send `sequence` and `hash` of a head, or neither.',
        }),
    )
    .output(AuditVerdict),
  exportAudit: procedure('audit:read')
    .route({
      method: 'GET',
      path: '/audit/export',
      summary: 'The whole audit log as JSON Lines, oldest first',
      description: '`proofloop audit verify FILE` checks it, without a server.',
    })
    .output(z.file()),
}

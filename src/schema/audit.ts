import { z } from 'zod'

/** What is worth an entry in the audit log. */
const AuditAction = z.enum([
  'signed-in',
  'sign-in-failed',
  'session-ended',
  'password-changed',
  'password-link-made',
  'person-invited',
  'person-removed',
  /** By themselves. */
  'person-renamed',
  'solo-mode-ended',
  'roles-changed',
  'roles-granted-to-self',
  'key-made',
  'key-revoked',
  /** Of the secrets in the store, by an operator of the machine. */
  'secret-keys-rotated',
  /** Secrets whose master key is lost were deleted, by an operator of the machine. */
  'secrets-given-up',
  'settings-changed',
  'budget-changed',
  'document-forgotten',
  /** To a person who is to review it, who reads it from then on also where it is hidden. */
  'document-assigned',
  'dataset-changed',
  /** The version that the entry before it names was not added: somebody else was faster. */
  'dataset-not-changed',
  /** By a custodian, for a document that comes in. */
  'split-chosen',
  /** A version of the flow that others are compared with. */
  'reference-marked',
  'exported',
  'environment-checked',
  'gate-asked',
  'gate-viewed',
  'gate-audited',
  /** Of what would be merged, by a person: here, or in a review on the forge. */
  'change-decided',
  'change-merged',
  /** Merged, and not deployed. */
  'change-stopped',
  'deployment-requested',
  /** A document that is not hidden was read by who is to review it. */
  'document-read',
  /** A row of a split that is hidden from engineers was read by somebody who may. */
  'hidden-read',
  /** How often what an entry says was told again within ten minutes of it, and when last. */
  'gate-viewed-again',
  'document-read-again',
  'hidden-read-again',
])
export type AuditAction = z.infer<typeof AuditAction>

/** An id or a code. Names, addresses and text have spaces or letters that it does not take. */
const Code = z.string().regex(/^[\w.:/-]{1,200}$/, 'an id or a code')

const AuditDetails = z.record(z.string(), z.union([Code, z.number(), z.boolean(), z.array(Code)]))

/** Who did what to what: ids and codes, never text of a document nor a name. */
export const AuditEvent = z.strictObject({
  /** A person's id; `nobody` for somebody unknown, `command-line` for who runs commands on the machine, `server`. */
  actor: Code,
  action: AuditAction,
  /** Id of what it was done to. */
  subject: Code,
  details: AuditDetails.default({}),
})
export type AuditEvent = z.infer<typeof AuditEvent>
export type NewAuditEvent = z.input<typeof AuditEvent>

/** The newest entry of a chain: whoever keeps it elsewhere can tell later whether one is missing. */
export const AuditHead = z.object({
  /** Number of entries. */
  sequence: z.int().nonnegative(),
  hash: z.string(),
})
export type AuditHead = z.infer<typeof AuditHead>

/** As it is read: also what a newer or a forging hand wrote. */
export const AuditEntry = z.object({
  sequence: z.int().positive(),
  at: z.int(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  /** Canonical JSON of ids, codes, counts. */
  details: z.string(),
  /** Hash of the entry before. */
  previous: z.string(),
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

/** Which entries are read; what is left out narrows nothing. */
export const AuditFilter = z.object({
  /** A person's id, `nobody` or `command-line`. */
  actor: z.string().max(200).optional(),
  action: z.string().max(200).optional(),
  subject: z.string().max(200).optional(),
  /** Milliseconds since 1970, UTC; itself included. */
  from: z.coerce.number().int().nonnegative().optional(),
  /** The same; itself not included. */
  until: z.coerce.number().int().nonnegative().optional(),
})
export type AuditFilter = z.infer<typeof AuditFilter>

/**
 * `missing`: entries before it are gone; `misplaced`: it does not follow the one before it;
 * `changed`: its content is not what was written; `rewritten`: it is not the entry that was kept.
 */
const AuditFault = z.object({
  sequence: z.int(),
  kind: z.enum(['missing', 'misplaced', 'changed', 'rewritten']),
})
export type AuditFault = z.infer<typeof AuditFault>

/** What a look at the chain found. */
export const AuditVerdict = z.object({
  /** Number of the first entry that was looked at; 1 when it was the whole chain. */
  from: z.int(),
  /** The last entry that is as it was written. */
  head: AuditHead,
  fault: AuditFault.nullable(),
})
export type AuditVerdict = z.infer<typeof AuditVerdict>

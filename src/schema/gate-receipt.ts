import { z } from 'zod'
import { Boundary, GateSettings, Isolation } from './gate-settings.ts'
import { GateCause } from './stored-gate.ts'

/** As receipts are written now. */
export const receiptFormat = 'proofloop-gate-receipt-2'

const FirstReceipt = z.strictObject({
  /** Id of the gate. */
  gate: z.string(),
  flow: z.string(),
  /** As it was sent, and the hash of what was run: with the models that were asked. */
  candidate: z.strictObject({ version: z.string(), run: z.string().nullable() }),
  baseline: z.strictObject({ version: z.string(), run: z.string().nullable() }),
  anchor: z.strictObject({ version: z.string(), run: z.string().nullable() }).nullable(),
  /** Tells two test sets apart; nobody can work it out from the examples without the server's key. */
  testSet: z.string(),
  policy: GateSettings,
  policyHash: z.string(),
  verdict: z.enum(['passed', 'not-passed']),
  cause: GateCause.nullable(),
  isolation: Isolation,
  boundary: Boundary,
  /** Whether one person held two roles. */
  solo: z.boolean(),
  /** Runs over each document, those of an earlier look included. */
  repeats: z.int().positive(),
  /** Its number in the budget of the test set; null when it cost nothing. */
  budgetEntry: z.int().positive().nullable(),
  /** When its author was answered: ISO 8601, UTC. */
  time: z.iso.datetime(),
})

/** What the gate said of a version; what its author may know, and no more. */
const Receipt = FirstReceipt.extend({
  /** Hash of how issues were matched and counted; null where nothing was measured. */
  evaluation: z.string().nullable(),
})
export type Receipt = z.infer<typeof Receipt>
/** Also one from before, which does not say how issues were counted. */
export type AnyReceipt = z.infer<typeof FirstReceipt> & Partial<Receipt>

const signing = {
  /** SHA-256 of the public key, in DER. */
  key: z.string(),
  /** Ed25519, in base64. */
  signature: z.base64(),
}

/** The signature is over the canonical JSON of the other three, in UTF-8. */
export const SignedReceipt = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal(receiptFormat), receipt: Receipt, ...signing }),
  z.strictObject({
    format: z.literal('proofloop-gate-receipt-1'),
    receipt: FirstReceipt,
    ...signing,
  }),
])
export type SignedReceipt = z.infer<typeof SignedReceipt>

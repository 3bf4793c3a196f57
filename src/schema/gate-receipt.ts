import { z } from 'zod'
import { Boundary, GateSettings, Isolation } from './gate-settings.ts'
import { GateCause } from './stored-gate.ts'

export const receiptFormat = 'proofloop-gate-receipt-1'

/** What the gate said of a version; what its author may know, and no more. */
const Receipt = z.strictObject({
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
export type Receipt = z.infer<typeof Receipt>

/** The signature is over the canonical JSON of the other three, in UTF-8. */
export const SignedReceipt = z.strictObject({
  format: z.literal(receiptFormat),
  receipt: Receipt,
  /** SHA-256 of the public key, in DER. */
  key: z.string(),
  /** Ed25519, in base64. */
  signature: z.base64(),
})
export type SignedReceipt = z.infer<typeof SignedReceipt>

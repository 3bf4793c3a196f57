import { z } from 'zod'

export const overrideFormat = 'proofloop-gate-override-1'

/** That somebody decided without the gate's word, about exactly what would be merged. */
const Override = z.strictObject({
  /** Id of the decision, and of the change that it is about. */
  decision: z.string(),
  change: z.string(),
  decided: z.literal('overridden'),
  /** What would be merged: the newest commit, the tree that comes out, the version of the flow in it. */
  head: z.string(),
  tree: z.string(),
  version: z.string(),
  /** The gate that could not tell, and the SHA-256 of its signed receipt. */
  gate: z.string(),
  receipt: z.string(),
  /** Of the reason: nobody can try a guess of it without the server's key. */
  reason: z.string(),
  /** Id of the person. */
  by: z.string(),
  /** Whether one person held two roles. */
  solo: z.boolean(),
  /** ISO 8601, UTC. */
  time: z.iso.datetime(),
})
export type Override = z.infer<typeof Override>

/** The signature is over the canonical JSON of the other three, in UTF-8. */
export const SignedOverride = z.strictObject({
  format: z.literal(overrideFormat),
  override: Override,
  /** SHA-256 of the public key, in DER. */
  key: z.string(),
  /** Ed25519, in base64. */
  signature: z.base64(),
})
export type SignedOverride = z.infer<typeof SignedOverride>

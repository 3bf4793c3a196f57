import { createHash } from 'node:crypto'
import { keyed } from '../document/document-group.ts'
import { type Override, overrideFormat, SignedOverride } from '../schema/gate-override.ts'
import { signRecord, verifyRecord } from './signed-record.ts'

/** What is overridden, by whom and why, before it is written down in hashes. */
export type Overriding = Omit<Override, 'decided' | 'receipt' | 'reason' | 'time'> & {
  /** Of the gate, as it was signed. */
  receipt: string
  reason: string
}

/** @returns canonical JSON of a `SignedOverride` */
export function signOverride(
  overriding: Overriding,
  { signingKey, splitKey, now }: { signingKey: string; splitKey: string; now: number },
): string {
  const time = new Date(now).toISOString()
  const override: Override = { ...inHashes(overriding, splitKey), time }
  return signRecord({ format: overrideFormat, override }, signingKey)
}

/**
 * Whether a signed record says exactly this. When it was signed is for its readers.
 * @param text as `signOverride` wrote it
 * @throws UserFacingError receipt-unreadable, receipt-of-another-key, receipt-forged
 */
export function isOverrideOf(
  text: string,
  overriding: Overriding,
  { publicKey, splitKey }: { publicKey: string; splitKey: string },
): boolean {
  const { override } = verifyRecord(text, publicKey, SignedOverride)
  const said = Object.entries(inHashes(overriding, splitKey))
  const signed = new Map<string, unknown>(Object.entries(override))
  return said.every(([field, value]) => signed.get(field) === value)
}

function inHashes(
  { receipt, reason, ...overriding }: Overriding,
  splitKey: string,
): Omit<Override, 'time'> {
  return {
    ...overriding,
    decided: 'overridden',
    receipt: createHash('sha256').update(receipt, 'utf8').digest('hex'),
    reason: keyed(splitKey, `reason of ${overriding.decision} ${reason}`),
  }
}

import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import {
  type AnyReceipt,
  type Receipt,
  receiptFormat,
  SignedReceipt,
} from '../schema/gate-receipt.ts'
import { signRecord, verifyRecord } from './signed-record.ts'

/** A new Ed25519 key (RFC 8032), as PEM of PKCS #8. */
export function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}

/** PEM (SPKI), for whoever checks receipts. */
export function publicKeyOf(signingKey: string): string {
  const key = createPublicKey(createPrivateKey(signingKey))
  return key.export({ format: 'pem', type: 'spki' }).toString()
}

/** @returns canonical JSON of a `SignedReceipt` */
export function signReceipt(receipt: Receipt, signingKey: string): string {
  return signRecord({ format: receiptFormat, receipt }, signingKey)
}

/**
 * The receipt, when every part of it is as the holder of the key signed it; needs no server.
 * @param text as `signReceipt` wrote it
 * @param publicKey PEM (SPKI)
 * @throws UserFacingError receipt-unreadable, receipt-key-unreadable, receipt-of-another-key, receipt-forged
 */
export function verifyReceipt(text: string, publicKey: string): AnyReceipt {
  return verifyRecord(text, publicKey, SignedReceipt).receipt
}

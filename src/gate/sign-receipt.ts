import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import { type Receipt, receiptFormat, SignedReceipt } from '../schema/gate-receipt.ts'

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
  const privateKey = createPrivateKey(signingKey)
  const key = fingerprint(createPublicKey(privateKey))
  const signed = { format: receiptFormat, receipt, key } as const
  const signature = sign(null, bytesOf(signed), privateKey).toString('base64')
  return canonicalJson({ ...signed, signature } satisfies SignedReceipt)
}

/**
 * The receipt, when every part of it is as the holder of the key signed it; needs no server.
 * @param text as `signReceipt` wrote it
 * @param publicKey PEM (SPKI)
 * @throws UserFacingError receipt-unreadable, receipt-key-unreadable, receipt-of-another-key, receipt-forged
 */
export function verifyReceipt(text: string, publicKey: string): Receipt {
  const key = readKey(publicKey)
  const { written, signature, receipt, key: signer } = readReceipt(text)
  if (signer !== fingerprint(key)) {
    throw new UserFacingError(
      'receipt-of-another-key',
      'The receipt was signed with another key than this one. Ask for the public key of the server that it is from.',
    )
  }
  if (verify(null, bytesOf(written), key, Buffer.from(signature, 'base64'))) return receipt
  throw new UserFacingError(
    'receipt-forged',
    'The signature does not fit: something in the receipt was changed after it was signed.',
  )
}

/**
 * What is not known here is refused: it could mean something to another reader.
 * @returns also what was signed as it is written, without what a default would put in
 */
function readReceipt(text: string): SignedReceipt & { written: object } {
  const json = parse(text)
  const parsed = SignedReceipt.safeParse(json)
  if (parsed.success) {
    const { signature: _, ...written } = z.looseObject({ signature: z.string() }).parse(json)
    return { ...parsed.data, written }
  }
  const [issue] = parsed.error.issues
  throw unreadable(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable('it is no JSON', cause)
  }
}

function unreadable(why: string, cause?: unknown): UserFacingError {
  const sentence = `This is no receipt that this version of Proofloop reads (${why}).`
  return new UserFacingError('receipt-unreadable', sentence, { cause })
}

function readKey(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'ed25519' && !pem.includes('PRIVATE')) return key
  } catch (cause) {
    throw keyUnreadable(cause)
  }
  throw keyUnreadable()
}

function keyUnreadable(cause?: unknown): UserFacingError {
  const sentence =
    'The key is no public Ed25519 key in PEM. proofloop gate key --server URL writes one.'
  return new UserFacingError('receipt-key-unreadable', sentence, { cause })
}

function bytesOf(signed: object): Buffer {
  return Buffer.from(canonicalJson(signed), 'utf8')
}

function fingerprint(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex')
}

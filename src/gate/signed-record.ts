import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'

/** Who signed, and how: beside what was signed. */
type Signed = { key: string; signature: string }

/** @returns canonical JSON of the record, with the fingerprint of the key and the signature over both */
export function signRecord(record: object, signingKey: string): string {
  const privateKey = createPrivateKey(signingKey)
  const signed = { ...record, key: fingerprint(createPublicKey(privateKey)) }
  const signature = sign(null, bytesOf(signed), privateKey).toString('base64')
  return canonicalJson({ ...signed, signature })
}

/**
 * The record, when every part of it is as the holder of the key signed it; needs no server.
 * What is not known here is refused: it could mean something to another reader.
 * @param text as `signRecord` wrote it
 * @param publicKey PEM (SPKI)
 * @throws UserFacingError receipt-unreadable, receipt-key-unreadable, receipt-of-another-key, receipt-forged
 */
export function verifyRecord<Record extends Signed>(
  text: string,
  publicKey: string,
  schema: z.ZodType<Record>,
): Record {
  const key = readKey(publicKey)
  const json = parse(text)
  const parsed = schema.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw unreadable(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}`)
  }
  const record = parsed.data
  if (record.key !== fingerprint(key)) {
    throw new UserFacingError(
      'receipt-of-another-key',
      'The receipt was signed with another key than this one. Ask for the public key of the server that it is from.',
    )
  }
  if (verify(null, signedBytes(json), key, Buffer.from(record.signature, 'base64'))) return record
  throw new UserFacingError(
    'receipt-forged',
    'The signature does not fit: something in the receipt was changed after it was signed.',
  )
}

/** What was signed as it is written, without what a default would put in. */
function signedBytes(json: unknown): Buffer {
  const { signature: _, ...written } = z.looseObject({ signature: z.string() }).parse(json)
  return bytesOf(written)
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

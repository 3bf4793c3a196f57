import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import { UserFacingError } from '../../lib/errors.ts'

const publicPrefix = 'proofloop-custodian-1:'
const secretPrefix = 'proofloop-custodian-secret-1:'

export type CustodianKeys = {
  /** Whoever makes backups has it. */
  publicKey: string
  /** Only custodians have it. */
  secretKey: string
}

export function newCustodianKeys(): CustodianKeys {
  const { privateKey } = generateKeyPairSync('x25519')
  const { x = '', d = '' } = privateKey.export({ format: 'jwk' })
  return { publicKey: `${publicPrefix}${x}`, secretKey: `${secretPrefix}${d}.${x}` }
}

/** A key for one backup, and what whoever has the secret key finds it again by. */
export type SealedTo = {
  key: Uint8Array
  /** The custodian's public key. */
  to: string
  /** The public key of this backup. */
  from: string
}

/** @throws UserFacingError custodian-key-invalid */
export function sealTo(publicKey: string): SealedTo {
  const to = readPublicKey(publicKey)
  const { privateKey } = generateKeyPairSync('x25519')
  const from = privateKey.export({ format: 'jwk' }).x ?? ''
  return { key: shared(privateKey, { theirs: to, to, from }), to: `${publicPrefix}${to}`, from }
}

/**
 * Null when it was sealed to another key.
 * @throws UserFacingError custodian-key-invalid
 */
export function openSealed(
  secretKey: string,
  { to, from }: Pick<SealedTo, 'to' | 'from'>,
): Uint8Array | null {
  const [, d, x] =
    /^proofloop-custodian-secret-1:([\w-]{43})\.([\w-]{43})$/.exec(secretKey.trim()) ?? []
  if (d === undefined || x === undefined) throw invalid('secret')
  if (to !== `${publicPrefix}${x}`) return null
  const own = createPrivateKey({ key: { kty: 'OKP', crv: 'X25519', d, x }, format: 'jwk' })
  return shared(own, { theirs: from, to: x, from })
}

function shared(
  own: KeyObject,
  { theirs, to, from }: { theirs: string; to: string; from: string },
): Uint8Array {
  const key = { kty: 'OKP', crv: 'X25519', x: theirs }
  const publicKey = createPublicKey({ key, format: 'jwk' })
  const secret = diffieHellman({ privateKey: own, publicKey })
  const salt = Buffer.concat([from, to].map((text) => Buffer.from(text, 'base64url')))
  return new Uint8Array(hkdfSync('sha256', secret, salt, 'proofloop-backup-2', 32))
}

function readPublicKey(text: string): string {
  const [, x] = /^proofloop-custodian-1:([\w-]{43})$/.exec(text.trim()) ?? []
  if (x === undefined) throw invalid('public')
  return x
}

function invalid(kind: 'public' | 'secret'): UserFacingError {
  const prefix = kind === 'public' ? publicPrefix : secretPrefix
  return new UserFacingError(
    'custodian-key-invalid',
    `That is no ${kind} key of a custodian: it begins with ${prefix}. Make a pair with proofloop keys custodian new.`,
  )
}

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** 256 random bits, and the name under which what it sealed is found again. */
export type SealKey = { id: string; key: Uint8Array }

/** It was sealed with another key, was changed, or belongs to another place. */
export class SealBroken extends Error {}

const version = 's1'
const cipher = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/**
 * AES-256-GCM, with the id of the key in front.
 * @param place where it is kept (table, column, row): put anywhere else, it cannot be opened
 * @param key.id without a dot
 */
export function seal({ id, key }: SealKey, content: string, place: string[]): string {
  const iv = randomBytes(ivBytes)
  const sealing = createCipheriv(cipher, key, iv, { authTagLength: tagBytes })
  sealing.setAAD(bound(id, place))
  const body = [sealing.update(content, 'utf8'), sealing.final(), sealing.getAuthTag()]
  return [version, id, iv.toString('base64url'), Buffer.concat(body).toString('base64url')].join(
    '.',
  )
}

/** @throws SealBroken */
export function unseal({ id, key }: SealKey, sealed: string, place: string[]): string {
  const [form, keyId, iv = '', body = ''] = sealed.split('.')
  if (form !== version || keyId !== id) throw new SealBroken('It was sealed with another key.')
  const bytes = Buffer.from(body, 'base64url')
  const nonce = Buffer.from(iv, 'base64url')
  if (nonce.length !== ivBytes || bytes.length < tagBytes) throw new SealBroken('It is cut off.')
  const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes })
  opening.setAAD(bound(id, place))
  opening.setAuthTag(bytes.subarray(-tagBytes))
  try {
    const content = opening.update(bytes.subarray(0, -tagBytes))
    return Buffer.concat([content, opening.final()]).toString('utf8')
  } catch (cause) {
    throw new SealBroken('It was changed or moved.', { cause })
  }
}

function bound(id: string, place: string[]): Buffer {
  return Buffer.from(JSON.stringify([version, id, ...place]))
}

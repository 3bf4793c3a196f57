import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seal, SealBroken, unseal } from './seal.ts'

const key = { id: '1', key: randomBytes(32) }
const place = ['secrets', 'sealed', 'session-secret']

describe('a sealed text', () => {
  test('is opened with its key at its place, and does not hold the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 5 }), (text) => {
        const sealed = seal(key, text, place)
        expect(unseal(key, sealed, place)).toBe(text)
        expect(sealed).not.toContain(text)
      }),
    )
  })

  test('is another one each time', () => {
    expect(seal(key, 'text', place)).not.toBe(seal(key, 'text', place))
  })

  test('cannot be opened at another place, nor with another key or id', () => {
    const sealed = seal(key, 'text', place)
    const others = [
      () => unseal(key, sealed, ['secrets', 'sealed', 'split-key']),
      () => unseal(key, sealed, ['secrets', 'sealedsession-secret']),
      () => unseal({ id: '1', key: randomBytes(32) }, sealed, place),
      () => unseal({ id: '2', key: key.key }, sealed, place),
      () => unseal({ id: '2', key: key.key }, sealed.replace('s1.1.', 's1.2.'), place),
    ]
    for (const other of others) expect(other).toThrow(SealBroken)
  })

  test('cannot be opened when a bit of it was changed, or when it was cut', () => {
    const [form, id, iv = '', body = ''] = seal(key, 'text', place).split('.')
    const flipped = (text: string): string[] => {
      const bytes = Buffer.from(text, 'base64url')
      return Array.from({ length: bytes.length * 8 }, (_, bit) => {
        const other = Buffer.from(bytes)
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        return other.toString('base64url')
      })
    }
    const changed = [
      ...flipped(iv).map((other) => [form, id, other, body]),
      ...flipped(body).map((other) => [form, id, iv, other]),
      [form, id, iv, body.slice(0, -4)],
      [form, id, iv, ''],
      [form, id, iv],
      ['s2', id, iv, body],
      [''],
    ]
    for (const parts of changed) {
      expect(() => unseal(key, parts.join('.'), place)).toThrow(SealBroken)
    }
  })
})

import { expect, test } from 'vitest'
import { type Receipt, SignedReceipt } from '../schema/gate-receipt.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import { signRecord } from './signed-record.ts'
import { newSigningKey, publicKeyOf, signReceipt, verifyReceipt } from './sign-receipt.ts'

const receipt: Receipt = {
  gate: 'gate',
  flow: 'review',
  candidate: { version: 'c', run: 'cr' },
  baseline: { version: 'b', run: 'br' },
  anchor: null,
  testSet: 'set',
  policy: GateSettings.parse({}),
  policyHash: 'policy',
  evaluation: 'evaluation',
  verdict: 'not-passed',
  cause: 'quality',
  isolation: 'os',
  boundary: 'users',
  solo: false,
  repeats: 3,
  budgetEntry: 2,
  time: '2026-11-29T01:00:00.000Z',
}
const signingKey = newSigningKey()
const publicKey = publicKeyOf(signingKey)

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return (error as { code: string }).code
  }
  return 'accepted'
}

test('a receipt is accepted as it was signed, also written in another order', () => {
  const signed = signReceipt(receipt, signingKey)
  expect(verifyReceipt(signed, publicKey)).toEqual(receipt)
  const { signature, key, ...rest } = SignedReceipt.parse(JSON.parse(signed))
  const other = JSON.stringify({ signature, key, ...rest }, null, 2)
  expect(verifyReceipt(other, publicKey)).toEqual(receipt)
})

test('a change of any part of a receipt is found', () => {
  const signed = SignedReceipt.parse(JSON.parse(signReceipt(receipt, signingKey)))
  for (const change of [
    { verdict: 'passed' },
    { solo: true },
    { isolation: 'process' },
    { boundary: 'none' },
    { budgetEntry: null },
    { testSet: 'other' },
    { evaluation: 'other' },
    { candidate: { version: 'c', run: 'other' } },
    { policy: { ...receipt.policy, margin: 0.5 } },
    { time: '2026-11-29T02:00:00.000Z' },
  ]) {
    const forged = { ...signed, receipt: { ...receipt, ...change } }
    expect(codeOf(() => verifyReceipt(JSON.stringify(forged), publicKey))).toBe('receipt-forged')
  }
})

test('so is that a part was left out which has a default', () => {
  const signed = SignedReceipt.parse(JSON.parse(signReceipt(receipt, signingKey)))
  const { walls: _, ...policy } = receipt.policy
  const less = { ...signed, receipt: { ...receipt, policy } }
  expect(codeOf(() => verifyReceipt(JSON.stringify(less), publicKey))).toBe('receipt-forged')
})

test('one from before, which does not name the evaluation, is read as it was signed', () => {
  const { evaluation: _, ...first } = receipt
  const before = { format: 'proofloop-gate-receipt-1', receipt: first }
  const signed = signRecord(before, signingKey)
  expect(verifyReceipt(signed, publicKey)).toEqual(first)
  const more = signRecord({ ...before, receipt }, signingKey)
  expect(codeOf(() => verifyReceipt(more, publicKey))).toBe('receipt-unreadable')
})

test('a receipt of another key, of another format or with more in it is refused', () => {
  const signed = signReceipt(receipt, newSigningKey())
  expect(codeOf(() => verifyReceipt(signed, publicKey))).toBe('receipt-of-another-key')
  const own = JSON.parse(signReceipt(receipt, signingKey)) as object
  for (const text of [
    'no json',
    JSON.stringify({ ...own, format: 'proofloop-gate-receipt-3' }),
    JSON.stringify({ ...own, note: 'more' }),
    JSON.stringify({ ...own, receipt: { ...receipt, note: 'more' } }),
  ])
    expect(codeOf(() => verifyReceipt(text, publicKey))).toBe('receipt-unreadable')
})

test('what is no public key is refused', () => {
  const signed = signReceipt(receipt, signingKey)
  for (const key of ['', 'text', signingKey])
    expect(codeOf(() => verifyReceipt(signed, key))).toBe('receipt-key-unreadable')
})

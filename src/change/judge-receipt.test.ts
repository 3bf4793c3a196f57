import { describe, expect, test } from 'vitest'
import { keyed } from '../document/document-group.ts'
import { signOverride } from '../gate/sign-override.ts'
import { newSigningKey, publicKeyOf, signReceipt, verifyReceipt } from '../gate/sign-receipt.ts'
import { canonicalJson, contentHash } from '../lib/content-hash.ts'
import type { Receipt } from '../schema/gate-receipt.ts'
import { GateConfig, GateSettings } from '../schema/gate-settings.ts'
import { SignedOverride } from '../schema/gate-override.ts'
import type { ChangeDecision } from '../schema/stored-change.ts'
import type { GateHashes, StoredGate } from '../schema/stored-gate.ts'
import { decision } from '../../test/helpers/observed-change.ts'
import { isSignedOverride, judgeReceipt, overridingOf } from './judge-receipt.ts'

const signingKey = newSigningKey()
const splitKey = 'key'
const policy = GateSettings.parse({})
const { walls } = policy
const keys = { publicKey: publicKeyOf(signingKey), splitKey, walls, isSolo: false }

const receipt: Receipt = {
  gate: 'gate',
  flow: 'review',
  candidate: { version: 'candidate', run: 'run' },
  baseline: { version: 'baseline', run: 'run' },
  anchor: { version: 'anchor', run: 'run' },
  testSet: keyed(splitKey, 'test set letters'),
  policy,
  policyHash: contentHash(policy),
  evaluation: 'evaluation',
  verdict: 'not-passed',
  cause: 'quality',
  isolation: 'os',
  boundary: 'users',
  solo: false,
  repeats: 3,
  budgetEntry: 1,
  time: '2026-11-29T01:00:00.000Z',
}

const hashes: GateHashes = {
  candidate: 'run',
  baseline: 'run',
  anchor: 'run',
  testSet: 'letters',
  policy: 'policy',
  evaluation: 'evaluation',
}

const gate: StoredGate = {
  id: 'gate',
  author: 'eve',
  flow: 'review',
  candidate: 'candidate',
  baseline: 'baseline',
  anchor: 'anchor',
  dataset: 'letters',
  testSet: 'letters',
  models: null,
  look: 0,
  key: 'key',
  state: 'done',
  verdict: 'CANT_TELL',
  cause: 'quality',
  reasons: [],
  hashes,
  measures: null,
  asked: null,
  policy: canonicalJson(policy),
  walls: { isolation: 'os', boundary: 'users' },
  solo: false,
  charge: 1,
  requester: null,
  startedAt: 0,
  endedAt: 1,
  dueAt: null,
  answerAt: 1,
  candidateAt: null,
  receipt: signReceipt(receipt, signingKey),
}

describe('the receipt of a gate', () => {
  const judge = (more: Partial<StoredGate>, version: string | null = 'candidate') =>
    judgeReceipt({ ...gate, ...more }, version, keys)
  const signed = (more: Partial<Receipt>) => ({
    receipt: signReceipt({ ...receipt, ...more }, signingKey),
  })

  test('fits what it was signed of', () => {
    expect(judge({})).toBe('fits')
    expect(judge({ verdict: 'PASS', ...signed({ verdict: 'passed', cause: null }) })).toBe('fits')
  })

  test.each<[string, Partial<StoredGate>]>([
    ['another gate', { id: 'other' }],
    ['another verdict', { verdict: 'PASS' }],
    ['another candidate', { candidate: 'other' }],
    ['another baseline', { baseline: 'other' }],
    ['another anchor', { anchor: 'other' }],
    ['no anchor', { anchor: null }],
    ['another version of the test set', { testSet: 'other' }],
    ['another policy', { policy: canonicalJson({ ...policy, margin: 0.2 }) }],
    ['another evaluation', { hashes: { ...hashes, evaluation: 'other' } }],
    ['one person who held two roles', { solo: true }],
  ])('does not fit a row that says: %s', (_, more) => {
    expect(judge(more)).toBe('does-not-fit')
  })

  test.each<[string, Partial<Receipt>]>([
    ['of a baseline', { baseline: { version: 'other', run: 'run' } }],
    ['of an anchor', { anchor: null }],
    ['of a test set', { testSet: 'other' }],
    ['of solo mode', { solo: true }],
    ['of walls that are less than its policy wants', { isolation: 'process' }],
    ['of a boundary that is less', { boundary: 'none' }],
  ])('does not fit when it was signed with another word: %s', (_, more) => {
    expect(judge(signed(more))).toBe('does-not-fit')
  })

  test('of another version, of another key, or changed, does not fit', () => {
    expect(judge({}, 'other')).toBe('does-not-fit')
    expect(judge({}, null)).toBe('does-not-fit')
    expect(judge({ receipt: signReceipt(receipt, newSigningKey()) })).toBe('does-not-fit')
    expect(judge({ receipt: gate.receipt?.replace('"solo":false', '"solo":true') ?? '' })).toBe(
      'does-not-fit',
    )
    expect(judge({ receipt: '{}' })).toBe('does-not-fit')
    expect(judge({ receipt: null })).toBe('none')
  })

  test('of demo mode fits while demo mode is on, and not once it is off', () => {
    const demo = GateConfig.parse({ demo: true })
    const of = { policy: demo, policyHash: contentHash(demo) }
    const judgeIn = (inForce: GateSettings, stated: Pick<Receipt, 'isolation' | 'boundary'>) =>
      judgeReceipt(
        { ...gate, policy: canonicalJson(demo), ...signed({ ...of, ...stated }) },
        'candidate',
        { ...keys, walls: inForce.walls },
      )
    const thin = { isolation: 'process', boundary: 'none' } as const
    const thick = { isolation: 'os', boundary: 'users' } as const
    expect([judgeIn(demo, thin), judgeIn(policy, thin)]).toEqual(['fits', 'does-not-fit'])
    // It states what was measured, whatever was asked for.
    expect([judgeIn(demo, thick), judgeIn(policy, thick)]).toEqual(['fits', 'fits'])
  })

  test('of solo mode fits with whatever walls while that is on, and not once it is off', () => {
    const thin = { isolation: 'process', boundary: 'none' } as const
    for (const stated of [thin, {}]) {
      const alone = { ...gate, solo: true, ...signed({ solo: true, ...stated }) }
      const judgeIn = (isSolo: boolean) => judgeReceipt(alone, 'candidate', { ...keys, isSolo })
      expect([judgeIn(true), judgeIn(false)]).toEqual(['fits', 'does-not-fit'])
    }
    expect(judgeReceipt(gate, 'candidate', { ...keys, isSolo: true })).toBe('fits')
  })
})

describe('what is signed when somebody overrides a gate', () => {
  const said = decision('ada', {
    decision: 'overridden',
    gate: 'gate',
    reason: 'Few letters of this kind.',
  })
  const about = { gate: 'gate', receipt: gate.receipt ?? '', version: 'candidate' }
  const sign = (one: ChangeDecision, key = signingKey) =>
    signOverride(overridingOf(one, about), { signingKey: key, splitKey, now: 0 })
  const record = sign(said)
  const holds = (more: Partial<ChangeDecision>, of: Partial<StoredGate> = {}) =>
    isSignedOverride({ ...said, record, ...more }, { ...gate, ...of }, keys)

  test('holds of that decision about that receipt', () => {
    expect(verifyReceipt(gate.receipt ?? '', keys.publicKey).verdict).toBe('not-passed')
    expect(holds({})).toBe(true)
    const { override } = SignedOverride.parse(JSON.parse(record))
    expect(override).toMatchObject({ by: 'ada', decided: 'overridden', version: 'candidate' })
    expect(record).not.toContain('Few letters')
  })

  test.each<[string, Partial<ChangeDecision>]>([
    ['id', { id: 'other' }],
    ['change', { change: 'other' }],
    ['person', { person: 'eve' }],
    ['head', { head: 'other' }],
    ['tree', { tree: 'other' }],
    ['gate', { gate: 'other' }],
    ['reason', { reason: 'Something else.' }],
    ['solo mark', { solo: true }],
    ['record', { record: null }],
    ['record, which is none', { record: '{}' }],
  ])('does not hold of a decision with another %s', (_, more) => {
    expect(holds(more)).toBe(false)
  })

  test('does not hold of another receipt or version, of another key, or changed', () => {
    const other = signReceipt({ ...receipt, budgetEntry: 2 }, signingKey)
    expect(holds({}, { receipt: other })).toBe(false)
    expect(holds({}, { receipt: null })).toBe(false)
    expect(holds({}, { id: 'other' })).toBe(false)
    expect(holds({}, { candidate: 'other' })).toBe(false)
    expect(holds({ record: sign(said, newSigningKey()) })).toBe(false)
    const changed = SignedOverride.parse(JSON.parse(record))
    for (const [field, value] of Object.entries(changed.override)) {
      const forged = { ...changed.override, [field]: value === false ? true : `${value}x` }
      expect(holds({ record: JSON.stringify({ ...changed, override: forged }) })).toBe(false)
    }
  })

  test('is no receipt of a gate', () => {
    expect(() => verifyReceipt(record, keys.publicKey)).toThrow('no receipt')
    expect(holds({ record: gate.receipt })).toBe(false)
  })
})

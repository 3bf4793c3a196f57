import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cohenKappa, gwetAC1, krippendorffAlpha, percentAgreement } from './agreement.ts'

const rating = fc.constantFrom('accepted', 'dismissed', null)
const ratings = fc.array(fc.array(rating, { minLength: 3, maxLength: 3 }), { maxLength: 12 })
const categories = ['accepted', 'dismissed']

test('what nobody or only one person judged says nothing', () => {
  for (const alone of [[], [[null, null]], [['accepted', null]]]) {
    expect(percentAgreement(alone)).toBeNull()
    expect(gwetAC1(alone, categories).value).toBeNull()
    expect(krippendorffAlpha(alone).value).toBeNull()
  }
  expect(cohenKappa([[0, 0]]).value).toBeNull()
})

test('people who always say the same agree fully; where one category was used, alpha says nothing', () => {
  const alike = [
    ['accepted', 'accepted'],
    ['accepted', 'accepted'],
  ]
  expect(percentAgreement(alike)).toBe(1)
  expect(gwetAC1(alike, categories).value).toBe(1)
  expect(krippendorffAlpha(alike).value).toBeNull()
  expect(krippendorffAlpha([...alike, ['dismissed', 'dismissed']]).value).toBe(1)
})

test('with a single category there is nothing to agree on', () => {
  expect(gwetAC1([['accepted', 'accepted']], ['accepted']).value).toBeNull()
})

test('neither the order of people nor that of things changes anything', () => {
  fc.assert(
    fc.property(ratings, (rows) => {
      const turned = rows.map((row) => row.toReversed()).toReversed()
      for (const measure of [
        (own: typeof rows) => gwetAC1(own, categories).value,
        (own: typeof rows) => krippendorffAlpha(own).value,
        percentAgreement,
      ]) {
        const [before, after] = [measure(rows), measure(turned)]
        expect(Math.abs((before ?? 2) - (after ?? 2))).toBeLessThan(1e-10)
      }
    }),
  )
})

test('no measure exceeds 1', () => {
  fc.assert(
    fc.property(ratings, (rows) => {
      expect(gwetAC1(rows, categories).value ?? 0).toBeLessThanOrEqual(1 + 1e-12)
      expect(krippendorffAlpha(rows).value ?? 0).toBeLessThanOrEqual(1 + 1e-12)
    }),
  )
})

test('rows that stand for several things say the same as the things one by one', () => {
  const counted = fc.array(fc.tuple(fc.array(rating, { minLength: 3, maxLength: 3 }), fc.nat(4)))
  fc.assert(
    fc.property(counted, (some) => {
      const rows = some.map(([row]) => row)
      const counts = some.map(([, count]) => count)
      const all = some.flatMap(([row, count]) => Array.from({ length: count }, () => row))
      const alpha = krippendorffAlpha(rows, counts).value
      const ac1 = gwetAC1(rows, categories, counts).value
      expect(alpha ?? -9).toBeCloseTo(krippendorffAlpha(all).value ?? -9)
      expect(ac1 ?? -9).toBeCloseTo(gwetAC1(all, categories).value ?? -9)
    }),
  )
})

import { expect, test } from 'vitest'
import vectors from '../../test/fixtures/vectors/04_metrics.json' with { type: 'json' }
import { scores } from './metrics.ts'

interface Case {
  input: { tp: number; fp: number; fn: number; beta: number }
  expected: Record<'precision' | 'recall' | 'f', number | null>
}

const group = vectors.groups.find(({ fn }) => fn === 'prf')
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the groups have different shapes
const cases = (group?.cases ?? []) as unknown as Case[]

test('the prf vectors are there', () => expect(cases.length).toBeGreaterThan(0))

test.each(cases)('scores agree with the vector $input', ({ input, expected }) => {
  const close = (value: number | null) => (value === null ? null : expect.closeTo(value, 11))
  expect(scores([input.tp, input.fp, input.fn], input.beta)).toEqual({
    precision: close(expected.precision),
    recall: close(expected.recall),
    f: close(expected.f),
  })
})

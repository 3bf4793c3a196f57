import { expect, test } from 'vitest'
import type { EvaluationEntry, Rate } from '../../../src/schema/api/evaluations.ts'
import { comparableGroups, historySeries } from './history-series.ts'

function rate(value: number | null): Rate {
  return { value, lower: value, upper: value, docs: 1, n: 1, nEff: 1 }
}

function entry(startedAt: number, dataset: string, values: Record<string, number | null>) {
  const agents = Object.entries(values).map(([name, value]) => {
    const figures = { precision: rate(value), recall: rate(value), f05: rate(value) }
    return [name, { ...figures, f1: rate(value), tp: 1, fp: 0, fn: 0, tooFew: false }] as const
  })
  return {
    id: String(startedAt),
    dataset,
    startedAt,
    hashes: { dataset, evaluation: 'e', policy: 'p', subject: 's' },
    pooled: agents[0]?.[1] ?? null,
    agents: Object.fromEntries(agents),
  } as EvaluationEntry
}

test('only evaluations of the same documents share a plot, the one measured last first', () => {
  const groups = comparableGroups([
    entry(5, 'b', { x: 1 }),
    entry(4, 'a', { x: 1 }),
    entry(3, 'b', { x: 1 }),
    entry(2, 'a', { x: 1 }),
    entry(1, 'c', { x: 1 }),
    { ...entry(6, 'a', { x: 1 }), hashes: null },
  ])
  expect(groups.map(({ evaluations }) => evaluations.map(({ id }) => id))).toEqual([
    ['3', '5'],
    ['2', '4'],
  ])
})

test('what was not measured or has no denominator is a gap, never 0', () => {
  const [group] = comparableGroups([entry(2, 'a', { x: null, y: 0 }), entry(1, 'a', { x: 0.5 })])
  const series = group === undefined ? [] : historySeries(group, 'f05')
  const values = series.map(({ name, points }) => [
    name,
    ...points.map((p) => p.rate?.value ?? null),
  ])
  expect(values).toEqual([
    ['x', 0.5, null],
    ['y', null, 0],
  ])
})

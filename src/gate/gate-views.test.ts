import { describe, expect, test } from 'vitest'
import { type Found, runOf } from '../../test/helpers/counted-run.ts'
import type { Counts } from '../evaluation/metrics.ts'
import type { GateReport, GateSide } from '../schema/api/gates.ts'
import type { EvaluationRun } from '../schema/evaluation.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import type { StoredGate } from '../schema/stored-gate.ts'
import { gateReport } from './gate-views.ts'
import { judgeMeasures } from './judge-gate.ts'

const walls = { isolation: 'os', boundary: 'users' } as const

/** What is told of a gate in which these were measured. */
function reportOf(
  { baseline, candidate }: { baseline: EvaluationRun; candidate: EvaluationRun },
  isCustodian = false,
): GateReport {
  const measured = (run: EvaluationRun) => [{ run, hostFaults: 0, walls }]
  const sides = { candidate: measured(candidate), baseline: measured(baseline), anchor: null }
  const settings = GateSettings.parse({})
  const comparison = judgeMeasures(sides, settings)
  const { verdict, reasons } = comparison
  const ended = { verdict, reasons, walls, measures: null, receipt: null, look: 0 }
  const gate = { policy: JSON.stringify(settings), ...ended } as StoredGate
  return gateReport({
    gate,
    judged: { comparison, sides },
    audit: null,
    overridden: false,
    isCustodian,
    nameOf: (id) => ({ id, name: id }),
    environment: null,
    change: null,
  })
}

const sidesOf = ({ sides }: GateReport) =>
  ({ baseline: sides?.baseline, candidate: sides?.candidate }) as Record<string, GateSide>

describe('the figures of all agents together', () => {
  const tone = (tp: number, fp: number) => ({ Tone: [tp, fp, 5 - tp] satisfies Counts })
  const others: Found = { Promise: [0, 0, 2], Odd: [0, 0, 1] }
  const baseline = runOf(['Tone'], { ...tone(4, 1), ...others })
  const candidate = runOf(['Tone', 'Promise'], { ...tone(3, 2), ...others, Promise: [2, 0, 0] })
  const report = reportOf({ baseline, candidate }, true)

  test('are those that are compared, without new agents and what nobody looks for', () => {
    const { baseline: before, candidate: after } = sidesOf(report)
    const { pooled, compared } = report.comparison ?? {}
    expect(compared).toEqual(['Tone'])
    expect(before?.pooled.f05.value).toBeCloseTo(pooled?.base ?? 0, 12)
    expect(after?.pooled.f05.value).toBeCloseTo(pooled?.cand ?? 0, 12)
    expect(pooled?.delta).toBeCloseTo(-0.2, 12)
    expect(before?.pooled).toMatchObject({ tp: 120, fp: 30, fn: 30 })
  })

  test('leave out kinds of which there are figures all the same', () => {
    for (const { agents } of Object.values(sidesOf(report)))
      expect(Object.keys(agents)).toEqual(['Odd', 'Promise', 'Tone'])
    expect(report.sides?.candidate.agents['Promise']).toMatchObject({ tp: 60, fn: 0 })
    expect(report.sides?.baseline.agents['Odd']).toMatchObject({ tp: 0, fn: 30 })
  })
})

describe('an approver', () => {
  /** Four issues of a kind, beside eight of another one and two large ones. */
  const found = (rare: number, rareFalse: number) => (n: number) =>
    ({
      Tone: [4, 1, 1],
      Promise: [1, 1, 1],
      Rare: [n < rare ? 1 : 0, n >= 4 && n < 4 + rareFalse ? 1 : 0, n >= rare && n < 4 ? 1 : 0],
      Odd: [0, 0, n < 8 ? 1 : 0],
    }) satisfies Found

  /** What the told kinds lack of all together. */
  function restOf({ pooled, agents }: GateSide) {
    const told = Object.values(agents).filter((own) => own !== null)
    return (['tp', 'fp', 'fn'] as const).map((name) =>
      told.reduce((rest, own) => rest - own[name], pooled[name]),
    )
  }

  test.each([
    ['that no version looks for', ['Rare', 'Tone', 'Promise']],
    ['that no version finds', ['Rare', 'Tone', 'Promise', 'Odd']],
  ])('cannot reckon the figures of a small kind that is left out with one %s', (_, types) => {
    const report = reportOf({
      baseline: runOf(types, found(1, 0)),
      candidate: runOf(types, found(3, 2)),
    })
    const sides = sidesOf(report)
    // One of the large kinds is left out with it, of which nobody knows how much of the rest it is.
    for (const { agents } of Object.values(sides)) {
      const named = Object.entries(agents).filter(([, own]) => own !== null)
      expect(named.map(([kind]) => kind)).toEqual(['Tone'])
    }
    expect(Object.values(sides).map((side) => restOf(side).slice(0, 2))).toEqual([
      [31, 30],
      [33, 32],
    ])
    expect(Object.keys(report.comparison?.agents ?? {})).toEqual(['Tone'])
  })

  test('has one pool, on which all figures of all agents agree', () => {
    const types = ['Rare', 'Tone', 'Promise']
    const { comparison, ...report } = reportOf({
      baseline: runOf(types, found(1, 0)),
      candidate: runOf(types, found(3, 2)),
    })
    const { baseline, candidate } = report.sides ?? {}
    expect(baseline?.pooled.f05.value).toBeCloseTo(comparison?.pooled?.base ?? 0, 12)
    expect(candidate?.pooled.f05.value).toBeCloseTo(comparison?.pooled?.cand ?? 0, 12)
    const issues = [baseline, candidate].map(
      (side) => (side?.pooled.tp ?? 0) + (side?.pooled.fn ?? 0),
    )
    expect(issues).toEqual([150 + 60 + 4, 150 + 60 + 4])
  })
})

import { expect, test } from 'vitest'
import { gateWorld } from '../../test/helpers/gate-world.ts'
import { evaluationRun } from '../store/store-samples.ts'
import type { EvaluationRun, RepeatCounts } from '../schema/evaluation.ts'
import type { GateMeasure } from '../schema/stored-gate.ts'
import { gatePayer } from './gate-host.ts'
import { faultRate, measureVersion, openSplit, referenceFaultRate } from './measure-version.ts'

/** Of as many documents, each run three times. */
function measureOf(documents: number, more: Partial<GateMeasure>): GateMeasure {
  const [document] = evaluationRun.documents
  const [repeat] = document?.repeats ?? []
  if (repeat === undefined) throw new Error('A sample without a repeat.')
  const repeats = [repeat, repeat, repeat]
  const run: EvaluationRun = {
    ...evaluationRun,
    documents: Array.from({ length: documents }, (_, n) => ({ id: `${n}`, repeats })),
  }
  return { run, hostFaults: 0, walls: { isolation: 'os', boundary: 'users' }, ...more }
}

test('faults of the host are a share of the documents of the run that has most of them', () => {
  const one = measureOf(60, { hostFaults: 3, faultsByRepeat: [0, 3, 0] })
  expect(faultRate([one])).toBeCloseTo(0.05, 12)
  const other = measureOf(60, { hostFaults: 3, faultsByRepeat: [1, 1, 1] })
  expect(faultRate([other])).toBeCloseTo(1 / 60, 12)
  expect(faultRate([other, one])).toBeCloseTo(0.05, 12)
  expect(faultRate([])).toBe(0)
})

test('of a measure from before, which kept their sum alone, they are a share of all runs over documents', () => {
  expect(faultRate([measureOf(60, { hostFaults: 3 })])).toBeCloseTo(3 / 180, 12)
})

test('of a version in production that nobody counted faults of, what failed may have been one', () => {
  const { run, ...rest } = measureOf(60, { hostFaults: 0, faultsByRepeat: [0, 0, 0] })
  const documents = run.documents.map(({ id, repeats: [one, two] }, n) => {
    const failed = { ...one!, failed: n < 3 }
    return { id, repeats: [failed, two!, two!] }
  })
  const measure = { run: { ...run, documents }, ...rest }
  expect(referenceFaultRate([measure])).toBeCloseTo(0.05, 12)
  expect(faultRate([measure])).toBe(0)
  expect(referenceFaultRate([{ ...measure, referenceFaultsByRepeat: [0, 0, 0] }])).toBe(0)
})

test('of a version in production, faults are also what a candidate answers for, and all when every run failed and found nothing', () => {
  const own = { faultsByRepeat: [0, 0, 0], referenceFaultsByRepeat: [0, 3, 0] }
  expect(faultRate([measureOf(60, own)])).toBe(0)
  expect(referenceFaultRate([measureOf(60, own)])).toBeCloseTo(0.05, 12)
  expect(referenceFaultRate([measureOf(60, { faultsByRepeat: [3, 0, 0] })])).toBeCloseTo(0.05, 12)
  const none = [0, 0, 0]
  const { run, ...rest } = measureOf(60, { faultsByRepeat: none, referenceFaultsByRepeat: none })
  expect(referenceFaultRate([{ run, ...rest }])).toBe(0)
  const failed = (agents: RepeatCounts['agents']): GateMeasure => {
    const documents = run.documents.map(({ id, repeats }) => {
      return { id, repeats: repeats.map((repeat) => ({ ...repeat, failed: true, agents })) }
    })
    return { run: { ...run, documents }, ...rest }
  }
  const empty: RepeatCounts['agents'] = { Promise: [0, 0, 1], Absolute: [0, 0, 1] }
  expect(faultRate([failed(empty)])).toBe(0)
  expect(referenceFaultRate([failed(empty)])).toBe(1)
  expect(referenceFaultRate([failed({ ...empty, Absolute: [1, 0, 0] })])).toBe(0)
  expect(referenceFaultRate([failed({ ...empty, Absolute: [0, 1, 1] })])).toBe(0)
})

test('what somebody else kept meanwhile under the same key is what a version was measured as', async () => {
  await using world = await gateWorld({ work: false })
  const { host } = world
  const { gates } = host.store
  const { signal } = new AbortController()
  const { hash: version } = await host.flows.current()
  const place = { dataset: 'letters', split: 'test', person: gatePayer, signal } as const
  const opened = await openSplit(host, place)
  const kept = measureOf(6, { faultsByRepeat: [0, 0, 0] })
  let key = ''
  const measured = await measureVersion(host, {
    version,
    identity: await host.gate.runner.identify(version),
    opened,
    firstRepeat: 0,
    repeats: 1,
    solo: false,
    isReference: false,
    tell: async (told) => void (key = told),
    begins: () => gates.keepMeasure(key, kept),
    signal,
  })
  expect(measured).toEqual({ key, measure: kept })
  expect(await gates.measure(key)).toEqual(kept)
})

import { loadExampleDocuments } from '../dataset/example-document.ts'
import type { Dataset } from '../dataset/read-dataset.ts'
import { datasetOf } from '../dataset/stored-datasets.ts'
import {
  evaluationHash,
  type Repeat,
  type RunOutput,
  runOfCounts,
  truthsOf,
} from '../evaluation/evaluate-outputs.ts'
import { evaluateInThread } from '../evaluation/evaluate-in-thread.ts'
import { wallsOf } from '../flow/isolate/isolation.ts'
import { contentHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Split } from '../schema/access.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { EvaluationRun } from '../schema/evaluation.ts'
import type { Walls } from '../schema/gate-settings.ts'
import type { GateMeasure } from '../schema/stored-gate.ts'
import { defaultPolicy } from './policy.ts'
import type { GateHost } from './gate-host.ts'
import { findGateWalls, type GateWalls } from './refuse-thin-walls.ts'
import type { VersionIdentity } from './run-version.ts'

/** A hidden split with its documents, to be read once for all versions. */
export type OpenedSplit = {
  split: Split
  dataset: Dataset
  documents: Map<string, ReviewDocument>
}

type Place = { dataset: string; split: Split; person: string; signal: AbortSignal }

/** Hash of a split of the newest version; null when it has no example, or there is no such dataset. */
export async function splitHash(
  { store }: Pick<GateHost, 'store'>,
  { dataset, split }: Pick<Place, 'dataset' | 'split'>,
): Promise<string | null> {
  const version = await store.datasets.version('everything', { dataset })
  return version?.splits.find((one) => one.split === split)?.hash ?? null
}

/** @throws UserFacingError gate-split-empty, and those of documents that cannot be read */
export async function openSplit(
  host: Pick<GateHost, 'store' | 'readHidden' | 'flows'>,
  { dataset: name, split, person, signal }: Place,
): Promise<OpenedSplit> {
  const version = await host.store.datasets.version('everything', { dataset: name })
  const size = version?.splits.find((one) => one.split === split)
  if (version === null || size === undefined) throw empty(split)
  const stored = await Array.fromAsync(host.readHidden(version, split, person))
  const dataset = datasetOf(stored, { name, hash: size.hash })
  if (dataset === null) throw empty(split)
  const documents = await loadExampleDocuments(dataset.examples, host.flows.documents, { signal })
  return { split, dataset, documents }
}

function empty(split: Split): UserFacingError {
  const sentence = `The split ${split} has no example with a text.`
  return new UserFacingError('gate-split-empty', sentence)
}

export type WantedMeasure = {
  /** Hash of the version, as it is run. */
  version: string
  identity: VersionIdentity
  opened: OpenedSplit
  firstRepeat: number
  repeats: number
  /** Whether one person holds all roles. */
  solo: boolean
  /** Whether it is what a candidate is compared with. */
  isReference: boolean
  /** Hears under which key it is, before anything is asked of models. */
  tell: (key: string) => Promise<void>
  /** Told just before the version is shown a hidden example; not where all was measured before. */
  begins?: () => Promise<void>
  signal: AbortSignal
}

/**
 * Everything that decides what is measured; and the walls, since a gate asks for some, and whether one person was all
 * there was, since no receipt of several rests on it.
 */
function measureKey(
  { policyHash }: Pick<GateHost, 'policyHash'>,
  {
    identity,
    opened,
    firstRepeat,
    repeats,
    walls,
    solo,
  }: Omit<WantedMeasure, 'tell' | 'begins' | 'isReference'> & { walls: Walls },
): string {
  const { subjectHash, types } = identity
  const { hash } = opened.dataset
  const { split } = opened
  const evaluation = evaluationHash(types)
  const runs = { split, hash, firstRepeat, repeats, walls, solo }
  return contentHash({ subjectHash, evaluation, policyHash, ...runs })
}

/**
 * What a version finds in a hidden split. What was measured before is not measured again; with more faults
 * of the host than the policy bears, nothing is kept. What says nothing of a version in production may be kept of it from
 * when it was a candidate: then it is measured under another key.
 * @throws UserFacingError gate-walls, gate-reference-not-started
 */
export async function measureVersion(
  host: Pick<GateHost, 'store' | 'gate' | 'policyHash'>,
  wanted: WantedMeasure,
): Promise<{ key: string; measure: GateMeasure }> {
  const behind = await findGateWalls(host.gate, wanted.solo)
  const rateOf = wanted.isReference ? referenceFaultRate : faultRate
  const saysEnough = (measure: GateMeasure) => rateOf([measure]) <= defaultPolicy.maxErrorRate
  const own = measureKey(host, { ...wanted, walls: wallsOf(behind.isolation) })
  const before = await host.store.gates.measure(own)
  const key = before === null || saysEnough(before) ? own : contentHash([own, 'reference'])
  await wanted.tell(key)
  const known = await host.store.gates.measure(key)
  if (known !== null) return { key, measure: known }
  const measure = await measureAnew(host, { ...wanted, behind, key })
  if (!saysEnough(measure)) return { key, measure }
  await host.store.gates.keepMeasure(key, measure)
  // Whoever measured the same meanwhile may have kept theirs: figures are made again from what is kept.
  return { key, measure: (await host.store.gates.measure(key)) ?? measure }
}

async function measureAnew(
  { gate, policyHash }: Pick<GateHost, 'gate' | 'policyHash'>,
  {
    version,
    identity,
    opened,
    firstRepeat,
    repeats,
    begins,
    signal,
    isReference,
    behind,
    key,
  }: WantedMeasure & { behind: GateWalls; key: string },
): Promise<GateMeasure> {
  const { dataset, documents, split } = opened
  const outputs = await gate.runner.run({
    version,
    documents,
    firstRepeat,
    repeats,
    apart: split,
    behind,
    recorded: { measure: key, dataset: dataset.name },
    begins,
    signal,
  })
  if (isReference && hasNotStarted(outputs)) throw notStarted()
  const counted = await evaluateInThread({
    documents: truthsOf(dataset, documents),
    repeats: outputs,
    types: identity.types,
    signal,
  })
  const run = runOfCounts(counted.documents, { ...identity, dataset, policyHash })
  const faultsByRepeat = countByRepeat(outputs, ({ hostFault }) => hostFault === true)
  const hostFaults = faultsByRepeat.reduce((sum, faults) => sum + faults, 0)
  const isEmpty = hasFoundNothing(run)
  const referenceFaultsByRepeat = countByRepeat(outputs, (output) => lacks(output, isEmpty))
  const walls = wallsOf(behind.isolation)
  return { run, hostFaults, faultsByRepeat, referenceFaultsByRepeat, walls }
}

function hasNotStarted(outputs: readonly Repeat[]): boolean {
  const all = outputs.flatMap((repeat) => [...repeat.values()])
  return all.every(({ error }) => error === 'flow-not-started')
}

function notStarted(): UserFacingError {
  const sentence = 'The version in production, or the anchor, does not start where gates run.'
  return new UserFacingError('gate-reference-not-started', sentence)
}

function countByRepeat(
  outputs: readonly Repeat[],
  isCounted: (output: RunOutput) => boolean,
): number[] {
  return outputs.map((repeat) => [...repeat.values()].filter(isCounted).length)
}

/**
 * Whether a run of what is in production lacked something. What it does without is no matter, or an author could
 * stop every later gate on a word; but for a version that finds nothing at all.
 */
function lacks({ hostFault, referenceFault, error }: RunOutput, isEmpty: boolean): boolean {
  return hostFault === true || (referenceFault === true && (error !== null || isEmpty))
}

function hasFoundNothing({ documents }: EvaluationRun): boolean {
  const counts = documents.flatMap(({ repeats }) =>
    repeats.flatMap(({ agents }) => Object.values(agents)),
  )
  return counts.every(([truePositives, falsePositives]) => truePositives + falsePositives === 0)
}

/**
 * The largest share of documents of which a run, one over each of them, says nothing of the version. An outage in one
 * of three runs is not made a third of itself by the other two.
 */
export function faultRate(measures: readonly GateMeasure[]): number {
  return Math.max(0, ...measures.flatMap(faultRates))
}

/**
 * The same of versions in production: against one of which every run failed, whatever the cause, and that found nothing
 * anything would pass. Where others of its agents find something, the one that fails can be mended.
 */
export function referenceFaultRate(measures: readonly GateMeasure[]): number {
  return Math.max(0, ...measures.flatMap(referenceFaultRates))
}

function referenceFaultRates(measure: GateMeasure): number[] {
  const { run, referenceFaultsByRepeat } = measure
  const hasFailed = run.documents.every(({ repeats }) => repeats.every(({ failed }) => failed))
  if (hasFailed && hasFoundNothing(run)) return [1]
  // Where nobody counted them, whatever failed may have been one: it is measured anew once.
  if (referenceFaultsByRepeat === undefined) return [...faultRates(measure), ...failureRates(run)]
  return faultRates({ ...measure, faultsByRepeat: referenceFaultsByRepeat })
}

function failureRates({ documents }: EvaluationRun): number[] {
  const [first] = documents
  return (first?.repeats ?? []).map((_, repeat) => {
    const failed = documents.filter(({ repeats }) => repeats[repeat]?.failed === true)
    return failed.length / documents.length
  })
}

function faultRates({ run: { documents }, hostFaults, faultsByRepeat }: GateMeasure): number[] {
  if (faultsByRepeat !== undefined) return faultsByRepeat.map((faults) => faults / documents.length)
  const runs = documents.reduce((sum, { repeats }) => sum + repeats.length, 0)
  return [hostFaults / runs]
}

/** Looks at the same documents as one run with the repeats of all. */
export function poolRuns(runs: readonly EvaluationRun[]): EvaluationRun {
  const [first, ...more] = runs
  if (first === undefined) throw new RangeError('There is no run to pool.')
  const documents = first.documents.map(({ id, repeats }, i) => {
    const others = more.flatMap((run) => {
      const other = run.documents[i]
      if (other?.id !== id) throw new RangeError('Runs of different documents cannot be pooled.')
      return other.repeats
    })
    return { id, repeats: [...repeats, ...others] }
  })
  return { ...first, documents }
}

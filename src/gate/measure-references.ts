import { evaluationEntry } from '../evaluation/evaluation-entry.ts'
import { takeUp, workOnEvaluations } from '../evaluation/start-evaluation.ts'
import { contentHash } from '../lib/content-hash.ts'
import { ReferenceRole } from '../schema/reference-version.ts'
import type { EvaluationRun } from '../schema/evaluation.ts'
import type { EvaluationEntry } from '../schema/api/evaluations.ts'
import type { StoredEvaluation } from '../schema/stored-evaluation.ts'
import type { PersonName } from '../schema/workplace.ts'
import { pooledFigures, unsoughtTypes } from './compared-types.ts'
import { markedVersions } from './mark-reference.ts'
import { untoldKinds } from './small-cells.ts'
import { onTest, type TestHost, testSizeOf } from './test-bench.ts'

/** Runs over each document, as many as the gate compares (measurement by three runs a version). */
const repeats = 3

type Measured = {
  dataset: string
  /** Who pays, and whom the audit log names. */
  person: string
  /** Whether what failed or was stopped is tried again. */
  again: boolean
}

/** Measures baseline and anchor on `test` of the newest version, where that is not done or under way. */
export async function measureReferences(
  host: TestHost,
  { dataset, person, again }: Measured,
): Promise<void> {
  const test = await newestTest(host, dataset)
  if (test === null) return
  const { baseline, anchor } = await markedVersions(host)
  const versions = new Set([baseline, anchor].flatMap((marked) => marked?.version ?? []))
  for (const version of versions) {
    const before = await evaluationsOf(host, { dataset, hash: test.hash, version })
    const stands = again ? before.some(({ state }) => isUnderWayOrDone(state)) : before.length > 0
    if (stands) {
      for (const one of before) await takeUp(onTest(host), one)
      continue
    }
    // Twice with one id is one evaluation: several processes may come here at once.
    const id = contentHash([dataset, test.hash, version, before.length])
    const begun = await host.store.testEvaluations.start({
      id,
      requester: person,
      flowVersion: version,
      dataset,
      datasetHash: test.hash,
      agents: null,
      repeats,
      environment: await host.flows.environmentOf(version),
    })
    await takeUp(onTest(host), begun)
  }
}

/** After every rotation, also one whose process died before it came to this. */
export async function measureRotated(host: TestHost): Promise<void> {
  const versions = await host.store.datasets.list('everything')
  for (const { dataset, provenance, createdBy } of versions) {
    if (provenance?.source !== 'rotation') continue
    await measureReferences(host, { dataset, person: createdBy, again: false })
  }
}

/** In this process, one at a time. */
export async function workOnTestEvaluations(host: TestHost): Promise<void> {
  await workOnEvaluations(onTest(host))
  await measureRotated(host)
}

/** What a version was measured as on `test`; without an example, and without the reason of a failure. */
type ReferenceMeasures = {
  role: ReferenceRole
  version: string
  markedBy: PersonName
  markedAt: number
  evaluation: EvaluationEntry | null
}

type OnTest = {
  /** Of `test`. */
  hash: string
  items: ReferenceMeasures[]
  /** Issue types that are labelled and that none of them looks for or finds: a gate does not pool them, either. */
  leftOut: Set<string>
}

/** @returns null when there is no such dataset, or no example in its `test` */
export async function referenceMeasures(
  host: TestHost,
  { dataset, nameOf }: { dataset: string; nameOf: (person: string) => PersonName },
): Promise<OnTest | null> {
  const test = await newestTest(host, dataset)
  if (test === null) return null
  const marked = await markedVersions(host)
  const items = ReferenceRole.options.flatMap((role) => marked[role] ?? [])
  const measured = items.map(async ({ role, version, markedBy, markedAt }) => {
    const [newest] = await evaluationsOf(host, { dataset, hash: test.hash, version })
    const evaluation = newest && (await evaluationEntry({ ...onTest(host), nameOf }, newest))
    const isDone = evaluation?.state === 'done'
    const run = isDone ? await host.store.testEvaluations.run(evaluation.id) : null
    const marked = { role, version, markedBy: nameOf(markedBy), markedAt }
    return { ...marked, evaluation: evaluation ?? null, run }
  })
  return { hash: test.hash, ...pooledAlike(await Promise.all(measured)) }
}

/** Their figures of all together, of the same types, which are those that a gate would compare. */
function pooledAlike(
  measured: readonly (ReferenceMeasures & { run: EvaluationRun | null })[],
): Pick<OnTest, 'items' | 'leftOut'> {
  const leftOut = unsoughtTypes(measured.flatMap(({ run }) => run ?? []))
  const items = measured.map(({ run, evaluation, ...item }) => {
    if (run === null || evaluation === null) return { ...item, evaluation }
    const compared = comparedTypes(evaluation, leftOut)
    return { ...item, evaluation: { ...evaluation, pooled: pooledFigures(run, compared) } }
  })
  return { items, leftOut }
}

function comparedTypes(
  { agents }: Pick<EvaluationEntry, 'agents'>,
  leftOut: ReadonlySet<string>,
): Set<string> {
  return new Set(Object.keys(agents)).difference(leftOut)
}

/** As approvers see it: no sentence that could name an example, no figure of few issues. */
export function withoutSmallCells(
  evaluation: EvaluationEntry,
  leftOut: ReadonlySet<string>,
): EvaluationEntry {
  const untold = untoldKinds([evaluation.agents], comparedTypes(evaluation, leftOut))
  const agents = Object.entries(evaluation.agents).filter(([kind]) => !untold.has(kind))
  return { ...evaluation, reason: null, agents: Object.fromEntries(agents) }
}

async function newestTest({ store }: TestHost, dataset: string) {
  const version = await store.datasets.version('everything', { dataset })
  return version && testSizeOf(version)
}

type Wanted = { dataset: string; hash: string; version: string }

/** Newest first. */
async function evaluationsOf(
  { store }: TestHost,
  { dataset, hash, version }: Wanted,
): Promise<StoredEvaluation[]> {
  const all = await store.testEvaluations.list({ dataset, datasetHash: hash, limit: 500 })
  return all.filter(({ flowVersion }) => flowVersion === version)
}

function isUnderWayOrDone(state: StoredEvaluation['state']): boolean {
  return state === 'running' || state === 'done'
}

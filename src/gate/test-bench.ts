import { datasetOf } from '../dataset/stored-datasets.ts'
import {
  type ApartRuns,
  type CodeRun,
  type EvaluationHost,
  testQueue,
} from '../evaluation/evaluation-host.ts'
import { datasetChanged } from '../evaluation/open-bench.ts'
import { wallsOf } from '../flow/isolate/isolation.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { GateSettings } from '../schema/gate-settings.ts'
import type { DatasetVersion, SplitSize, StoredExample } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'
import { evaluationKey } from './asked-keys.ts'
import { recordedRun } from './record-calls.ts'
import { findGateWalls } from './refuse-thin-walls.ts'
import type { VersionRunner } from './run-version.ts'

/** What measuring on the hidden split `test` needs. */
export type TestHost = EvaluationHost & {
  store: EvaluationHost['store'] &
    Pick<Store, 'datasets' | 'testEvaluations' | 'referenceVersions' | 'gateCalls'>
  /** Where versions with code see hidden examples, and behind which walls. */
  gate: { settings: Pick<GateSettings, 'walls'>; runner: VersionRunner }
  /** The examples of `test`, once the audit log knows that they are read for this person. */
  readTest: (version: DatasetVersion, person: string) => AsyncIterable<StoredExample>
}

/** The same host, measuring on `test`: other rows, other jobs, other kept answers, no mistakes kept. */
export function onTest(host: TestHost): EvaluationHost {
  return {
    ...host,
    store: { ...host.store, evaluations: host.store.testEvaluations },
    bench: {
      isHidden: true,
      queue: testQueue.name,
      apart,
      keepsDetails: false,
      record: (asking, run) => {
        const recorded = { ...recordedOf(asking.evaluation), firstRepeat: 0 }
        return recordedRun(host.store, { ...recorded, examples: asking.examples }, (recorder) =>
          run((models) => recorder.through(models)),
        )
      },
      runCode: (wanted) => runCodeApart(host, wanted),
      async open({ dataset, datasetHash, requester }) {
        const version = await versionWith(host.store.datasets, { dataset, test: datasetHash })
        if (version === null) throw datasetChanged()
        const stored = await Array.fromAsync(host.readTest(version, requester))
        const found = datasetOf(stored, { name: dataset, hash: datasetHash })
        if (found !== null) return found
        throw nothingToMeasure()
      },
    },
  }
}

/** Word under which gates keep answers about `test`, too: what was asked of a version is not asked again. */
const apart = 'test'

/** As a gate runs it. @throws UserFacingError gate-walls */
async function runCodeApart(
  { gate, isSolo }: Pick<TestHost, 'gate' | 'isSolo'>,
  { evaluation, ...wanted }: CodeRun,
): Promise<ApartRuns> {
  const behind = await findGateWalls(gate, await isSolo())
  const recorded = recordedOf(evaluation)
  const found = await gate.runner.run({ ...wanted, firstRepeat: 0, apart, behind, recorded })
  return { repeats: found, walls: wallsOf(behind.isolation) }
}

/** Where what it asks of models stands, for custodians. */
function recordedOf({ id, dataset }: CodeRun['evaluation']) {
  return { measure: evaluationKey(id), dataset }
}

const versionsAtOnce = 100

/** The newest version whose split `test` has this hash: what is measured waits, and others come meanwhile. */
async function versionWith(
  datasets: Store['datasets'],
  { dataset, test }: { dataset: string; test: string },
): Promise<DatasetVersion | null> {
  let before: DatasetVersion | undefined
  do {
    const page = await datasets.versions('everything', { dataset, before, limit: versionsAtOnce })
    const found = page.find((version) => testSizeOf(version)?.hash === test)
    if (found !== undefined) return found
    before = page.at(-1)
  } while (before !== undefined)
  return null
}

/** Of the split `test`; null when it has no example. */
export function testSizeOf({ splits }: Pick<DatasetVersion, 'splits'>): SplitSize | null {
  return splits.find(({ split }) => split === 'test') ?? null
}

function nothingToMeasure(): UserFacingError {
  return new UserFacingError('test-empty', 'The split test has no example with a text (any more).')
}

import { datasetOf } from '../dataset/stored-datasets.ts'
import { type EvaluationHost, testQueue } from '../evaluation/evaluation-host.ts'
import { requireSame } from '../evaluation/open-bench.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { DatasetVersion, SplitSize, StoredExample } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'

/** What measuring on the hidden split `test` needs. */
export type TestHost = EvaluationHost & {
  store: EvaluationHost['store'] & Pick<Store, 'datasets' | 'testEvaluations' | 'referenceVersions'>
  /** The examples of `test`, once the audit log knows that they are read for this person. */
  readTest: (version: DatasetVersion, person: string) => AsyncIterable<StoredExample>
}

/** The same host, measuring on `test`: other rows, other jobs, other kept answers, no mistakes kept. */
export function onTest(host: TestHost): EvaluationHost {
  return {
    ...host,
    store: { ...host.store, evaluations: host.store.testEvaluations },
    bench: {
      queue: testQueue.name,
      apart: 'test',
      keepsDetails: false,
      takesCode: false,
      async open({ dataset, datasetHash, requester }) {
        const version = await host.store.datasets.version('everything', { dataset })
        const size = version && testSizeOf(version)
        if (version === null || size === null) throw nothingToMeasure()
        requireSame({ name: dataset, examples: [], hash: size.hash }, { datasetHash })
        const stored = await Array.fromAsync(host.readTest(version, requester))
        const found = datasetOf(stored, { name: dataset, hash: size.hash })
        if (found !== null) return found
        throw nothingToMeasure()
      },
    },
  }
}

/** Of the split `test`; null when it has no example. */
export function testSizeOf({ splits }: Pick<DatasetVersion, 'splits'>): SplitSize | null {
  return splits.find(({ split }) => split === 'test') ?? null
}

function nothingToMeasure(): UserFacingError {
  return new UserFacingError('test-empty', 'The split test has no example with a text (any more).')
}

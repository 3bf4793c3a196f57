import { openToMeasure } from '../dataset/dataset-source.ts'
import type { Dataset } from '../dataset/read-dataset.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { StoredEvaluation } from '../schema/stored-evaluation.ts'
import { type Bench, type EvaluationHost, evaluationQueue } from './evaluation-host.ts'

/** What everybody who may evaluate measures on: the split `evaluation`. */
function evaluationBench({ datasets }: Pick<EvaluationHost, 'datasets'>): Bench {
  return {
    isHidden: false,
    queue: evaluationQueue.name,
    async open(evaluation) {
      const { dataset, datasetHash } = evaluation
      return requireSame(await openToMeasure(datasets, dataset, datasetHash), evaluation)
    },
    apart: null,
    keepsDetails: true,
  }
}

export function benchOf(host: Pick<EvaluationHost, 'bench' | 'datasets'>): Bench {
  return host.bench ?? evaluationBench(host)
}

export function queueOf({ bench }: Pick<EvaluationHost, 'bench'>): string {
  return bench?.queue ?? evaluationQueue.name
}

/** @throws UserFacingError dataset-changed */
function requireSame(
  found: Dataset,
  { datasetHash }: Pick<StoredEvaluation, 'datasetHash'>,
): Dataset {
  if (found.hash === datasetHash) return found
  throw datasetChanged()
}

export function datasetChanged(): UserFacingError {
  return new UserFacingError(
    'dataset-changed',
    'The dataset was changed after the evaluation had been started. Start it again.',
  )
}

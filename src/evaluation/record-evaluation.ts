import type { NewVersion } from '../flow/flow-version.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { EvaluationRun } from '../schema/evaluation.ts'
import type { EvaluationDetails } from '../schema/evaluation-details.ts'
import type { Walls } from '../schema/gate-settings.ts'
import type { Store } from '../store/store.ts'

/** An evaluation that was run somewhere else, on the command line for example. */
export type FinishedEvaluation = {
  run: EvaluationRun
  details: EvaluationDetails
  /** Of the flow; null when recorded outputs were measured. */
  version: NewVersion | null
  /** As lists call it; `run` has what the user called it. */
  dataset: string
  /** Only these; null for all. */
  agents: string[] | null
  /** UTC epoch milliseconds. */
  startedAt: number
}

/** Whoever started it is the user that it ran as. */
const onOnesOwnMachine: Walls = { isolation: 'process', boundary: 'none' }

/** Keeps it as if the server had run it, all of it or nothing. */
export async function recordEvaluation(
  { flowVersions, evaluations }: Pick<Store, 'flowVersions' | 'evaluations'>,
  requester: string,
  { run, details, version, dataset, agents, startedAt }: FinishedEvaluation,
): Promise<void> {
  if (version !== null) await flowVersions.put(version)
  const repeats = run.documents[0]?.repeats.length ?? null
  const evaluation = {
    id: timeOrderedId(),
    requester,
    flowVersion: version?.hash ?? null,
    dataset,
    datasetHash: run.hashes.dataset,
    agents,
    repeats,
    environment: null,
    walls: version === null ? null : onOnesOwnMachine,
    startedAt,
  }
  await evaluations.keep(evaluation, { ...run, dataset }, details)
}

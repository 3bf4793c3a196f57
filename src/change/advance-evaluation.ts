import { failWithItsJob, queueEvaluation, startEvaluation } from '../evaluation/start-evaluation.ts'
import { summarizeRun } from '../evaluation/evaluation-summary.ts'
import { splitHash } from '../gate/measure-version.ts'
import { gateDataset } from '../gate/gate-dataset.ts'
import { causeOfFailure } from './blame.ts'
import { count, intervalText, metrics } from '../schema/figure-words.ts'
import type { StoredEvaluation } from '../schema/stored-evaluation.ts'
import { type Advancing, measuredOf } from './advancing.ts'
import type { ChangeHost } from './change-host.ts'
import { endCheck } from './end-check.ts'

/** One run over each document: it is for the author, and costs their money; the gate has runs of its own. */
const repeats = 1
const mostLooked = 200

/** Measures what would be merged on the split that its author sees. Whatever comes out, the check has ended. */
export async function advanceEvaluation(host: ChangeHost, advancing: Advancing): Promise<void> {
  const { check } = advancing
  const known = check.subject === null ? null : await host.store.evaluations.get(check.subject)
  if (known === null) return begin(host, advancing)
  switch (known.state) {
    case 'running':
      // Whoever started it died before it had a job, or its job did.
      if (known.job === null) await queueEvaluation(host, known.id)
      else await failWithItsJob(host, known)
      return
    case 'done':
      await endCheck(host, check, { outcome: 'pass', summary: await figures(host, known) })
      return
    case 'failed':
    case 'stopped': {
      const cause = known.error === null ? 'stopped' : causeOfFailure(known.error)
      const summary = known.error?.message ?? 'It was stopped.'
      await endCheck(host, check, { outcome: 'fail', cause, summary })
    }
  }
}

async function begin(host: ChangeHost, { observed, check }: Advancing): Promise<void> {
  const { change, tree, name, attempt } = check
  const key = { change, tree, name, attempt }
  const { author, version } = measuredOf(observed)
  const dataset = await gateDataset(host)
  const same = await measuredBefore(host, { author, version, dataset })
  if (same !== null) {
    await host.store.changes.nameCheck(key, same.id)
    return
  }
  await startEvaluation(host, author, {
    dataset: `${dataset}@evaluation`,
    flow: version,
    repeats,
    tell: async (id) => {
      await host.store.changes.nameCheck(key, id)
    },
  })
}

type Measured = { author: string; version: string; dataset: string }

/** The same version on the same documents, by the same person. */
async function measuredBefore(
  host: ChangeHost,
  { author, version, dataset }: Measured,
): Promise<StoredEvaluation | null> {
  const datasetHash = await splitHash(host, { dataset, split: 'evaluation' })
  if (datasetHash === null) return null
  const filter = { dataset, datasetHash, state: 'done', limit: mostLooked } as const
  const done = await host.store.evaluations.list(filter)
  const isSame = (one: StoredEvaluation): boolean =>
    one.flowVersion === version && one.requester === author && one.agents === null
  return done.find(isSame) ?? null
}

/** On a split that engineers see. */
async function figures({ store }: ChangeHost, { id }: StoredEvaluation): Promise<string> {
  const run = await store.evaluations.run(id)
  if (run === null) return 'It was measured.'
  const { pooled, documents } = summarizeRun(run)
  const parts = metrics.map((metric) => `${metric.name} ${intervalText(pooled[metric.key])}`)
  return `${parts.join(', ')} on ${count(documents, 'document')}; brackets are 95 % intervals.`
}

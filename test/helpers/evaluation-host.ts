import path from 'node:path'
import { createBudgets } from '../../src/access/budgets.ts'
import { folderDatasets } from '../../src/dataset/dataset-source.ts'
import { type EvaluationHost, evaluationQueue } from '../../src/evaluation/evaluation-host.ts'
import { createFlowLibrary } from '../../src/flow/flow-library.ts'
import { findIsolation } from '../../src/flow/isolate/isolation.ts'
import { openJobs } from '../../src/job/open-jobs.ts'
import { openBlobs } from '../../src/store/blobs/open-blobs.ts'
import { openStore } from '../../src/store/open-store.ts'
import { withinAMonth } from './within-a-month.ts'

/** What evaluations need, on a real store and real jobs in a folder; again after a crash. */
export async function openEvaluationHost(
  folder: string,
  { env = {}, grace }: { env?: Record<string, string>; grace?: number } = {},
) {
  const stack = new AsyncDisposableStack()
  const passed = withinAMonth(Date.now()) - Date.now()
  const now = (): number => Date.now() + passed
  const store = stack.use(await openStore({ dataFolder: path.join(folder, '.proofloop'), now }))
  const errors: unknown[] = []
  const flows = stack.use(
    createFlowLibrary({
      directory: path.join(folder, 'flow'),
      versionsFolder: path.join(folder, '.proofloop', 'flows'),
      kept: store.flowVersions,
      engine: '1.0.0',
      env,
    }),
  )
  const jobs = await openJobs({
    store,
    queues: { [evaluationQueue.name]: { attempts: evaluationQueue.attempts } },
    report: (error) => void errors.push(error),
    grace,
  })
  stack.use(jobs)
  const budgets = createBudgets({ store, now })
  const host: EvaluationHost & { store: typeof store; budgets: typeof budgets } = {
    store,
    blobs: await openBlobs({ dataFolder: path.join(folder, '.proofloop'), env }),
    jobs,
    flows,
    datasets: folderDatasets([path.join(folder, 'flow', 'datasets')]),
    budgets,
    settingsOf: () => null,
    isolation: () => findIsolation({ requester: 'server' }),
    isSolo: async () => false,
    report: (error) => void errors.push(error),
    version: '1.0.0',
    policyHash: 'policy',
  }
  return { host, store, now, errors, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

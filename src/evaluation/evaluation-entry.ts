import type { EvaluationEntry, EvaluationReport } from '../schema/api/evaluations.ts'
import type { EvaluationRun } from '../schema/evaluation.ts'
import type { StoredEvaluation } from '../schema/stored-evaluation.ts'
import type { PersonName } from '../schema/workplace.ts'
import { figuresByType, figuresOf } from './agent-figures.ts'
import type { EvaluationHost } from './evaluation-host.ts'
import { evaluationNotes } from './evaluation-notes.ts'
import { type EvaluationSummary, summarizeRun } from './evaluation-summary.ts'
import { failWithItsJob, getEvaluation } from './start-evaluation.ts'

type Reader = Pick<EvaluationHost, 'store' | 'jobs' | 'flows' | 'bench'> & {
  nameOf: (person: string) => PersonName
}

/** As people see it; its figures once it is done. */
export async function evaluationEntry(
  host: Reader,
  stored: StoredEvaluation,
): Promise<EvaluationEntry> {
  if (stored.state === 'running') await failWithItsJob(host, stored)
  const now = stored.state === 'running' ? await getEvaluation(host, stored.id) : stored
  const run = now.state === 'done' ? await host.store.evaluations.run(now.id) : null
  return entryOf(now, {
    host,
    run,
    flow: await flowName(host, now),
    summary: run && summarizeRun(run),
  })
}

/** Figures, notes and mistakes of one that is done. */
export async function evaluationReport(
  host: Reader,
  stored: StoredEvaluation,
  run: EvaluationRun,
): Promise<Omit<EvaluationReport, 'mistakesHeld'>> {
  const details = await host.store.evaluations.details(stored.id)
  const summary = summarizeRun(run)
  const { pooled: _pooled, agents: _agents, hashes: _hashes, strict, detection, ...rest } = summary
  const flow = await flowName(host, stored)
  return {
    ...rest,
    evaluation: entryOf(stored, { host, run, flow, summary }),
    strict: figuresOf(strict),
    detection: figuresOf(detection),
    notes: evaluationNotes(summary, run),
    mistakes: details?.mistakes ?? [],
    mistakesLeftOut: details?.mistakesLeftOut ?? 0,
    account: details?.account ?? null,
    failures: details?.failures ?? [],
  }
}

type Parts = {
  host: Reader
  run: EvaluationRun | null
  flow: string
  summary: EvaluationSummary | null
}

function entryOf(stored: StoredEvaluation, { host, run, flow, summary }: Parts): EvaluationEntry {
  const { runs, state, error } = stored
  return {
    id: stored.id,
    dataset: stored.dataset,
    datasetHash: stored.datasetHash,
    flow: { name: flow, version: stored.flowVersion ?? '' },
    chosenAgents: stored.agents,
    environment: stored.environment,
    walls: stored.walls,
    state: state === 'running' && runs === null ? 'queued' : state,
    runs,
    reason: error?.message ?? null,
    code: error?.code ?? null,
    repeats: stored.repeats ?? 1,
    documents: stored.documents,
    hashes: run?.hashes ?? null,
    pooled: summary === null ? null : figuresOf(summary.pooled),
    agents: figuresByType(summary?.agents ?? {}),
    startedBy: host.nameOf(stored.requester),
    startedAt: stored.startedAt,
    finishedAt: stored.endedAt,
  }
}

async function flowName({ flows }: Reader, { flowVersion }: StoredEvaluation): Promise<string> {
  return flowVersion === null ? 'recorded outputs' : (await flows.get(flowVersion)).name
}

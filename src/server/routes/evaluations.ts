import { setTimeout } from 'node:timers/promises'
import { openMeasured } from '../../access/opened-texts.ts'
import { evaluationEntry, evaluationReport } from '../../evaluation/evaluation-entry.ts'
import type { EvaluationHost } from '../../evaluation/evaluation-host.ts'
import { measuredText } from '../../evaluation/measured-text.ts'
import {
  getEvaluation,
  startEvaluation,
  stopEvaluation,
} from '../../evaluation/start-evaluation.ts'
import { compareRuns, type NamedRun } from '../../gate/compare-runs.ts'
import { comparisonInWords } from '../../gate/comparison-report.ts'
import { defaultPolicy } from '../../gate/policy.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { EvaluationEntry } from '../../schema/api/evaluations.ts'
import type { StoredEvaluation } from '../../schema/stored-evaluation.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'
import { shownMistakes } from '../shown-mistakes.ts'
import type { Streams } from '../streams.ts'

type Host = EvaluationHost & { store: Store; streams: Streams }

/** Milliseconds between looks at one that is followed; its worker tells as often. */
const lookEvery = 500

export function evaluationRoutes(os: Implementer['evaluations'], host: Host) {
  return {
    datasets: os.datasets.handler(async () => ({ items: await host.datasets.list() })),
    start: os.start.handler(async ({ input, context: { actor } }) =>
      entryOf(host, await startEvaluation(host, actor.id, input)),
    ),
    list: os.list.handler(async ({ input: { dataset, after, limit } }) => {
      const before = after === undefined ? null : await host.store.evaluations.get(after)
      const found = await host.store.evaluations.list({
        dataset,
        limit,
        ...(before !== null && { before }),
      })
      const next = found.length === limit ? (found.at(-1)?.id ?? null) : null
      const reader = await readerOf(host)
      return { items: await Promise.all(found.map((one) => evaluationEntry(reader, one))), next }
    }),
    get: os.get.handler(async ({ input }) =>
      entryOf(host, await getEvaluation(host, input.evaluation)),
    ),
    // Not a generator itself: that would begin to answer before there is anything.
    events: os.events.handler(async ({ input, context, signal }) => {
      await getEvaluation(host, input.evaluation)
      return host.streams.open(context.request, signal, (inner) =>
        followEvaluation(host, input.evaluation, inner),
      )
    }),
    stop: os.stop.handler(async ({ input }) =>
      entryOf(host, await stopEvaluation(host, (await getEvaluation(host, input.evaluation)).id)),
    ),
    report: os.report.handler(async ({ input, context: { actor } }) => {
      const stored = await getEvaluation(host, input.evaluation)
      const run = await host.store.evaluations.run(stored.id)
      if (run === null) throw notDone()
      const report = await evaluationReport(await readerOf(host), stored, run)
      return shownMistakes(host.store, actor, { id: stored.id, details: report, run })
    }),
    text: os.text.handler(async ({ input, context: { actor } }) => {
      const stored = await getEvaluation(host, input.evaluation)
      const { text, ...measured } = await measuredText(host, stored, input.document)
      await openMeasured(host.store, actor, measured)
      return text
    }),
    run: os.run.handler(async ({ input, context: { actor } }) => {
      const { id } = await getEvaluation(host, input.evaluation)
      const run = await host.store.evaluations.run(id)
      if (run === null) throw notDone()
      const details = (await host.store.evaluations.details(id)) ?? noDetails
      return { run, details: await shownMistakes(host.store, actor, { id, details, run }) }
    }),
    compare: os.compare.handler(async ({ input }) => {
      const baseline = await namedRun(host, input.baseline)
      const candidate = await namedRun(host, input.candidate)
      return comparisonInWords(compareRuns({ baseline, candidate, anchor: null }, defaultPolicy))
    }),
  }
}

const noDetails = { mistakes: [], mistakesLeftOut: 0, account: null, failures: [] }

async function readerOf(host: Host) {
  return { ...host, nameOf: await peopleNames(host.store) }
}

async function entryOf(host: Host, stored: StoredEvaluation): Promise<EvaluationEntry> {
  return evaluationEntry(await readerOf(host), stored)
}

async function namedRun({ store }: Host, id: string): Promise<NamedRun> {
  const { startedAt } = await getEvaluation({ store }, id)
  const run = await store.evaluations.run(id)
  if (run === null) throw notDone()
  const minute = new Date(startedAt).toISOString().slice(0, 16).replace('T', ' ')
  return { name: `the evaluation of ${minute} UTC`, run }
}

function notDone(): UserFacingError {
  const sentence = 'The evaluation has no figures: it is not done, failed or was stopped.'
  return new UserFacingError('evaluation-not-done', sentence)
}

/** How it stands, whenever that has changed, until it has ended. */
async function* followEvaluation(host: Host, id: string, signal: AbortSignal) {
  let told = ''
  while (!signal.aborted) {
    const entry = await entryOf(host, await getEvaluation(host, id))
    const text = JSON.stringify(entry)
    if (text !== told) yield entry
    told = text
    if (entry.finishedAt !== null) return
    await setTimeout(lookEvery, undefined, { signal }).catch(() => {})
  }
}

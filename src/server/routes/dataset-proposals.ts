import type { Actor } from '../../access/actor.ts'
import { record, recordHiddenReads } from '../../access/audit.ts'
import { recordNewVersion } from '../../access/dataset-change.ts'
import { datasetReader } from '../../access/dataset-reader.ts'
import { shortNameOf } from '../../access/hidden-names.ts'
import { versionEntry } from '../../dataset/dataset-answers.ts'
import { labelExample } from '../../dataset/label-example.ts'
import { mergeProposals, planRotation } from '../../dataset/merge-proposals.ts'
import {
  chosenProposals,
  type Proposal,
  proposalsFor,
  splitsAsExamples,
} from '../../dataset/proposals.ts'
import { measureRotated } from '../../gate/measure-references.ts'
import type { TestHost } from '../../gate/test-bench.ts'
import { readNewest } from '../../dataset/read-all-entries.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import { readReviewSettings } from '../../review/review-settings.ts'
import { reviewedExamples } from '../../review/reviewed-examples.ts'
import type { ProposalEntry, RotationPlan } from '../../schema/api/dataset-proposals.ts'
import type { ReviewedExample } from '../../schema/reviewed-example.ts'
import { flowSources } from '../flow-sources.ts'
import type { Implementer } from '../implementer.ts'

type Host = Pick<ReviewHost, 'store' | 'flows' | 'splitKey'>
/** After a rotation it measures what the reader of this request need not see. */
type MergeHost = Host & { beyond: TestHost }

export function proposalRoutes(os: Implementer['datasets'], host: MergeHost) {
  const { store } = host
  return {
    proposals: os.proposals.handler(({ input, context: { actor } }) =>
      listProposals(host, actor, input),
    ),
    merge: os.merge.handler(async ({ input, context: { actor } }) => {
      const { note = null, ...merge } = input
      const { dataset, reviews, rotate, split } = merge
      const said = split && { split }
      const details = { mode: 'merge', reviews: reviews.length, rotate, ...said }
      const { splitShares: shares } = await readReviewSettings(store)
      const { version, ...done } = await mergeProposals(
        { store, splitKey: host.splitKey, shares },
        readBy(actor, { store, reviews }),
        {
          ...merge,
          note,
          createdBy: actor.id,
          sources: await flowSources(host),
          begin: (planned) =>
            recordNewVersion(store, actor, { dataset, details, version: planned }),
        },
      )
      await datasetReader(store, actor).recordOutcome(version, done)
      if (rotate) await measureRotated(host.beyond)
      return { ...versionEntry(version, await peopleNames(store)), ...done }
    }),
    planRotation: os.planRotation.handler(({ input, context: { actor } }) =>
      rotationPlan(host, actor, input),
    ),
    label: os.label.handler(async ({ input, context: { actor } }) => {
      const { dataset, note = null } = input
      const labels = { ...input, note, createdBy: actor.id }
      const { version, ...done } = await labelExample(host, labels, async (example, next) => {
        if (next === null) return async () => {}
        const details = { mode: 'label', example: await shortNameOf(store, example) }
        return recordNewVersion(store, actor, { dataset, details, version: next })
      })
      if (!done.added) await datasetReader(store, actor).recordShown(version)
      return { ...versionEntry(version, await peopleNames(store)), ...done }
    }),
    decline: os.decline.handler(async ({ input, context: { actor } }) => {
      await decline(host, actor, input)
      return { ok: true as const }
    }),
  }
}

/** Those that somebody has chosen are read by them, whatever comes of it. */
async function* readBy(
  actor: Actor,
  { store, reviews }: Pick<Host, 'store'> & { reviews: readonly string[] },
): AsyncGenerator<ReviewedExample> {
  const chosen = new Set(reviews)
  for await (const one of reviewedExamples(store)) {
    if (chosen.has(one.review)) await recordHiddenReads(store, actor, [one.document])
    yield one
  }
}

type Reviews = { dataset: string; reviews: string[] }

async function rotationPlan(host: Host, actor: Actor, wanted: Reviews): Promise<RotationPlan> {
  const { store, splitKey } = host
  const { splitShares: shares } = await readReviewSettings(store)
  const sources = await flowSources(host)
  const from = { store, splitKey, shares }
  const plan = await planRotation(from, readBy(actor, { store, reviews: wanted.reviews }), {
    ...wanted,
    sources,
  })
  await datasetReader(store, actor).recordShown(plan.version)
  return { ...plan, version: plan.version.hash }
}

async function listProposals(
  host: Host,
  actor: Actor,
  { dataset, limit }: { dataset: string; limit: number },
): Promise<{ items: ProposalEntry[]; more: boolean }> {
  const { store } = host
  const found: Proposal[] = []
  const newest = await readNewest(store.datasets, dataset)
  for await (const proposal of proposalsFor(host, newest, reviewedExamples(store))) {
    found.push(proposal)
    if (found.length > limit) break
  }
  const shown = found.slice(0, limit)
  const reviewed = shown.map((proposal) => proposal.reviewed)
  await recordHiddenReads(
    store,
    actor,
    reviewed.map(({ document }) => document),
  )
  const splits = await splitsAsExamples(host, reviewed)
  const items = shown.map((proposal, i) => proposalEntry(proposal, splits[i]?.split))
  return { items, more: found.length > limit }
}

async function decline(host: Host, actor: Actor, { dataset, reviews }: Reviews): Promise<void> {
  const { store } = host
  const newest = await readNewest(store.datasets, dataset)
  if (newest.version === null) {
    throw new UserFacingError('dataset-not-found', 'There is no such dataset (yet).')
  }
  const chosen = await chosenProposals(host, reviewedExamples(store), { newest, reviews })
  const details = { mode: 'decline', reviews: chosen.map(({ reviewed }) => reviewed.review) }
  await record(store, actor, { action: 'dataset-changed', subject: dataset, details })
  for (const { reviewed, hash } of chosen) {
    await store.datasets.decline({ dataset, review: reviewed.review, hash, by: actor.id })
  }
}

function proposalEntry(
  { reviewed, id, relabels }: Proposal,
  split = reviewed.document.split,
): ProposalEntry {
  const { review, document, readBy, issues, verdicts } = reviewed
  const { sha256, name } = document
  const told = { review, id, sha256, name: name ?? '', split, relabels, readBy, verdicts }
  return { ...told, issues: issues.length }
}

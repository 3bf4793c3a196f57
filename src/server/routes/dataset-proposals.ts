import type { Actor } from '../../access/actor.ts'
import { record, recordHiddenReads } from '../../access/audit.ts'
import { shortNameOf } from '../../access/hidden-names.ts'
import { versionEntry } from '../../dataset/dataset-answers.ts'
import { labelExample } from '../../dataset/label-example.ts'
import {
  chosenProposals,
  mergeProposals,
  type Proposal,
  proposalsFor,
} from '../../dataset/proposals.ts'
import { measureRotated } from '../../gate/measure-references.ts'
import type { TestHost } from '../../gate/test-bench.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { peopleNames } from '../../review/people-names.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import { readReviewSettings } from '../../review/review-settings.ts'
import { reviewedExamples } from '../../review/reviewed-examples.ts'
import type { ProposalEntry } from '../../schema/api/dataset-proposals.ts'
import { flowSources } from '../flow-sources.ts'
import type { Implementer } from '../implementer.ts'

type Host = Pick<ReviewHost, 'store' | 'flows' | 'splitKey'>
/** After a rotation it measures what the reader of this request need not see. */
type MergeHost = Host & { beyond: TestHost }

export function proposalRoutes(os: Implementer['datasets'], host: MergeHost) {
  const { store } = host
  return {
    proposals: os.proposals.handler(async ({ input: { dataset, limit }, context: { actor } }) => {
      const found: Proposal[] = []
      for await (const proposal of proposalsFor(host, dataset, reviewedExamples(store))) {
        found.push(proposal)
        if (found.length > limit) break
      }
      const shown = found.slice(0, limit)
      await recordHiddenReads(
        store,
        actor,
        shown.map(({ reviewed }) => reviewed.document),
      )
      return { items: shown.map(proposalEntry), more: found.length > limit }
    }),
    merge: os.merge.handler(async ({ input, context: { actor } }) => {
      const { dataset, reviews, rotate, note = null } = input
      const details = { mode: 'merge', reviews: reviews.length, rotate }
      await record(store, actor, { action: 'dataset-changed', subject: dataset, details })
      const { splitShares: shares } = await readReviewSettings(store)
      const { version, ...done } = await mergeProposals(
        { store, splitKey: host.splitKey, shares },
        reviewedExamples(store),
        { dataset, reviews, rotate, note, createdBy: actor.id, sources: await flowSources(host) },
      )
      if (rotate) await measureRotated(host.beyond)
      return { ...versionEntry(version, await peopleNames(store)), ...done }
    }),
    label: os.label.handler(async ({ input, context: { actor } }) => {
      const { dataset, note = null } = input
      const labels = { ...input, note, createdBy: actor.id }
      const { version, added } = await labelExample(host, labels, async (example) => {
        const details = { mode: 'label', example: await shortNameOf(store, example) }
        await record(store, actor, { action: 'dataset-changed', subject: dataset, details })
      })
      return { ...versionEntry(version, await peopleNames(store)), added }
    }),
    decline: os.decline.handler(async ({ input, context: { actor } }) => {
      await decline(host, actor, input)
      return { ok: true as const }
    }),
  }
}

async function decline(
  host: Host,
  actor: Actor,
  { dataset, reviews }: { dataset: string; reviews: string[] },
): Promise<void> {
  const { store } = host
  if ((await store.datasets.version('everything', { dataset })) === null) {
    throw new UserFacingError('dataset-not-found', 'There is no such dataset (yet).')
  }
  const chosen = await chosenProposals(host, reviewedExamples(store), { dataset, reviews })
  const details = { mode: 'decline', reviews: chosen.map(({ reviewed }) => reviewed.review) }
  await record(store, actor, { action: 'dataset-changed', subject: dataset, details })
  for (const { reviewed, hash } of chosen) {
    await store.datasets.decline({ dataset, review: reviewed.review, hash, by: actor.id })
  }
}

function proposalEntry({ reviewed, id, relabels }: Proposal): ProposalEntry {
  const { review, document, readBy, issues, verdicts } = reviewed
  const { sha256, name, split } = document
  const told = { review, id, sha256, name: name ?? '', split, relabels, readBy, verdicts }
  return { ...told, issues: issues.length }
}

import { z } from 'zod'
import { Split } from '../access.ts'
import { ReviewTally } from '../stored-dataset.ts'
import { Added, ByName } from './dataset-version.ts'
import { Done, procedure } from './procedure.ts'

/** A document whose verdicts make an example that the dataset does not have so. */
export const ProposalEntry = z.object({
  /** Of its review, which names the proposal. */
  review: z.string(),
  /** What the example is, or would be, called. */
  id: z.string(),
  sha256: z.string(),
  name: z.string(),
  split: Split,
  /** Whether the dataset has the document with other labels. */
  relabels: z.boolean(),
  /** How many labels it would have. */
  issues: z.int().nonnegative(),
  verdicts: ReviewTally,
})
export type ProposalEntry = z.infer<typeof ProposalEntry>

/** Whether somebody said anything of the document; where nobody did, an agent that finds nothing looks like truth. */
export function isJudged({ verdicts }: Pick<ProposalEntry, 'verdicts'>): boolean {
  return Object.values(verdicts).some((number) => number > 0)
}

const Reviews = z.array(z.string().max(100)).max(1000)

export const Merged = Added.extend({
  /** Groups that went into `evaluation`. */
  retired: z.int().nonnegative(),
})
export type Merged = z.infer<typeof Merged>

/** What verdicts propose, and what becomes of it. */
export const datasetProposals = {
  proposals: procedure('datasets:write')
    .route({
      method: 'GET',
      path: '/datasets/{dataset}/proposals',
      summary: 'What verdicts on documents that were reviewed whole would add',
    })
    .input(ByName.extend({ limit: z.coerce.number().int().min(1).max(500).default(100) }))
    .output(z.object({ items: z.array(ProposalEntry), more: z.boolean() })),
  merge: procedure('datasets:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/proposals/merge',
      summary: 'Add proposals as a new version, and let a third of `test` retire',
      description:
        'A copy goes to the group of what it is a copy of. What is to be hidden and stands in a prompt, a rule or guidelines is refused. Where all `verdicts` of a proposal are 0, nothing was found and nobody has said anything: read it before you add it.',
    })
    .input(
      ByName.extend({
        reviews: Reviews,
        /** A third of the groups of `test` goes into `evaluation`. */
        rotate: z.boolean().default(false),
        note: z.string().max(1000).optional(),
      }),
    )
    .output(Merged),
  decline: procedure('datasets:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/proposals/decline',
      summary: 'Propose these no more, unless their verdicts change',
    })
    .input(ByName.extend({ reviews: Reviews }))
    .output(Done),
}

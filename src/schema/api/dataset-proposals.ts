import { z } from 'zod'
import { Split } from '../access.ts'
import { ReviewTally } from '../stored-dataset.ts'
import { PersonName } from '../workplace.ts'
import { Added, ByName } from './dataset-version.ts'
import { Done, procedure } from './procedure.ts'

/** A document that is fully reviewed and makes an example that the dataset does not have so. */
export const ProposalEntry = z.object({
  /** Its newest one, which names the proposal. */
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
  /** Over all of its reviews; all 0 where nothing was found and nobody missed anything. */
  verdicts: ReviewTally,
  /** Who has read all of the document. */
  readBy: z.array(PersonName).min(1),
})
export type ProposalEntry = z.infer<typeof ProposalEntry>

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
      summary: 'What documents that are fully reviewed would add',
      description:
        'Somebody has read all of them (see the marks of reviews), and no issue of their newest review is open.',
    })
    .input(ByName.extend({ limit: z.coerce.number().int().min(1).max(500).default(100) }))
    .output(z.object({ items: z.array(ProposalEntry), more: z.boolean() })),
  merge: procedure('datasets:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/proposals/merge',
      summary: 'Add proposals as a new version, and let a third of `test` retire',
      description:
        'A copy goes to the group of what it is a copy of. What is to be hidden and stands in a prompt, a rule or guidelines is refused.',
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

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
  /** That it comes into: of the document, unless somebody has said another one, or engineers have seen its text since. */
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
  /** How many groups `test` had and has, and how many of those are new in it. */
  test: z.object({
    before: z.int().nonnegative(),
    after: z.int().nonnegative(),
    refilled: z.int().nonnegative(),
  }),
})
export type Merged = z.infer<typeof Merged>

/** How much of `test` something is. */
export const TestSize = z.object({
  groups: z.int().nonnegative(),
  examples: z.int().nonnegative(),
  issues: z.int().nonnegative(),
})
export type TestSize = z.infer<typeof TestSize>

/** What a rotation does to `test`. */
export const RotationSizes = z.object({
  before: TestSize,
  /** Goes into `evaluation`. */
  retiring: TestSize,
  /** Comes in with the same version, as groups of its own. */
  refilled: TestSize,
  after: TestSize,
})
export type RotationSizes = z.infer<typeof RotationSizes>

export const RotationPlan = RotationSizes.extend({
  /** Hash of the newest one, from which it is worked out. */
  version: z.string(),
})
export type RotationPlan = z.infer<typeof RotationPlan>

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
        /** Of all of these, where it is not to be that of their documents: for small sets. */
        split: Split.optional(),
        /** Hash of the newest one as you looked at it; when another has come since, none is added. */
        version: z.string().max(64).optional(),
        note: z.string().max(1000).optional(),
        /** Confirms that engineers get to see what is hidden until now. */
        showHidden: z.boolean().default(false),
      }),
    )
    .output(Merged),
  planRotation: procedure('datasets:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/proposals/rotation',
      summary: 'What would retire with these proposals, and what `test` would hold then',
      description: 'Nothing is changed. Send its `version` when you merge, so that it is this one.',
    })
    .input(ByName.extend({ reviews: Reviews }))
    .output(RotationPlan),
  decline: procedure('datasets:write')
    .route({
      method: 'POST',
      path: '/datasets/{dataset}/proposals/decline',
      summary: 'Propose these no more, unless their verdicts change',
    })
    .input(ByName.extend({ reviews: Reviews }))
    .output(Done),
}

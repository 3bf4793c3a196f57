import { z } from 'zod'
import { ChangeEntry, ChangeView, FileDiff } from '../change-views.ts'
import { ChangeState, Decision } from '../stored-change.ts'
import { page, PageInput, procedure } from './procedure.ts'

const Numbered = z.object({ number: z.coerce.number().int().positive() })

/** Texts that people write about a change. */
export const Title = z.string().trim().min(1).max(200)
export const Description = z.string().trim().max(20_000)
export const BranchName = z.string().trim().min(1).max(250)

/** Name of a commit or of a tree, in full. */
const ObjectName = z
  .string()
  .regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/, 'the full name of a commit or of a tree')
  .meta({ examples: ['0'.repeat(40)] })

/** Files of what would be merged, against the protected branch. */
export const ChangeDiff = z.object({
  /** Null: it was not looked at yet, or its files are in conflict; then there are no files. */
  tree: z.string().nullable(),
  /** Those of agents first, in order of their paths. */
  files: z.array(FileDiff),
  /** How many more there are than are shown. */
  leftOut: z.int().nonnegative(),
})
export type ChangeDiff = z.infer<typeof ChangeDiff>

/** Why somebody decides as they do. */
export const DecisionReason = z.string().trim().min(10).max(2000)

export const changes = {
  list: procedure('changes:read')
    .route({ method: 'GET', path: '/changes', summary: 'Changes, newest first' })
    .input(
      PageInput.extend({
        state: ChangeState.optional(),
        /** Only those that you proposed. */
        own: z.stringbool().optional(),
      }),
    )
    .output(
      page(ChangeEntry).extend({
        /** What holds of all that are open, as each of them says. */
        told: z.array(z.string()),
      }),
    ),
  get: procedure('changes:read')
    .route({
      method: 'GET',
      path: '/changes/{number}',
      summary: 'A change: where it is, its checks, what people said, and what may be done',
    })
    .input(Numbered)
    .output(ChangeView),
  diff: procedure('changes:read')
    .route({
      method: 'GET',
      path: '/changes/{number}/diff',
      summary: 'The files of a change, before and after',
    })
    .input(Numbered)
    .output(ChangeDiff),
  open: procedure('changes:write')
    .route({
      method: 'POST',
      path: '/changes',
      summary: 'Propose a branch, or a draft of the flow',
      description:
        'A draft becomes a commit of yours on a branch of its own. A branch that is proposed already is the change that it is.',
      successStatus: 201,
    })
    .input(
      z.object({
        /** A branch of the repository. */
        branch: BranchName.optional(),
        /** Instead of a branch: the version of one of your drafts. */
        draft: z.string().optional(),
        /** Also where the protected branch does not have the agent of the draft; then with all of its files. */
        anew: z.boolean().optional(),
        title: Title,
        description: Description.default(''),
      }),
    )
    .output(ChangeView),
  decide: procedure('changes:approve')
    .route({
      method: 'POST',
      path: '/changes/{number}/decisions',
      summary: 'Approve, ask for changes, or let a change in of which the gate cannot tell',
      description:
        'It counts for exactly the head and the tree that it names, and is refused with 409 `change-moved` when there are others by now, or when the gate, if it names one (`subject` of that check), has answered anew. Whoever proposed the change or wrote a commit of it does not decide. `overridden` takes a gate that could not tell. Asking for changes and overriding take a reason. That of who asks for changes is told to everybody who sees the change, its author above all, and stands in the comment on the forge: quote nothing in it of what the gate measured. Other reasons are read by approvers and custodians.',
    })
    .input(
      Numbered.extend({
        decision: Decision,
        head: ObjectName,
        tree: ObjectName,
        gate: z.string().max(100).optional(),
        reason: DecisionReason.optional(),
      }),
    )
    .output(ChangeView),
  close: procedure('changes:write')
    .route({
      method: 'POST',
      path: '/changes/{number}/close',
      summary: 'Withdraw a change of yours',
    })
    .input(Numbered)
    .output(ChangeView),
  retry: procedure('changes:write')
    .route({
      method: 'POST',
      path: '/changes/{number}/retry',
      summary: 'Try a check of yours again that failed by a fault of the host, or look once more',
      description:
        '`gate` asks for the one more look, pooled with the first; it costs one of your budget. `check` begins again what the host was at fault for.',
    })
    .input(Numbered.extend({ what: z.enum(['check', 'gate']).default('check') }))
    .output(ChangeView),
}

import { z } from 'zod'
import { ReferenceRole } from '../reference-version.ts'
import { Instant, PersonName, Sha256 } from '../workplace.ts'
import { Rate } from './evaluations.ts'
import { Done, procedure } from './procedure.ts'

/** What makes an agent, as its folder says. */
export const FlowAgent = z.object({
  name: z.string(),
  type: z.string(),
  description: z.string(),
  engine: z.enum(['rules', 'llm']),
  /** Alias of its model; null for rules. */
  model: z.string().nullable(),
  /** Why it cannot run now; null when it can. */
  gap: z.string().nullable(),
  hash: z.string(),
  /** By name, in the order in which people read them. */
  files: z.array(z.object({ name: z.string(), text: z.string() })),
})
export type FlowAgent = z.infer<typeof FlowAgent>

/** How people judged what an agent reported. */
export const AgentAcceptance = z.object({
  agent: z.string(),
  issues: z.int().nonnegative(),
  accepted: z.int().nonnegative(),
  /** Of `accepted`, those whose text or fix was changed. */
  edited: z.int().nonnegative(),
  dismissed: z.int().nonnegative(),
  /** Issues of its type that people added to its reviews. */
  missed: z.int().nonnegative(),
  documents: z.int().nonnegative(),
  /** Accepted of reviewed issues; documents are the clusters. */
  acceptance: Rate,
  /** Reviewed of all; below 0.9 the rate is of reviewed issues only and no precision. */
  coverage: z.number().nullable(),
  /** Of `reviewed` issues, those of which people disagree; they count as half accepted. */
  disputed: z.int().nonnegative(),
  /** If everything unreviewed were wrong, and if everything were right. */
  bounds: z.object({ lower: z.number(), upper: z.number() }).nullable(),
  /** From the random review queue only. */
  precision: Rate,
  /** Issues that several people judged. */
  agreement: z.object({
    issues: z.int().nonnegative(),
    percent: z.number().nullable(),
    ac1: z.number().nullable(),
    alpha: z.number().nullable(),
    /** Whether people disagree so much that precision has no meaning. */
    poor: z.boolean(),
  }),
})
export type AgentAcceptance = z.infer<typeof AgentAcceptance>

const DraftInput = z.object({
  agent: z.string(),
  /** The version that it was begun at: refused when its agent has changed since. Left out, what it starts from now. */
  base: z.string().optional(),
  /** New texts of files of the agent's folder; others stay. */
  files: z.array(z.object({ name: z.string(), text: z.string().max(200_000) })).min(1),
})

export const DraftEntry = z.object({
  version: z.string(),
  /** The version that it was made from. */
  base: z.string(),
  agent: z.string(),
  author: PersonName,
  createdAt: Instant,
  /** Names of the files in which it differs from its base; null: another Proofloop kept them. */
  changed: z.array(z.string()).nullable(),
  /** The flow's folder has become what the draft is. */
  inUse: z.boolean(),
})
export type DraftEntry = z.infer<typeof DraftEntry>

const DraftByVersion = z.object({ version: z.string() })

const MarkedVersion = z.object({ version: z.string(), markedBy: PersonName, markedAt: Instant })

/** What versions of the flow are compared with; null where none was marked. */
export const References = z.object({
  flow: z.string(),
  baseline: MarkedVersion.nullable(),
  anchor: MarkedVersion.nullable(),
})
export type References = z.infer<typeof References>

export const flows = {
  get: procedure('flows:read')
    .route({
      method: 'GET',
      path: '/flow',
      summary: 'The flow in use, with its agents and prompts',
    })
    .output(
      z.object({
        name: z.string(),
        version: z.string(),
        since: Instant.nullable(),
        agents: z.array(FlowAgent),
      }),
    ),
  agents: procedure('agreement:read')
    .route({
      method: 'GET',
      path: '/agents',
      summary: 'How people judged each agent: acceptance, coverage, bounds, agreement',
    })
    .output(z.object({ agents: z.array(AgentAcceptance) })),
  references: procedure('flows:read')
    .route({
      method: 'GET',
      path: '/flow/references',
      summary: 'Baseline and anchor: the versions that others are compared with',
    })
    .output(References),
  markReference: procedure('gates:write')
    .route({
      method: 'POST',
      path: '/flow/references',
      summary: 'Mark a version as baseline, or the first one as anchor',
      description:
        'A baseline follows the one before it. The anchor stays, so that many small losses do not add up.',
    })
    .input(
      z.object({
        role: ReferenceRole,
        /** Left out, the version in use. */
        version: z.string().optional(),
      }),
    )
    .output(References),
  draft: procedure('flows:draft')
    .route({
      method: 'POST',
      path: '/flow/drafts',
      summary: 'A version of the flow with changed files, to be tried',
      successStatus: 201,
    })
    .input(DraftInput)
    .output(z.object({ version: z.string(), base: z.string() })),
  draftBase: procedure('flows:draft')
    .route({
      method: 'GET',
      path: '/flow/agents/{agent}/draft-base',
      summary: 'What a draft of an agent starts from',
      description:
        'Where the server looks at a repository, the files of the agent on its protected branch now; else those in use.',
    })
    .input(z.object({ agent: z.string() }))
    .output(
      z.object({
        version: z.string(),
        files: FlowAgent.shape.files,
        /** The protected branch; null: the files are those in use. */
        branch: z.string().nullable(),
      }),
    ),
  drafts: procedure('flows:draft')
    .route({ method: 'GET', path: '/flow/drafts', summary: 'Drafts, newest first' })
    .output(z.object({ items: z.array(DraftEntry) })),
  openDraft: procedure('flows:draft')
    .route({
      method: 'GET',
      path: '/flow/drafts/{version}',
      summary: 'A draft with the texts of its agent',
    })
    .input(DraftByVersion)
    .output(DraftEntry.extend({ files: FlowAgent.shape.files })),
  removeDraft: procedure('flows:draft')
    .route({
      method: 'DELETE',
      path: '/flow/drafts/{version}',
      summary: 'Delete a draft; what was reviewed and measured with it stays',
    })
    .input(DraftByVersion)
    .output(Done),
  tryDraft: procedure('flows:draft')
    .route({
      method: 'POST',
      path: '/flow/drafts/{version}/try',
      summary: 'Review a document with the agent of a draft, and with what it was made from',
      successStatus: 201,
    })
    .input(z.object({ version: z.string(), document: Sha256 }))
    .output(z.object({ current: z.string(), draft: z.string() })),
  evaluateDraft: procedure('flows:draft')
    .route({
      method: 'POST',
      path: '/flow/drafts/{version}/evaluate',
      summary: 'Measure the agent of a draft, and what it was made from, on a dataset',
      successStatus: 201,
    })
    .input(
      z.object({
        version: z.string(),
        dataset: z.string(),
        repeats: z.int().min(1).max(10).default(3),
      }),
    )
    .output(z.object({ current: z.string(), draft: z.string() })),
  patch: procedure('flows:draft')
    .route({
      method: 'GET',
      path: '/flow/drafts/{version}/patch',
      summary: 'A draft as a patch for git apply',
    })
    .input(DraftByVersion)
    .output(z.file()),
}

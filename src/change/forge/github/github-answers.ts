import { z } from 'zod'

/** Of what GitHub's API answers, what is read here. */

const Person = z.object({ login: z.string() }).nullable()

const App = z.object({ id: z.int(), client_id: z.string().optional() }).nullish()

export const GitHubRepositoryAnswer = z.object({ full_name: z.string(), clone_url: z.string() })

const Named = z.object({ full_name: z.string() })

export const PullRequest = z.object({
  number: z.int(),
  state: z.enum(['open', 'closed']),
  title: z.string(),
  body: z.string().nullable(),
  draft: z.boolean().optional(),
  user: Person,
  /** Of a fork that is gone, there is no repository. */
  head: z.object({ ref: z.string(), sha: z.string(), repo: Named.nullable() }),
  base: z.object({ ref: z.string(), repo: Named }),
  merged: z.boolean(),
  merge_commit_sha: z.string().nullable(),
  merged_at: z.string().nullable(),
  commits: z.int(),
})
export type PullRequest = z.infer<typeof PullRequest>

export const PullRequestItem = z.object({ number: z.int(), updated_at: z.string() })
export type PullRequestItem = z.infer<typeof PullRequestItem>

/** A commit of somebody whom GitHub does not know has no author, or an empty one. */
export const CommitItem = z.object({
  author: z.object({ login: z.string().optional() }).nullable(),
  committer: z.object({ login: z.string().optional() }).nullable(),
})
export type CommitItem = z.infer<typeof CommitItem>

export const Review = z.object({
  id: z.int(),
  user: Person,
  state: z.string(),
  commit_id: z.string().nullable(),
  submitted_at: z.string().optional(),
})
export type Review = z.infer<typeof Review>

export const CheckRun = z.object({
  id: z.int(),
  name: z.string(),
  external_id: z.string().nullable(),
  html_url: z.string().nullable(),
  status: z.string(),
  conclusion: z.string().nullable(),
  output: z.object({ title: z.string().nullable(), summary: z.string().nullable() }),
  app: App,
})
export type CheckRun = z.infer<typeof CheckRun>

/** A page of them. */
export const CheckRuns = z
  .object({ check_runs: z.array(CheckRun) })
  .transform(({ check_runs }) => check_runs)

export const CommitStatus = z.object({
  context: z.string(),
  state: z.string(),
  description: z.string().nullable(),
  target_url: z.string().nullable(),
})
export type CommitStatus = z.infer<typeof CommitStatus>

/** A page of the newest of each context. */
export const CombinedStatus = z
  .object({ statuses: z.array(CommitStatus) })
  .transform(({ statuses }) => statuses)

export const Comment = z.object({
  id: z.int(),
  body: z.string().optional(),
  user: Person,
  performed_via_github_app: App,
})

export const Deployment = z.object({ id: z.int(), task: z.string(), environment: z.string() })

export const DeploymentStatus = z.object({ state: z.string(), description: z.string() })

/** Of one kind; what it wants is read of one kind alone. */
export const BranchRule = z.object({
  type: z.string(),
  ruleset_id: z.int().optional(),
  parameters: z
    .object({
      strict_required_status_checks_policy: z.boolean().optional(),
      required_status_checks: z.array(z.object({ context: z.string() })).optional(),
    })
    .optional(),
})
export type BranchRule = z.infer<typeof BranchRule>

/** Whether we may do what it forbids: `never`, or somehow. */
export const Ruleset = z.object({ current_user_can_bypass: z.string().optional() })

/** As it was before there were rulesets. */
export const BranchProtection = z.object({
  required_status_checks: z
    .object({ strict: z.boolean().optional(), contexts: z.array(z.string()) })
    .optional(),
  enforce_admins: z.object({ enabled: z.boolean() }).optional(),
})
export type BranchProtection = z.infer<typeof BranchProtection>

export const InstallationToken = z.object({ token: z.string(), expires_at: z.string() })

export const Login = z.object({ login: z.string() })

export const Merged = z.object({ sha: z.string() })

export const Numbered = z.object({ number: z.int() })

export const GitRef = z.object({ object: z.object({ sha: z.string() }) })

/** Of an answer whose content does not matter. */
export const Anything = z.unknown()

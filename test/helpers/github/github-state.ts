/** What GitHub keeps of one repository beside its commits. */
export type Pull = {
  number: number
  login: string
  title: string
  body: string | null
  branch: string
  /** The repository that the branch is in, where that is another one. */
  fork?: string
  draft: boolean
  state: 'open' | 'closed'
  mergedAs: string | null
  /** When. */
  mergedOn: string | null
  /** Nobody comments on it. */
  locked?: boolean
  /** Of its head when it was closed, and meanwhile. */
  head: string
  updatedAt: string
}

export type GivenReview = {
  id: number
  pull: number
  login: string
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED'
  commit: string
  at: string
}

export type GivenRun = {
  id: number
  name: string
  commit: string
  externalId: string
  status: string
  conclusion: string | null
  title: string
  summary: string
  /** Where the rest stands; left out: it was not said. */
  url?: string | undefined
  /** Of the App that made it. */
  app: number
}

export type GivenStatus = {
  id: number
  commit: string
  context: string
  state: string
  description: string | null
  url?: string | undefined
}

export type GivenComment = {
  id: number
  pull: number
  login: string
  body: string
  app: number | null
}

export type GivenDeployment = {
  id: number
  sha: string
  task: string
  environment: string
  description: string
  statuses: { id: number; state: string; description: string }[]
}

export type GitHubState = {
  pulls: Pull[]
  reviews: GivenReview[]
  runs: GivenRun[]
  statuses: GivenStatus[]
  comments: GivenComment[]
  deployments: GivenDeployment[]
  /** What GitHub's rules of the branch want before a merge. */
  rules: {
    /** Of a ruleset. */
    checks: string[]
    isStrict: boolean
    /** Whether who asks may do what the ruleset forbids; null: GitHub does not say. */
    bypass: 'never' | 'always' | 'pull_requests_only' | null
    approvals: number
    queue: boolean
    /** As it was before there were rulesets. */
    classic: { checks: string[]; isStrict: boolean; forAdmins: boolean } | null
  }
  /** What who asks may read, besides what all may. */
  reads: { administration: boolean; rulesets: boolean }
  /** Counts up for everything that is made. */
  nextId(): number
  /** Never the same second twice. */
  nextTime(): string
}

export function createState(): GitHubState {
  let id = 100
  let seconds = Date.parse('2026-03-01T08:00:00Z') / 1000
  return {
    pulls: [],
    reviews: [],
    runs: [],
    statuses: [],
    comments: [],
    deployments: [],
    rules: {
      checks: [],
      isStrict: false,
      bypass: 'never',
      approvals: 0,
      queue: false,
      classic: null,
    },
    reads: { administration: false, rulesets: true },
    nextId: () => (id += 1),
    nextTime: () => new Date((seconds += 1) * 1000).toISOString().replace('.000Z', 'Z'),
  }
}

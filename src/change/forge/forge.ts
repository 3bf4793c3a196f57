import { z } from 'zod'
import { ChangeCheckName, type ChangeState, type ForgeKind } from '../../schema/stored-change.ts'
import type { Repository } from '../repository.ts'
import type { BranchGuard } from '../../schema/branch-guard.ts'

/** Somebody, as the forge knows them: of GitHub a login, of the local one the id of an account here. */
export type ForgePerson = string

/** What somebody said on the forge itself of one commit. */
export type ForgeReview = {
  person: ForgePerson
  decision: 'approved' | 'changes-requested'
  commit: string
  /** UTC epoch milliseconds. */
  at: number
}

/** What the forge's own runners said of the newest commit. */
export type RunnerCheck = {
  name: string
  state: 'running' | 'done'
  passed: boolean | null
  /** Where its log is. */
  url: string | null
}

/** A change as it stands now. */
export type ForgeChange = {
  reference: string
  title: string
  description: string
  branch: string
  author: ForgePerson
  /** Those who wrote its commits, as far as the forge knows who they are. */
  writers: ForgePerson[]
  /**
   * Mail addresses of those who wrote, committed or are named as co-authors, as its commits have them: whoever has an
   * account here with one is a writer, too, whether or not the forge knows whose it is.
   */
  writerAddresses: string[]
  state: ChangeState
  head: string
  /** The protected branch, as it is now; in a merge queue, as it will be when this one is merged. */
  base: string
  /**
   * The commit by which a merge queue will merge it, of the tree that comes out of head and base: whoever
   * tells the forge of a check of them tells it of this commit, too; and what the forge's own runners said of it.
   * Left out when it is in no queue.
   */
  queued?: { commit: string; runners: RunnerCheck[] }
  commits: number
  /** The commit on the protected branch, once it is merged. */
  mergedAs: string | null
  /** The newest of each person; of what is merged, of those from before. */
  reviews: ForgeReview[]
  runners: RunnerCheck[]
}

export const ForgeCheckName = z.enum([...ChangeCheckName.options, 'approval'])
/** Checks, and whether it was approved: a forge that merges by itself merges nothing without. */
export type ForgeCheckName = z.infer<typeof ForgeCheckName>

export type ForgeCheck = {
  name: ForgeCheckName
  commit: string
  state: 'queued' | 'running' | 'passed' | 'failed' | 'skipped'
  title: string
  /** Markdown, at most 60,000 characters. */
  summary: string
  /** Where the rest stands. */
  url?: string
}

export type MergeRequest = {
  /** What was tested. Merged is nothing else. */
  head: string
  base: string
  tree: string
  message: string
  /** Whose approval it has, for the message. */
  author: { name: string; email: string }
}

export type MergeResult =
  | { merged: true; commit: string }
  /** `moved`: head or base is another by now. `refused`: the forge does not let us, `reason` says why. */
  | { merged: false; why: 'moved' | 'conflict' | 'closed' | 'refused'; reason: string }

export type ForgeDeployment = {
  commit: string
  environment: string
  state: 'requested' | 'stopped'
  description: string
}

/**
 * Where changes live: seven calls by which the engine goes on with one, and `close`, by which its author withdraws it
 * (docs/decisions/092). Each call may be made again after a crash: the second has no effect of its own.
 * @throws UserFacingError forge-unavailable, to be tried again; forge-refused, when the forge says no
 */
export type Forge = {
  kind: ForgeKind
  /** @returns its reference, also when the branch has one that is open */
  open(change: {
    branch: string
    title: string
    description: string
    author: ForgePerson
  }): Promise<string>
  /** Null when there is none. What it names is in the repository from then on. */
  get(reference: string): Promise<ForgeChange | null>
  setCheck(reference: string, check: ForgeCheck): Promise<void>
  /** Markdown. There is one comment of ours for each change: it is replaced. */
  comment(reference: string, text: string): Promise<void>
  /** Without a merge; its branch stays. @returns `merged` when it was by then: nothing happens then */
  close(reference: string): Promise<Exclude<ChangeState, 'open'>>
  merge(reference: string, request: MergeRequest): Promise<MergeResult>
  setDeployment(reference: string, deployment: ForgeDeployment): Promise<void>
  /** References of all that happened to since, and all that are open when the cursor is null. */
  events(cursor: string | null): Promise<{ references: string[]; cursor: string }>
}

/** With the objects that its changes name. */
export type OpenForge = AsyncDisposable & {
  forge: Forge
  repository: Repository
  /** Whether nothing untested gets to the protected branch; null: it merges what is named and nothing else. */
  guard: ((asked: { mergeQueue: boolean }) => Promise<BranchGuard>) | null
}

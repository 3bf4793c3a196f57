import type { Issue } from '../schema/issue.ts'
import type { StoredError } from '../schema/stored-error.ts'
import type { PartTally, ReviewPart, StoredReview } from '../schema/stored-review.ts'
import type { ReviewEvent } from '../schema/workplace.ts'
import type { NewEvent } from '../store/review-events.ts'
import { reviewAgents } from './review-entries.ts'

/** What became of one part. */
export type PartOutcome =
  | { agent: string; issues: Issue[]; leftOut: number }
  | { agent: string; error: StoredError }

/** What an agent finds twice in a part is one issue. */
export function distinct(issues: Issue[]): Issue[] {
  return [...new Map(issues.map((issue) => [issue.id, issue])).values()]
}

/** How far a running review is, so that each part can tell it in the events that are kept with it. */
export class ReviewProgress {
  readonly #review: Pick<StoredReview, 'id'>
  readonly #types: Map<string, string>
  readonly #tallies = new Map<string, PartTally>()

  constructor(
    review: Pick<StoredReview, 'id'>,
    types: Map<string, string>,
    parts: Pick<ReviewPart, 'agent' | 'state' | 'issues' | 'leftOut' | 'error'>[],
  ) {
    this.#review = review
    this.#types = types
    for (const { agent, state, issues, leftOut, error } of parts) {
      const found = { issues: issues ?? 0, leftOut: leftOut ?? 0 }
      this.#count({ agent, state, parts: 1, ...found, error })
    }
  }

  /** Counts it and returns the events that tell of it. */
  tell(outcome: PartOutcome): NewEvent[] {
    const { agent } = outcome
    const failed = 'error' in outcome
    const issues = failed ? [] : outcome.issues
    this.#count({ agent, state: 'pending', parts: -1, issues: 0, leftOut: 0, error: null })
    this.#count({
      agent,
      state: failed ? 'failed' : 'done',
      parts: 1,
      issues: issues.length,
      leftOut: failed ? 0 : outcome.leftOut,
      error: failed ? outcome.error : null,
    })
    const events: ReviewEvent[] = []
    if (issues.length > 0) {
      events.push({ type: 'issues', issues: issues.map((issue) => this.#reviewed(issue)) })
    }
    if (failed) events.push({ type: 'error', ...outcome.error })
    const own = this.#agents().find(({ name }) => name === agent)
    if (own !== undefined) events.push({ type: 'agent', agent: own })
    events.push({ type: 'progress', ...this.#sums() })
    return events.map((event) => toStored(event))
  }

  /** What the review comes to when nothing runs any more. */
  outcome(): 'done' | 'partial' | 'failed' {
    const statuses = this.#agents()
      .map(({ status }) => status)
      .filter((status) => status !== 'skipped')
    if (statuses.every((status) => status === 'done')) return 'done'
    return statuses.every((status) => status === 'failed') ? 'failed' : 'partial'
  }

  #agents() {
    const running = { state: 'running' as const, endedAt: null }
    const tallies = [...this.#tallies.values()].filter(({ parts }) => parts > 0)
    return reviewAgents(running, tallies, this.#types)
  }

  #sums(): { done: number; parts: number } {
    const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0)
    const agents = this.#agents()
    return {
      done: sum(agents.map(({ partsDone }) => partsDone)),
      parts: sum(agents.map(({ parts }) => parts)),
    }
  }

  #count({ agent, state, parts, issues, leftOut, error }: Omit<PartTally, 'review'>): void {
    const key = `${state} ${agent}`
    const before = this.#tallies.get(key)
    this.#tallies.set(key, {
      review: this.#review.id,
      agent,
      state,
      parts: (before?.parts ?? 0) + parts,
      issues: (before?.issues ?? 0) + issues,
      leftOut: (before?.leftOut ?? 0) + leftOut,
      error: error ?? before?.error ?? null,
    })
  }

  #reviewed(issue: Issue) {
    const { id: review } = this.#review
    return {
      issue,
      review,
      origin: 'agent' as const,
      status: 'open' as const,
      version: 0,
      verdicts: [],
    }
  }
}

/** As events are kept: what JSON leaves out, nobody reads. */
export function toStored(event: ReviewEvent): NewEvent {
  return { kind: event.type, content: event as NewEvent['content'] }
}

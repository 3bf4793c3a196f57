import type {
  IssueTally,
  ReviewedIssue,
  ReviewEntry,
  ReviewEvent,
} from '../../../src/schema/workplace.ts'

export type ReviewState = { review: ReviewEntry; issues: ReviewedIssue[] }

/**
 * What the events change. The same event twice changes nothing, and of an issue the state with more
 * verdicts stays: so events may be read again after a connection broke off.
 */
export function applyEvents(state: ReviewState, events: ReviewEvent[]): ReviewState {
  let { review } = state
  const changed = new Map<string, ReviewedIssue>()
  for (const event of events) {
    switch (event.type) {
      case 'issues':
        for (const issue of event.issues) keepNewest(changed, issue)
        break
      case 'verdict':
        keepNewest(changed, event.issue)
        break
      case 'agent':
        review = { ...review, agents: withAgent(review.agents, event.agent) }
        break
      case 'read':
        if (event.read.version >= review.read.version) review = { ...review, read: event.read }
        break
      case 'complete':
        review = { ...review, state: event.state }
        break
      case 'error':
        review = { ...review, reason: event.message }
        break
      case 'progress':
        if (review.state === 'queued') review = { ...review, state: 'running' }
        break
    }
  }
  return { review, issues: merge(state.issues, changed) }
}

/** What was read anew keeps what came meanwhile: the server may have read it before that. */
export function withNewest<State extends ReviewState>(
  known: State | undefined,
  read: State,
): State {
  if (known === undefined) return read
  const isThere = new Set(read.issues.map(({ issue }) => issue.id))
  // What somebody added and took back is not there any more.
  const issues = known.issues.filter(
    ({ issue, origin, status }) =>
      isThere.has(issue.id) || origin !== 'person' || status !== 'dismissed',
  )
  const came: ReviewEvent[] = [
    { type: 'issues', issues },
    { type: 'read', read: known.review.read },
  ]
  return { ...read, ...applyEvents(read, came) }
}

function keepNewest(into: Map<string, ReviewedIssue>, issue: ReviewedIssue): void {
  const known = into.get(issue.issue.id)
  if (known === undefined || known.version < issue.version) into.set(issue.issue.id, issue)
}

function withAgent(agents: ReviewEntry['agents'], agent: ReviewEntry['agents'][number]) {
  if (agents.every(({ name }) => name !== agent.name)) return [...agents, agent]
  return agents.map((known) => (known.name === agent.name ? agent : known))
}

function merge(known: ReviewedIssue[], changed: Map<string, ReviewedIssue>): ReviewedIssue[] {
  if (changed.size === 0) return known
  const rest = new Map(changed)
  const merged = known.map((old) => {
    const next = rest.get(old.issue.id)
    rest.delete(old.issue.id)
    return next !== undefined && next.version >= old.version ? next : old
  })
  return rest.size === 0 ? merged : [...merged, ...rest.values()].toSorted(inDocumentOrder)
}

/** Those without a place come last. */
function inDocumentOrder(a: ReviewedIssue, b: ReviewedIssue): number {
  const end = Number.MAX_SAFE_INTEGER
  const [one, other] = [a.issue.location, b.issue.location]
  return (
    (one.page ?? end) - (other.page ?? end) ||
    (one.paragraph ?? end) - (other.paragraph ?? end) ||
    (one.start ?? end) - (other.start ?? end) ||
    (one.end ?? end) - (other.end ?? end) ||
    (a.issue.id < b.issue.id ? -1 : 1)
  )
}

/** For the random review queue: an order that has nothing to do with the document, the same each time. */
export function inRandomOrder(a: ReviewedIssue, b: ReviewedIssue): number {
  return hash(a.issue.id) - hash(b.issue.id) || (a.issue.id < b.issue.id ? -1 : 1)
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  }
  return value >>> 0
}

export function tallyOf(issues: ReviewedIssue[]): IssueTally {
  const tally = { open: 0, accepted: 0, edited: 0, dismissed: 0, disputed: 0, missed: 0 }
  for (const { status, origin } of issues) {
    tally[status] += 1
    if (origin === 'person') tally.missed += 1
  }
  return tally
}

/** Parts that are done, of all that the agents have. */
export function partsOf({ agents }: ReviewEntry): { done: number; parts: number } {
  const sum = (key: 'partsDone' | 'parts') => agents.reduce((all, agent) => all + agent[key], 0)
  return { done: sum('partsDone'), parts: sum('parts') }
}

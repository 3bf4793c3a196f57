import { countApprovals } from '../../src/change/count-approvals.ts'
import { mergingKey, nextMergeKey } from '../../src/change/merge-told.ts'
import type { ObservedChange } from '../../src/change/observed-change.ts'
import type { Role } from '../../src/schema/access.ts'
import type {
  ChangeCheck,
  ChangeDecision,
  ChangeEvent,
  ChangeRevision,
} from '../../src/schema/stored-change.ts'

/** A time at which nothing is old. */
export const now = 1_700_000_000_000

export const revision: ChangeRevision = {
  change: 'change',
  sequence: 0,
  head: 'head',
  base: 'base',
  tree: 'tree',
  testedOn: null,
  conflicts: [],
  policyFiles: [],
  writers: ['wim'],
  writtenBy: { people: ['wim'], addresses: [] },
  commits: 2,
  seenAt: now,
}

export function check(name: ChangeCheck['name'], more: Partial<ChangeCheck> = {}): ChangeCheck {
  const { outcome = 'pass' } = more
  return {
    change: 'change',
    tree: 'tree',
    name,
    attempt: 1,
    outcome,
    cause: null,
    summary: null,
    log: null,
    subject: name,
    conditions: 'now',
    startedAt: now,
    endedAt: outcome === null ? null : now,
    ...more,
  }
}

export function decision(person: string, more: Partial<ChangeDecision> = {}): ChangeDecision {
  return {
    id: `${person}-${more.decision ?? 'approved'}`,
    change: 'change',
    person,
    decision: 'approved',
    head: 'head',
    tree: 'tree',
    gate: null,
    reason: null,
    reasonTold: false,
    solo: false,
    record: null,
    decidedAt: now,
    ...more,
  }
}

export function event(kind: ChangeEvent['kind'], more: Partial<ChangeEvent> = {}): ChangeEvent {
  return {
    change: 'change',
    sequence: 0,
    key: kind,
    kind,
    person: null,
    text: '',
    at: now,
    ...more,
  }
}

const people: [string, Role[]][] = [
  ['eve', ['engineer', 'approver']],
  ['wim', ['engineer', 'approver']],
  ['ada', ['approver']],
  ['cleo', ['custodian']],
  ['both', ['approver', 'custodian']],
  ['rob', ['reviewer']],
]

export const passedGate: NonNullable<ObservedChange['gate']> = {
  id: 'gate',
  answerAt: now - 1000,
  look: 0,
  passed: true,
  cause: null,
  cannotTell: false,
  isCurrent: true,
  receipt: 'fits',
}

export const doubtfulGate: typeof passedGate = {
  ...passedGate,
  passed: false,
  cause: 'quality',
  cannotTell: true,
}

export const allPassed: ChangeCheck[] = [
  check('functional', { subject: 'version' }),
  check('infrastructure'),
  check('evaluation'),
  check('gate'),
]

/** One of eve that passed everything and that nobody has approved yet, and what is otherwise about it. */
export function observed(more: Partial<ObservedChange> = {}): ObservedChange {
  return {
    now,
    change: {
      id: 'change',
      number: 1,
      forge: 'local',
      reference: 'branch',
      title: 'Title',
      description: '',
      branch: 'branch',
      author: 'eve',
      state: 'open',
      revision: 0,
      mergedAs: null,
      isQueued: false,
      refusal: null,
      createdAt: now,
      updatedAt: now,
    },
    revision,
    before: null,
    seen: null,
    checks: allPassed,
    decisions: [],
    signedOverrides: new Set(
      people.map(([person]) => decision(person, { decision: 'overridden' }).id),
    ),
    roles: new Map(people),
    askers: new Set(['eve']),
    involved: new Set(['eve']),
    evaluation: null,
    gate: passedGate,
    audit: null,
    request: null,
    events: [],
    isSolo: false,
    auditWanted: true,
    functionalBy: 'here',
    functionalChecks: null,
    testsHere: true,
    conditions: 'now',
    mergeQueue: false,
    mostCommits: 250,
    ...more,
  }
}

/** Told of a merge on the word of whoever lets it be merged, of ada unless it says otherwise. */
export function mergeTold(one = observed({ decisions: [decision('ada')] })): ChangeEvent {
  const { approver, override } = countApprovals(one)
  const isNothing = approver === null || one.gate === null || one.revision?.tree === null
  const key = isNothing
    ? mergingKey(one.revision ?? revision)
    : nextMergeKey(one, { approver, override })
  return event('merging', { key, person: approver })
}

import type { ChangeCheckView, ChangeStage, ChangeView } from '../../../src/schema/change-views.ts'
import type { ChangeCheckName, Decision } from '../../../src/schema/stored-change.ts'

export type Tone = 'good' | 'bad' | 'waits' | 'quiet'

const stages: Record<ChangeStage, { words: string; tone: Tone }> = {
  'not-an-engineer': { words: 'Author is no engineer', tone: 'waits' },
  conflict: { words: 'In conflict', tone: 'bad' },
  'waits-for-update': { words: 'Branch to be updated', tone: 'waits' },
  checking: { words: 'Being checked', tone: 'quiet' },
  'not-passed': { words: 'Not passed', tone: 'bad' },
  'host-fault': { words: 'Fault of ours', tone: 'waits' },
  'budget-spent': { words: 'Budget spent', tone: 'waits' },
  'waits-for-gate': { words: 'Waits for the gate', tone: 'quiet' },
  'waits-for-approval': { words: 'Waits for approval', tone: 'waits' },
  'changes-requested': { words: 'Changes asked for', tone: 'waits' },
  merging: { words: 'Being merged', tone: 'quiet' },
  'merge-refused': { words: 'Not merged by the forge', tone: 'bad' },
  'waits-for-rules': { words: 'Rules of the branch', tone: 'bad' },
  'waits-for-audit': { words: 'Merged, waits for the audit', tone: 'quiet' },
  stopped: { words: 'Merged, not deployed', tone: 'bad' },
  deployable: { words: 'May be deployed', tone: 'good' },
  closed: { words: 'Closed', tone: 'quiet' },
}

/** To who may override its gate, in place of that it was not passed. */
export const untold = { words: 'The gate can’t tell', tone: 'waits' } as const

/** Of lists, where it is a word of the server. */
export function stageInWords(stage: string): { words: string; tone: Tone } {
  return isStage(stage) ? stages[stage] : { words: stage, tone: 'quiet' }
}

function isStage(stage: string): stage is ChangeStage {
  return Object.hasOwn(stages, stage)
}

export const checkNames: Record<ChangeCheckName, string> = {
  mergeable: 'Can be merged',
  functional: 'Functional tests',
  infrastructure: 'Environment of the gate',
  evaluation: 'Evaluation',
  gate: 'Gate',
}

export function outcomeInWords({ state, outcome, name }: ChangeCheckView): {
  words: string
  tone: Tone
} {
  if (state === 'waiting') return { words: 'waits', tone: 'quiet' }
  switch (outcome) {
    case null:
      return { words: name === 'gate' ? 'asked' : 'runs', tone: 'quiet' }
    case 'pass':
      return { words: 'passed', tone: 'good' }
    case 'fail':
      return { words: 'not passed', tone: 'bad' }
    case 'cannot-tell':
      return { words: name === 'gate' ? 'can’t tell' : 'could not be told', tone: 'waits' }
    case 'skipped':
      return { words: 'skipped', tone: 'quiet' }
  }
}

/** What is said of a check beside its outcome; gates and tests that passed mostly say that once more. */
export function summaryInWords({ name, outcome, cause, summary }: ChangeCheckView): string | null {
  if (name === 'functional' && outcome === 'pass') {
    return summary?.replace(/^The functional tests passed\.\s*/u, '') || null
  }
  if (name !== 'gate') return summary
  const isSaid = outcome === 'pass' || outcome === 'cannot-tell' || cause === 'quality'
  return isSaid ? null : summary
}

/** How long a check took; of a gate it would tell of hidden examples. */
export function tookInWords({ name, outcome, startedAt, endedAt }: ChangeCheckView): string | null {
  if (name === 'gate' || outcome === 'skipped') return null
  if (startedAt === null || endedAt === null) return null
  const seconds = Math.round((endedAt - startedAt) / 1000)
  if (seconds < 1) return 'under 1 s'
  if (seconds < 120) return `${seconds} s`
  return `${Math.round(seconds / 60)} min`
}

export const decisions: Record<Decision, string> = {
  approved: 'approved it',
  'changes-requested': 'asked for changes',
  overridden: 'overrode the gate',
}

type Event = ChangeView['events'][number]

/** What an event is, before what the server says of it. */
export function eventInWords({ kind, text, person }: Omit<Event, 'at'>): string {
  switch (kind) {
    case 'opened':
      return 'proposed it'
    case 'pushed':
      return 'pushed'
    case 'base-moved':
      return 'The protected branch moved'
    case 'conflict':
      return 'Conflict'
    case 'check-started':
      return `Began: ${nameIn(text)}`
    case 'check-ended':
      return 'Ended'
    case 'approval-waiting':
      return 'Waits for approval'
    case 'approver-asked':
      return 'may decide about it by now'
    case 'approved':
      return 'approved it'
    case 'changes-requested':
      return 'asked for changes'
    case 'overridden':
      return 'overrode the gate'
    case 'approval-void':
      return 'has to decide again'
    case 'approval-refused':
      return 'decided, which does not count'
    case 'approval-counts':
      return 'decided, which counts by now'
    case 'merging':
      return person === null ? 'Being merged' : 'let it be merged'
    case 'merged':
      return 'Merged'
    case 'merge-refused':
      return 'Could not be merged'
    case 'audit-started':
      return 'The audit began'
    case 'audit-failed':
      return 'The audit failed'
    case 'held':
      return 'Waits for a person'
    case 'resumed':
      return 'Goes on'
    case 'stopped':
      return 'Stopped: it is not deployed'
    case 'deployment-requested':
      return 'May be deployed'
    case 'closed':
      return person === null ? 'Closed' : 'closed it'
    case 'reopened':
      return 'Opened again'
  }
}

/** What the server says beside it; a check that began is named already. */
export function eventText({ kind, text }: Pick<Event, 'kind' | 'text'>): string {
  if (kind === 'check-started') return ''
  if (kind !== 'check-ended') return text
  const [name = '', ...rest] = text.split(': ')
  return rest.length === 0 ? text : `${nameIn(name)}: ${rest.join(': ')}`
}

function nameIn(text: string): string {
  return Object.hasOwn(checkNames, text) ? checkNames[text as ChangeCheckName] : text
}

/** Of a change whose gate was asked and not passed, one more look; otherwise what failed by a fault. */
export function retryOf({ checks }: Pick<ChangeView, 'checks'>): 'gate' | 'check' {
  const gate = checks.find(({ name }) => name === 'gate')
  return gate?.state === 'done' && gate.cause === 'quality' ? 'gate' : 'check'
}

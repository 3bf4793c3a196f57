import type { Role } from '../../schema/access.ts'
import type { ChangeCheck, ChangeDecision, ChangeEvent } from '../../schema/stored-change.ts'
import type { StoredNotification } from '../../schema/stored-notification.ts'
import { blameOf, retryAt } from '../blame.ts'
import { deciders, whyNotCounted } from '../count-approvals.ts'
import { isOfGuard } from '../merge-refusals.ts'
import type { ObservedChange } from '../observed-change.ts'
import { isUntested } from '../untested-merge.ts'

type Told = Pick<StoredNotification, 'person' | 'kind' | 'text'> & {
  /** For that person alone: webhooks, which others read, are not told. */
  isPrivate?: boolean
}
type ToldEvent = Pick<ChangeEvent, 'key' | 'kind' | 'person' | 'text'>

/** So few questions to the gate are little. */
const fewLeft = 2

/**
 * Whom an event of a change is told, and how. Nothing depends on whether a gate that was not passed could tell:
 * its author and whoever reads over their shoulder hear the same.
 * @param left questions to the gate that its author may still ask; null where that is not told
 * @param isWorn whether the test set is to be rotated, as custodians alone are told
 */
export function whoIsTold(
  observed: ObservedChange,
  event: ToldEvent,
  { left, isWorn }: { left: number | null; isWorn: boolean },
): Told[] {
  const { author } = observed.change
  const toAuthor = (kind: Told['kind'], text: string): Told[] => tell([author], kind, text)
  switch (event.kind) {
    case 'approval-waiting':
      return aboutWaiting(observed)
    case 'approver-asked':
      return tell([event.person], 'approval-waiting', texts.waiting)
    case 'approval-refused':
      return tell([event.person], 'approval-waiting', notCounted(observed, event))
    case 'held':
      return aboutHeld(observed, event)
    case 'closed':
      return event.person === author ? [] : toAuthor('stopped', texts.closed)
    case 'check-ended': {
      const check = endedCheck(observed, event)
      return check === undefined ? [] : aboutCheck(observed, check, left)
    }
    case 'conflict':
      return isOldConflict(observed) ? [] : toAuthor('stopped', texts.conflict)
    case 'opened':
    case 'pushed':
    case 'base-moved':
      return isNewlyUntested(observed) ? toAuthor('stopped', texts.untested) : []
    case 'changes-requested':
    case 'approval-counts':
      return aboutWish(observed, event)
    case 'merge-refused':
      return aboutRefusal(observed, event)
    case 'merged':
      return toAuthor('merged', 'It is merged.')
    case 'deployment-requested': {
      const operators = tell(holders(observed, 'operator'), 'merged', texts.deployable)
      return [...operators, ...(isWorn ? toCustodians(observed, texts.worn) : [])]
    }
    case 'stopped': {
      if (!isWorn)
        return tell([author, ...holders(observed, 'custodian')], 'stopped', texts.stopped)
      const custodians = toCustodians(observed, `${texts.stopped} ${texts.worn}`)
      const isToldMore = custodians.some(({ person }) => person === author)
      return [...(isToldMore ? [] : toAuthor('stopped', texts.stopped)), ...custodians]
    }
    case 'audit-failed':
      return tell([author, ...holders(observed, 'custodian')], 'stopped', texts.auditFailed)
    case 'check-started':
    case 'approved':
    case 'overridden':
    case 'approval-void':
    case 'merging':
    case 'audit-started':
    case 'reopened':
    case 'resumed':
      return []
  }
}

const texts = {
  waiting: 'It has passed the gate, and waits for somebody to approve it.',
  refused: 'Your approval does not count.',
  wishRefused: 'That you ask for changes does not count.',
  nobody: 'It has passed the gate, and nobody here may approve it: its page says who could.',
  tooMany:
    'It has passed the gate, and nobody can approve it: it has more commits than are looked at for who wrote them. Squash them.',
  noEngineer:
    'It waits: whoever proposed it does not have the role engineer. An admin can give it.',
  ofNobody:
    'It waits: whoever proposed it is nobody here. An admin can invite them; its page says how.',
  receipt:
    'The receipt of its gate does not fit: nothing is merged on it. Have the gate asked again.',
  closed: 'It was closed, or its branch was deleted. Once it is opened again, it goes on.',
  conflict: 'It cannot be merged as it is: its page says which files changed on both sides.',
  untested:
    'It lacks commits of the protected branch, so that no runner has tested what would be merged: its branch has to be updated. Its page says how.',
  behind:
    'It lacks commits of the protected branch: its branch has to be updated before anybody is asked to approve it. Its page says how.',
  mergeRefused: 'The forge does not let it be merged: its page says why. It is tried again.',
  unguarded:
    'It is not merged: the rules of the protected branch on the forge would let something untested onto it. Its page says what to change there.',
  deployable: 'It is merged, and its version may be deployed.',
  stopped: 'It is merged, and its version is not deployed. Its page says why.',
  auditFailed:
    'It is merged, and the look at the split audit has no result: its page says why. A custodian can start it again from the gate.',
  worn: 'Over the merges so far, changes look better on the test set than on the split audit: it is worn out. Rotate it.',
  functional: 'Its functional tests were not passed, or it cannot be bundled. Its page says why.',
  unmeasured: 'It could not be measured: its runs over documents failed. Its page says how.',
  byHand:
    'A check failed several times by a fault that is not its own. Once the cause is gone, it has to be tried again by hand.',
}

/** Where nobody may approve it, its author hears that: or it would wait for nobody, and nobody would know. */
function aboutWaiting(observed: ObservedChange): Told[] {
  const { change, revision, mostCommits } = observed
  const people = deciders(observed)
  if (people.length > 0) return tell(people, 'approval-waiting', texts.waiting)
  const text = (revision?.commits ?? 0) > mostCommits ? texts.tooMany : texts.nobody
  return tell([change.author], 'stopped', text)
}

function aboutHeld(observed: ObservedChange, { key }: ToldEvent): Told[] {
  const { author } = observed.change
  if (key.startsWith('held:behind:')) return tell([author], 'stopped', texts.behind)
  if (key.startsWith('held:author:')) return aboutAuthor(observed)
  return tell([author, ...holders(observed, 'custodian')], 'stopped', texts.receipt)
}

function aboutAuthor(observed: ObservedChange): Told[] {
  const { author } = observed.change
  const isKnown = author !== null && observed.roles.has(author)
  const text = isKnown ? texts.noEngineer : texts.ofNobody
  return tell([author, ...holders(observed, 'admin')], 'stopped', text)
}

function notCounted(observed: ObservedChange, event: ToldEvent): string {
  const wish = wishOf(observed, event)
  return `${wish === undefined ? texts.refused : texts.wishRefused} ${event.text}`
}

/** The one that an event is about: `KIND:ID`, and perhaps more. */
function wishOf(
  { decisions }: ObservedChange,
  { key }: Pick<ChangeEvent, 'key'>,
): ChangeDecision | undefined {
  const [, id] = key.split(':')
  return decisions.find((one) => one.id === id && one.decision === 'changes-requested')
}

/** Each of them once. */
function tell(people: readonly (string | null)[], kind: Told['kind'], text: string): Told[] {
  const known = people.filter((person) => person !== null)
  return [...new Set(known)].map((person) => ({ person, kind, text }))
}

function toCustodians(observed: ObservedChange, text: string): Told[] {
  const told = tell(holders(observed, 'custodian'), 'stopped', text)
  return told.map((one) => ({ ...one, isPrivate: true }))
}

/** Of a commit that could not be merged before the protected branch moved either. */
function isOldConflict({ before, revision }: ObservedChange): boolean {
  return before !== null && before.tree === null && before.head === revision?.head
}

/** Whoever was told once that the branch has to be updated knows. */
function isNewlyUntested(observed: ObservedChange): boolean {
  const { before, revision } = observed
  if (revision === null || !isUntested(observed, revision)) return false
  return before === null || !isUntested(observed, before)
}

/** What rules let happen is for those to mend who run the server, too. */
function aboutRefusal(observed: ObservedChange, event: ToldEvent): Told[] {
  const { author } = observed.change
  if (!isOfGuard(event)) return tell([author], 'stopped', texts.mergeRefused)
  return tell([author, ...holders(observed, 'operator')], 'stopped', texts.unguarded)
}

/** When it is said, or when it counts by now. */
function aboutWish(observed: ObservedChange, event: ToldEvent): Told[] {
  const wish = wishOf(observed, event)
  const counts = wish !== undefined && whyNotCounted(observed, wish.person) === null
  return counts ? tell([observed.change.author], 'changes-requested', wanted(wish)) : []
}

function wanted({ reason, reasonTold }: ChangeDecision): string {
  const text = 'An approver wants something else before it is merged'
  return reasonTold && reason !== null ? `${text}: ${reason}` : `${text}.`
}

function aboutCheck(observed: ObservedChange, check: ChangeCheck, left: number | null): Told[] {
  const { author } = observed.change
  const toAuthor = (kind: Told['kind'], text: string): Told[] => tell([author], kind, text)
  const isPassed = check.outcome === 'pass' || check.outcome === 'skipped'
  const blame = isPassed ? null : blameOf(check)
  if (blame === 'budget') {
    return toAuthor('budget-low', 'A check was not run: nothing is left of a budget.')
  }
  const waits = blame === 'host' && retryAt(check) === null
  const stuck = waits
    ? tell([author, ...holders(observed, 'operator')], 'stopped', texts.byHand)
    : []
  if (check.name !== 'gate') {
    if (blame !== 'change') return stuck
    return toAuthor('stopped', check.name === 'evaluation' ? texts.unmeasured : texts.functional)
  }
  const verdict = toAuthor('verdict', isPassed ? 'It has passed the gate.' : notPassed(check))
  const own = [...verdict, ...(left !== null && left <= fewLeft ? toAuthor(...few(left)) : [])]
  if (blame !== 'change' || check.cause !== 'quality') return [...own, ...stuck]
  const text = 'It has not passed the gate. Whoever may see its figures can look at them.'
  const others = deciders(observed).filter((person) => person !== author)
  return [...own, ...tell(others, 'verdict', text)]
}

function few(left: number): [Told['kind'], string] {
  const times = left === 0 ? 'nothing' : left === 1 ? 'once' : `${left} times`
  return ['budget-low', `You may ask the gate ${times} more on this test set.`]
}

function notPassed({ cause }: ChangeCheck): string {
  return cause === 'host-fault'
    ? 'The gate could not be asked: something of the host was at fault.'
    : 'It has not passed the gate.'
}

/** As the story names it: `ended:gate:TREE:ATTEMPT`. */
function endedCheck(
  { checks }: ObservedChange,
  { key }: Pick<ChangeEvent, 'key'>,
): ChangeCheck | undefined {
  return checks.find(
    ({ name, tree, attempt, outcome }) =>
      outcome !== null && key === `ended:${name}:${tree}:${attempt}`,
  )
}

function holders({ roles }: ObservedChange, role: Role): string[] {
  return [...roles].flatMap(([person, own]) => (own.includes(role) ? [person] : []))
}

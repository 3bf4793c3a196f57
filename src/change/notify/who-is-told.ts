import type { ChangeCheck, ChangeEvent } from '../../schema/stored-change.ts'
import type { StoredNotification } from '../../schema/stored-notification.ts'
import { blameOf } from '../blame.ts'
import { decisionKey } from '../change-story.ts'
import { whyNotCounted } from '../count-approvals.ts'
import type { ObservedChange } from '../observed-change.ts'

type Told = Pick<StoredNotification, 'person' | 'kind' | 'text'>

/** So few questions to the gate are little. */
const fewLeft = 2

/**
 * Whom an event of a change is told, and how. Nothing depends on whether a gate that was not passed could tell:
 * its author and whoever reads over their shoulder hear the same.
 * @param left questions to the gate that its author may still ask; null where that is not told
 */
export function whoIsTold(
  observed: ObservedChange,
  event: Pick<ChangeEvent, 'key' | 'kind'>,
  left: number | null,
): Told[] {
  const { author } = observed.change
  const toAuthor = (kind: Told['kind'], text: string): Told[] =>
    author === null ? [] : [{ person: author, kind, text }]
  if (event.kind === 'approval-waiting') {
    const text = 'It has passed the gate, and waits for somebody to approve it.'
    return deciders(observed).map((person) => ({ person, kind: 'approval-waiting', text }))
  }
  if (event.kind === 'check-ended') {
    const check = endedCheck(observed, event)
    return check === undefined ? [] : aboutCheck(observed, check, left)
  }
  if (event.kind === 'changes-requested') {
    const said = observed.decisions.find((one) => decisionKey(one) === event.key)
    const counts = said !== undefined && whyNotCounted(observed, said.person) === null
    const text = 'An approver wants something else before it is merged.'
    return counts ? toAuthor('changes-requested', text) : []
  }
  if (event.kind === 'merged') return toAuthor('merged', 'It is merged.')
  if (event.kind !== 'stopped') return []
  const text = 'It is merged, and its version is not deployed. Its page says why.'
  const custodians = holders(observed, 'custodian').filter((person) => person !== author)
  const others = custodians.map((person): Told => ({ person, kind: 'stopped', text }))
  return [...toAuthor('stopped', text), ...others]
}

function aboutCheck(observed: ObservedChange, check: ChangeCheck, left: number | null): Told[] {
  const { author } = observed.change
  if (author === null) return []
  const toAuthor = (kind: Told['kind'], text: string): Told => ({ person: author, kind, text })
  if (check.outcome !== 'pass' && blameOf(check) === 'budget') {
    const text = 'A check was not run: nothing is left of a budget.'
    return [toAuthor('budget-low', text)]
  }
  if (check.name !== 'gate') return []
  const isPassed = check.outcome === 'pass'
  const told = [toAuthor('verdict', isPassed ? 'It has passed the gate.' : notPassed(check))]
  if (left !== null && left <= fewLeft) {
    const text = `You may ask the gate ${left === 0 ? 'nothing' : times(left)} more on this test set.`
    told.push(toAuthor('budget-low', text))
  }
  if (isPassed || check.cause !== 'quality') return told
  const text = 'It has not passed the gate. Whoever may see its figures can look at them.'
  const others = deciders(observed).filter((person) => person !== author)
  return [...told, ...others.map((person): Told => ({ person, kind: 'verdict', text }))]
}

function notPassed({ cause }: ChangeCheck): string {
  return cause === 'host-fault'
    ? 'The gate could not be asked: something of the host was at fault.'
    : 'It has not passed the gate.'
}

function times(left: number): string {
  return left === 1 ? 'once' : `${left} times`
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

/** Whose decision about what would be merged now counts. */
function deciders(observed: ObservedChange): string[] {
  return [...observed.roles.keys()].filter((person) => whyNotCounted(observed, person) === null)
}

function holders({ roles }: ObservedChange, role: 'custodian'): string[] {
  return [...roles].flatMap(([person, own]) => (own.includes(role) ? [person] : []))
}

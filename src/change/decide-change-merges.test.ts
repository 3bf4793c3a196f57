import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  allPassed,
  check,
  decision,
  doubtfulGate,
  mergeTold,
  observed,
  passedGate,
  revision,
} from '../../test/helpers/observed-change.ts'
import type { Role } from '../schema/access.ts'
import { decideChange } from './decide-change.ts'
import type { ObservedChange } from './observed-change.ts'

const people = ['eve', 'wim', 'ada', 'cleo', 'both', 'rob', 'gone']
const base = observed()

/** Mostly as it should be, or nothing would ever be merged. */
const mostly = <T>(good: T, ...others: T[]) =>
  fc.oneof({ arbitrary: fc.constant(good), weight: 5 }, fc.constantFrom(good, ...others))

const checks = fc
  .tuple(
    ...(['functional', 'infrastructure', 'evaluation', 'gate'] as const).map((name, index) =>
      fc.record({
        outcome: mostly('pass' as const, 'fail' as const, 'skipped' as const, null),
        isThere: mostly(true, false),
        isRunAgain: mostly(false, true),
        cause: fc.constantFrom('quality', 'host-fault', 'budget', 'internal', null),
        index: fc.constant(index),
        name: fc.constant(name),
      }),
    ),
  )
  .map((all) =>
    all.flatMap(({ outcome, isThere, isRunAgain, cause, index, name }) => {
      const good = allPassed[index] ?? check(name)
      const one = { ...good, outcome, cause }
      const again = { ...one, attempt: 2, outcome: 'fail' as const }
      return isThere ? (isRunAgain ? [again, one] : [one]) : []
    }),
  )

const decisions = fc.array(
  fc
    .record({
      person: fc.constantFrom(...people),
      decision: fc.constantFrom(
        'approved' as const,
        'overridden' as const,
        'changes-requested' as const,
      ),
      head: mostly('head', 'earlier'),
      tree: mostly('tree', 'other'),
      gate: mostly<string | null>('gate', null, 'other'),
      reason: mostly<string | null>('Why.', null, '  '),
      solo: fc.boolean(),
    })
    .map(({ person, ...more }) => decision(person, more)),
  { minLength: 1, maxLength: 4 },
)

const gates = fc
  .tuple(
    fc.constantFrom(passedGate, doubtfulGate),
    fc.record({
      id: mostly('gate', 'other'),
      passed: fc.constantFrom(undefined, true, false, null),
      cannotTell: fc.constantFrom(undefined, true, false),
      isCurrent: mostly(true, false),
      receipt: fc.constantFrom(
        undefined,
        'fits' as const,
        'does-not-fit' as const,
        'none' as const,
      ),
    }),
  )
  .map(([gate, more]) => {
    const told = Object.entries(more).filter(([, value]) => value !== undefined)
    return { ...gate, ...Object.fromEntries(told) } as typeof passedGate
  })

const changes = fc
  .record({
    author: mostly<string | null>('eve', 'wim', 'rob', null),
    state: mostly('open' as const, 'closed' as const, 'merged' as const),
    policyFiles: mostly<string[]>([], ['proofloop.config.ts']),
    writers: fc.subarray(['wim', 'ada', 'both']),
    signedOverrides: mostly(base.signedOverrides, new Set(), new Set(['ada-overridden'])),
    askers: mostly(new Set(['eve']), new Set(['eve', 'ada']), new Set(['cleo', 'both'])),
    tree: mostly<string | null>('tree', null),
    commits: mostly(2, 251),
    checks,
    decisions,
    gate: fc.oneof({ arbitrary: gates, weight: 9 }, fc.constant(null)),
    isTold: fc.boolean(),
    isSolo: mostly(false, true),
    roles: fc.dictionary(
      fc.constantFrom(...people),
      fc.subarray<Role>(['engineer', 'approver', 'custodian']),
      { noNullPrototype: true },
    ),
    isOwnRoles: mostly(true, false),
  })
  .map(({ author, state, policyFiles, writers, tree, commits, roles, isOwnRoles, ...more }) => ({
    ...observed({
      ...more,
      change: { ...base.change, author, state },
      revision: { ...revision, policyFiles, writers, tree, commits },
      roles: isOwnRoles ? base.roles : new Map(Object.entries(roles)),
    }),
    isTold: more.isTold,
  }))
  .map(({ isTold, ...one }) => ({ ...one, events: isTold ? [mergeTold(one)] : [] }))

const has = ({ roles }: ObservedChange, person: string | null, role: Role): boolean =>
  roles.get(person ?? '')?.includes(role) === true

const newest = ({ checks: all }: ObservedChange, name: string) =>
  all
    .filter((one) => one.name === name)
    .reduce<(typeof all)[number] | null>(
      (last, one) => (last === null || one.attempt > last.attempt ? one : last),
      null,
    )

/** Written anew, from what is promised; not from how it is decided. */
function mayBeMerged(one: ObservedChange): boolean {
  const { change, revision: current, gate, isSolo } = one
  if (change.state !== 'open' || current === null || current.tree === null || gate === null)
    return false
  if (!has(one, change.author, 'engineer')) return false
  const outcome = (name: string) => newest(one, name)?.outcome ?? null
  const isChecked =
    outcome('functional') === 'pass' &&
    ['pass', 'skipped'].includes(outcome('infrastructure') ?? '') &&
    outcome('evaluation') === 'pass'
  const role = current.policyFiles.length > 0 ? 'custodian' : 'approver'
  const isTheirs = (person: string): boolean =>
    has(one, person, role) &&
    (isSolo ||
      (person !== change.author &&
        !current.writers.includes(person) &&
        !one.askers.has(person) &&
        current.commits <= 250))
  const ofThis = one.decisions.filter(
    ({ head, tree }) => head === current.head && tree === current.tree,
  )
  const own = ofThis.filter(({ person }) => isTheirs(person))
  const isApproved = own.some(({ decision: said }) => said !== 'changes-requested')
  const isPassed = outcome('gate') === 'pass' && gate.passed === true
  const isOverridden =
    gate.cannotTell &&
    own.some(
      ({ id, decision: said, reason, gate: of }) =>
        said === 'overridden' &&
        of === gate.id &&
        one.signedOverrides.has(id) &&
        (reason ?? '').trim() !== '',
    )
  const isProven = gate.receipt === 'fits'
  const isThisGate = gate.id === newest(one, 'gate')?.subject && gate.isCurrent && isProven
  return isChecked && isApproved && isThisGate && (isPassed || isOverridden)
}

test('is merged only when everything that it takes is there', () => {
  let merged = 0
  fc.assert(
    fc.property(changes, (one) => {
      const { step } = decideChange(one)
      if (step.do !== 'tell-merge' && step.do !== 'merge') return
      merged += 1
      // Everybody is told of it first.
      expect(step.do === 'merge').toBe(one.events.length > 0)
      expect(mayBeMerged(one)).toBe(true)
      expect(one.isSolo || step.approver !== one.change.author).toBe(true)
      expect(one.revision?.writers.includes(step.approver) && !one.isSolo).toBe(false)
    }),
    { numRuns: 20_000, seed: 56 },
  )
  expect(merged).toBeGreaterThan(100)
})

test('tells everybody the same whether a gate was worse or could not tell, unless somebody has overridden it', () => {
  fc.assert(
    fc.property(changes, (one) => {
      const { gate } = one
      if (gate === null || one.decisions.some(({ decision: said }) => said === 'overridden')) return
      const with_ = (cannotTell: boolean) => decideChange({ ...one, gate: { ...gate, cannotTell } })
      expect(with_(true)).toEqual(with_(false))
    }),
    { numRuns: 5000, seed: 56 },
  )
})

test('never asks for a deployment of what is not merged', () => {
  fc.assert(
    fc.property(changes, (one) => {
      const { step } = decideChange(one)
      expect(step.do === 'request-deployment' && one.change.state !== 'merged').toBe(false)
    }),
    { numRuns: 5000, seed: 56 },
  )
})

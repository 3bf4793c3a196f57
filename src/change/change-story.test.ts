import { expect, test } from 'vitest'
import {
  check,
  decision,
  event,
  now,
  observed,
  revision,
} from '../../test/helpers/observed-change.ts'
import type { Role } from '../schema/access.ts'
import { askedLater, together, untold } from './change-story.ts'
import { isApprovedAsMerged } from './count-approvals.ts'
import { decideChange } from './decide-change.ts'
import { mergingKey } from './merge-told.ts'
import type { ObservedChange } from './observed-change.ts'

test('that a look at audit failed for good stands in the story, once for each that was begun', () => {
  const { change } = observed()
  const told = (attempts: number, startedAt: number, more: object = {}) => {
    const tried = Array.from({ length: attempts }, (_, n) =>
      event('audit-started', { key: `audit:${n}`, at: now }),
    )
    const one = observed({
      change: { ...change, state: 'merged', mergedAs: 'commit' },
      decisions: [decision('ada')],
      events: [event('merging', { key: mergingKey(revision) }), ...tried],
      audit: {
        state: 'running',
        passed: null,
        fault: 'internal',
        startedAt,
        dueAt: null,
        candidateAt: null,
        ...more,
      },
    })
    const events = untold(one, decideChange(one))
    return events.filter(({ kind }) => kind === 'audit-failed').map(({ key }) => key)
  }
  expect(told(4, now)).toEqual([])
  expect(told(5, now)).toEqual([`audit-failed:${now}`])
  // A custodian had begun it again.
  expect(told(5, now + 1)).toEqual([`audit-failed:${now + 1}`])
  expect(told(5, now, { fault: null })).toEqual([])
  expect(told(5, now, { state: 'done', passed: true, fault: null })).toEqual([])
})

/** Tells all that is to be told of it as it is, and goes on with the story. */
function tellAll(events: ObservedChange['events'], more: Partial<ObservedChange>) {
  const one = observed({ ...more, events })
  const told = untold(one, decideChange(one))
  return [...events, ...told.map((of) => event(of.kind, of))]
}
const isHold: ReadonlySet<string> = new Set(['held', 'resumed'])
const waits = (events: ObservedChange['events']) =>
  events.filter(({ kind }) => kind === 'approval-waiting').length

test('that it waits for approval is told once, and again when an approval does not count any more', () => {
  const decisions = [decision('ada')]
  const roles = new Map([...observed().roles, ['ada', ['reviewer' as const]] as const])
  let story = tellAll([], {})
  story = tellAll(story, {})
  expect(waits(story)).toBe(1)
  // Of somebody who is no approver: it has waited all the time.
  story = tellAll(story, { decisions: [decision('rob')] })
  expect(waits(tellAll(story, { decisions: [decision('rob')] }))).toBe(1)
  story = tellAll(story, { decisions })
  expect(waits(story)).toBe(1)
  story = tellAll(story, { decisions, roles })
  expect(waits(story)).toBe(2)
  story = tellAll(story, { decisions, roles })
  expect(waits(story)).toBe(2)
  expect(story.filter(({ kind }) => kind === 'approval-refused')).toHaveLength(2)
})

test('that a decision counts by now is told, and each time that it does not any more', () => {
  const decisions = [decision('ada')]
  const roles = new Map([...observed().roles, ['ada', ['reviewer' as const]] as const])
  const without = { decisions, roles }
  let story = tellAll([], { decisions })
  const merged = { ...observed().change, state: 'merged' as const, mergedAs: 'commit' }
  const counts = () => isApprovedAsMerged(observed({ ...without, events: story, change: merged }))
  for (const more of [without, { decisions }, without, { decisions }, without]) {
    const told = tellAll(story, more).slice(story.length)
    const ofThem = told.filter(({ person }) => person === 'ada')
    const kind = more === without ? 'approval-refused' : 'approval-counts'
    expect(ofThem).toMatchObject([{ kind, person: 'ada' }])
    story = [...story, ...told].map((one, sequence) => ({ ...one, sequence }))
    expect(tellAll(story, more)).toHaveLength(story.length)
    expect(counts()).toBe(more !== without)
  }
  const first = tellAll([], without)
  expect(tellAll(first, { decisions }).map(({ kind }) => kind)).toContain('approval-counts')
})

test('what is told once it is merged says whether it counts, too, and of what was told before nothing', () => {
  const merged = { ...observed().change, state: 'merged' as const, mergedAs: 'commit' }
  const decisions = [decision('rob'), decision('ada')]
  const kinds = (events: ObservedChange['events']) =>
    events.filter(({ person }) => person !== 'eve' && person !== null).map(({ kind }) => kind)
  const open = tellAll([], { decisions })
  const told = ['approved', 'approval-refused', 'approved']
  expect(kinds(open)).toEqual(told)
  const roles = new Map([...observed().roles, ['rob', ['approver' as const]] as const])
  expect(kinds(tellAll(open, { decisions, roles, change: merged }))).toEqual(told)
  expect(kinds(tellAll([], { decisions, change: merged }))).toEqual(told)
})

test('that it waits for approval is told again when a wish for changes was dismissed', () => {
  const id = 'a'.repeat(64)
  const decisions = [decision('ada', { id, decision: 'changes-requested' })]
  const seen = { state: 'open', head: revision.head, standing: new Set<string>() } as never
  let story = tellAll([], {})
  story = tellAll(story, { decisions })
  expect(waits(story)).toBe(1)
  const one = observed({ decisions, seen, events: story })
  const decided = { ...decideChange(observed({ events: story })) }
  const told = untold(one, decided)
  expect(told.map(({ kind }) => kind)).toEqual(['approval-void', 'approval-waiting'])
  story = [...story, ...told.map((of) => event(of.kind, of))]
  expect(untold(observed({ decisions, seen, events: story }), decided)).toEqual([])
})

test('who may decide later is asked, once', () => {
  const story = tellAll([], {})
  const one = observed({ events: story })
  expect(askedLater(one, new Set(['ada', 'both']))).toEqual([])
  const asked = askedLater(one, new Set(['ada']))
  expect(asked).toMatchObject([{ kind: 'approver-asked', person: 'both' }])
  const more = observed({ events: [...story, ...asked.map((of) => event(of.kind, of))] })
  expect(askedLater(more, new Set(['ada']))).toEqual([])
})

test('what waits for a person of whom nothing else tells stands in the story, once', () => {
  const stranger = { roles: new Map() }
  const unfit = { gate: { ...observed().gate!, receipt: 'does-not-fit' as const } }
  for (const more of [stranger, unfit]) {
    const story = tellAll([], more)
    expect(story.filter(({ kind }) => kind === 'held')).toHaveLength(1)
    expect(tellAll(story, more)).toHaveLength(story.length)
  }
  const failed = { checks: [check('functional', { outcome: 'fail', cause: 'tests-failed' })] }
  expect(tellAll([], failed).map(({ kind }) => kind)).not.toContain('held')
})

test('that nothing of it is begun stands in the story once, and not again for each push', () => {
  const change = { ...observed().change, author: null }
  const story = tellAll([], { change })
  const pushed = { ...revision, head: 'newer', sequence: 1 }
  const told = tellAll(story, { change, revision: pushed, before: revision })
  expect(told.slice(story.length).map(({ kind }) => kind)).toEqual(['pushed'])
})

test('that its author is no engineer is told each time, and each time that they are one again', () => {
  const as = (role: Role) => ({ roles: new Map([...observed().roles, ['eve', [role]] as const]) })
  const kinds = ['held', 'resumed', 'held', 'resumed'] as const
  let story = tellAll([], {})
  for (const kind of kinds) {
    const more = as(kind === 'held' ? 'reviewer' : 'engineer')
    const told = tellAll(story, more).map((one, sequence) => ({ ...one, sequence }))
    const ofThem = told.slice(story.length).filter(({ kind }) => isHold.has(kind))
    expect(ofThem).toMatchObject([{ kind, text: expect.stringMatching(/./u) }])
    story = told
    expect(tellAll(story, more)).toHaveLength(story.length)
  }
  const all = story.filter(({ kind }) => isHold.has(kind))
  expect(all.map(({ kind }) => kind)).toEqual(kinds)
  expect(new Set(all.map(({ key }) => key)).size).toBe(all.length)
})

test('what is closed or merged while its author is no engineer is not told to go on', () => {
  const change = { ...observed().change, author: null }
  const story = tellAll([], { change })
  for (const state of ['closed', 'merged'] as const) {
    const told = tellAll(story, { change: { ...observed().change, state, mergedAs: 'commit' } })
    expect(told.map(({ kind }) => kind)).not.toContain('resumed')
  }
})

test('that a branch has to be updated once everything was passed stands in the story, once for each commit', () => {
  const behind = {
    functionalBy: 'forge' as const,
    revision: { ...revision, testedOn: 'nothing' as const },
  }
  const held = (events: ObservedChange['events']) => events.filter(({ kind }) => kind === 'held')
  const story = tellAll([], behind)
  expect(held(story).map(({ key }) => key)).toEqual(['held:behind:head'])
  // The protected branch moves on, and it still lacks commits of it.
  const moved = { ...behind, revision: { ...behind.revision, base: 'newer' } }
  expect(held(tellAll(story, moved))).toHaveLength(1)
  expect(held(tellAll([], { ...behind, checks: [] }))).toEqual([])
})

test('that a decision does not count is told together with it, and so never as if it had counted', () => {
  const one = observed({ decisions: [decision('wim'), decision('ada')] })
  const groups = together(untold(one, decideChange(one))).map((of) => of.map(({ key }) => key))
  const said = groups.filter((of) => of.some((key) => key.startsWith('decision:')))
  expect(said).toEqual([
    ['decision:wim-approved', 'not-counted:wim-approved:own-commits', 'decision:ada-approved'],
  ])
  expect(groups[0]).toEqual(['opened'])
})

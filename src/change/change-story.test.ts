import { expect, test } from 'vitest'
import { event, now, observed, revision } from '../../test/helpers/observed-change.ts'
import { untold } from './change-story.ts'
import { decideChange } from './decide-change.ts'
import { mergingKey } from './decide-merged.ts'

test('that a look at audit failed for good stands in the story, once for each that was begun', () => {
  const { change } = observed()
  const told = (attempts: number, startedAt: number, more: object = {}) => {
    const tried = Array.from({ length: attempts }, (_, n) =>
      event('audit-started', { key: `audit:${n}`, at: now }),
    )
    const one = observed({
      change: { ...change, state: 'merged', mergedAs: 'commit' },
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

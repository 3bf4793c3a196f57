import { expect, test } from 'vitest'
import { isMoved, lookedOn } from './looked-at.ts'

const nothing = { revision: null, gate: null }
const first = { revision: { head: 'a', base: 'm', tree: 't' }, gate: null }
const pushed = { revision: { head: 'b', base: 'm', tree: 'u' }, gate: null }

test('a change that is looked at for the first time has not moved, and moves after that', () => {
  expect(isMoved(nothing, first)).toBe(false)
  const looked = lookedOn(nothing, first)
  expect(isMoved(looked, first)).toBe(false)
  expect(isMoved(looked, pushed)).toBe(true)
})

test('the first answer of a gate moves nothing, and another one does', () => {
  const answered = { ...first, gate: 'one' }
  expect(isMoved(first, answered)).toBe(false)
  const looked = lookedOn(first, answered)
  expect(isMoved(looked, { ...first, gate: 'two' })).toBe(true)
  // Asked once more, it has not answered yet.
  expect(isMoved(looked, first)).toBe(false)
})

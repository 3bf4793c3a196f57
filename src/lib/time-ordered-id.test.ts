import { describe, expect, it } from 'vitest'
import { timeOfId, timeOrderedId } from './time-ordered-id.ts'

const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u

describe('ids by time', () => {
  it('sort as they were made, also within one millisecond', () => {
    const ids = Array.from({ length: 20_000 }, timeOrderedId)
    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !version7.test(id))).toEqual([])
  })

  it('tell when they were made', () => {
    const before = Date.now()
    const made = timeOfId(timeOrderedId())
    expect(made).toBeGreaterThanOrEqual(before)
    expect(made).toBeLessThanOrEqual(Date.now())
  })
})

import { expect, test } from 'vitest'
import { ModelLimits } from '../schema/config.ts'
import type { Fault } from './exchange.ts'
import { backoffMs, decideRetry } from './retry-policy.ts'

const limits = ModelLimits.parse({ attempts: 3, longestWaitMs: 60_000 })
const fault = (own: Partial<Fault> = {}): Fault => ({
  code: 'rate-limited',
  sentence: '',
  retry: true,
  retryAfterMs: null,
  ...own,
})
const decide = (own: Partial<Fault>, attempt = 1, random = 0.5) =>
  decideRetry(fault(own), { attempt, limits, random })

test('waits anything up to a ceiling that doubles, to 30 s', () => {
  expect([1, 2, 3, 4].map((attempt) => backoffMs(attempt, 0.5))).toEqual([250, 500, 1000, 2000])
  expect(backoffMs(20, 1)).toBe(30_000)
  expect(backoffMs(20, 0)).toBe(0)
})

test('adds jitter to what the provider asks for, up to the longest wait', () => {
  expect(decide({ retryAfterMs: 2000 })).toEqual({ again: true, waitMs: 2250 })
  expect(decide({ retryAfterMs: 60_000 })).toEqual({ again: true, waitMs: 60_000 })
  expect(decide({ retryAfterMs: 60_001 })).toEqual({ again: false, because: 'longest-wait' })
})

test('gives up after the last attempt, and at once when it cannot help', () => {
  expect(decide({}, 2)).toMatchObject({ again: true })
  expect(decide({}, 3)).toEqual({ again: false, because: 'attempts' })
  expect(decide({ retry: false })).toEqual({ again: false, because: 'final' })
})

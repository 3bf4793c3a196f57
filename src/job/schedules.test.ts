import { Cron } from 'croner'
import { expect, test } from 'vitest'
import { timeOf } from './schedules.ts'

test('a timer stands for the time that it was set to, on the dot and late', () => {
  const cron = new Cron('30 4 * * *', { timezone: 'UTC', paused: true })
  const due = Date.parse('2026-11-29T04:30:00Z')
  for (const late of [0, 1, 999, 60_000]) {
    expect([late, timeOf(cron, due + late)?.getTime()]).toEqual([late, due])
  }
  expect(timeOf(cron, due - 1)?.toISOString()).toBe('2026-11-28T04:30:00.000Z')
})

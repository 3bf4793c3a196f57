import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createMetrics, delaySeconds } from './metrics.ts'

test('the delay of the event loop is without the time between two looks at the clock', () => {
  expect(delaySeconds(34e6)).toBeCloseTo(0.024)
  expect(delaySeconds(9.9e6)).toBe(0)
})

test('the longest time that the event loop stood still is told, once', async () => {
  using metrics = createMetrics()
  await setTimeout(50)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300)
  await setTimeout(50)
  const longest = (): number =>
    Number(/event_loop_delay_seconds{quantile="1"} (\S+)/.exec(metrics.text())?.[1])
  expect(longest()).toBeGreaterThan(0.25)
  expect(longest()).toBe(0)
})

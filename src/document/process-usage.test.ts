import { expect, test } from 'vitest'
import { fromPs, fromStat } from './process-usage.ts'

test("the kernel's line gives memory and time, also for a name with blanks and brackets", () => {
  const rest = Array.from({ length: 50 }, (_, i) => String(i + 3))
  expect(fromStat(`123 (node (a) b) ${rest.join(' ')}`)).toEqual({
    memory: 24 * 4096,
    cpu: (14 + 15) * 10,
  })
})

test('a process that has ended uses nothing', () => {
  expect(fromStat('')).toEqual({ memory: 0, cpu: 0 })
  expect(fromPs('')).toEqual({ memory: 0, cpu: 0 })
})

test.each([
  ['  2048 0:01.50\n', 1_500],
  ['  2048 01:00:02', 3_602_000],
  ['  2048 2-00:00:01', 172_801_000],
])('ps says %s', (line, cpu) => {
  expect(fromPs(line)).toEqual({ memory: 2048 * 1024, cpu })
})

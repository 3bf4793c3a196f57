import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { doctorHost } from '../../test/helpers/doctor-host.ts'
import { UserFacingError } from '../lib/errors.ts'
import { type Check, pass } from './check.ts'
import { examine } from './examine.ts'

const check = (name: string, run: Check['run'], more: Partial<Check> = {}): Check => {
  return { name, needs: [], run, ...more }
}
const report = (): void => {}

test('checks run side by side and are told in their order', async () => {
  await using place = await doctorHost()
  const begun: string[] = []
  const slow = check('slow', async () => {
    begun.push('slow')
    await setTimeout(50)
    return pass(`${begun.join(' and ')} began.`)
  })
  const fast = check('fast', async () => {
    begun.push('fast')
    return pass('Done.')
  })
  const { checks, result } = await examine(place.host, [slow, fast], { report })
  expect(result).toBe('pass')
  expect(checks.map(({ name }) => name)).toEqual(['slow', 'fast'])
  expect(checks[0]?.sentence).toBe('slow and fast began.')
})

test('one that hangs fails in time, and is told to end', async () => {
  await using place = await doctorHost()
  const signals: AbortSignal[] = []
  const hanging = check(
    'hanging',
    (_, signal) => {
      signals.push(signal)
      return new Promise(() => {})
    },
    { limit: 50 },
  )
  const { checks, result } = await examine(place.host, [hanging], { report })
  expect(result).toBe('fail')
  expect(checks).toMatchObject([
    { result: 'fail', sentence: 'It was not done within 0.05 seconds.', fix: expect.any(String) },
  ])
  expect(signals[0]?.aborted).toBe(true)
})

test('who interrupts it waits for nothing', async () => {
  await using place = await doctorHost()
  const interrupt = new AbortController()
  const signals: AbortSignal[] = []
  const hanging = check('hanging', (_, signal) => {
    signals.push(signal)
    interrupt.abort(new Error('Ctrl-C'))
    return new Promise(() => {})
  })
  const { signal } = interrupt
  await expect(examine(place.host, [hanging], { report, signal })).rejects.toThrow('Ctrl-C')
  expect(signals[0]?.aborted).toBe(true)
})

test('of an error only a sentence for people is told, cut into what and what to do', async () => {
  await using place = await doctorHost()
  const reported: unknown[] = []
  const told = check('told', () =>
    Promise.reject(new UserFacingError('away', 'It is away (ECONNREFUSED). Start it. Then wait.')),
  )
  const untold = check('untold', () => Promise.reject(new Error('password=hunter2')))
  const { checks } = await examine(place.host, [told, untold], {
    report: (error, name) => reported.push([name, error]),
  })
  expect(checks).toMatchObject([
    { result: 'fail', sentence: 'It is away (ECONNREFUSED).', fix: 'Start it. Then wait.' },
    { result: 'fail', sentence: 'It failed in a way that Proofloop did not expect.' },
  ])
  expect(JSON.stringify(checks)).not.toContain('hunter2')
  expect(reported).toEqual([['untold', new Error('password=hunter2')]])
})

test('what needs something that cannot be had is skipped, not failed', async () => {
  await using place = await doctorHost()
  const needing = check('needing', async () => pass('Never.'), { needs: ['server'] })
  const { checks, result } = await examine(place.host, [needing], { report })
  expect(result).toBe('pass')
  expect(checks).toMatchObject([
    {
      result: 'skipped',
      sentence: 'It needs a server, which cannot be started; see the check server.',
    },
  ])
})

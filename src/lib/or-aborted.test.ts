import { expect, test } from 'vitest'
import { orAborted } from './or-aborted.ts'

const never = new Promise<string>(() => {})

test('work is waited for until the signal aborts', async () => {
  const controller = new AbortController()
  expect(await orAborted(Promise.resolve('done'), controller.signal)).toBe('done')
  const waiting = orAborted(never, controller.signal)
  controller.abort(new Error('not wanted'))
  await expect(waiting).rejects.toThrow('not wanted')
})

test('where the signal has aborted before nobody waits', async () => {
  await expect(orAborted(never, AbortSignal.abort(new Error('too late')))).rejects.toThrow(
    'too late',
  )
})

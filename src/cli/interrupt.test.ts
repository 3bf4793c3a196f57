import { expect, test } from 'vitest'
import { createInterrupt } from './interrupt.ts'

function press(...times: number[]) {
  let time = 0
  const ends: number[] = []
  const { signal, interrupt } = createInterrupt(
    () => ends.push(time),
    () => time,
  )
  for (time of times) interrupt()
  return { aborted: signal.aborted, ends }
}

test('the first Ctrl-C asks to finish, the second ends', () => {
  expect(press()).toEqual({ aborted: false, ends: [] })
  expect(press(1000)).toEqual({ aborted: true, ends: [] })
  expect(press(1000, 2000)).toEqual({ aborted: true, ends: [2000] })
})

test('a Ctrl-C that a wrapper passes on at once is not a second one', () => {
  expect(press(1000, 1020)).toEqual({ aborted: true, ends: [] })
  expect(press(1000, 1020, 1400)).toEqual({ aborted: true, ends: [1400] })
})

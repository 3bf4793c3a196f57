import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Io } from './io.ts'
import { createWaiting, partsLeft } from './waiting.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function capture(interactive: boolean) {
  const written: string[] = []
  const output = { write: (text: string) => written.push(text) }
  const signal = new AbortController().signal
  const io: Io = {
    stdout: output,
    stderr: output,
    cwd: '/',
    env: {},
    signal,
    interactive,
    color: false,
    width: 24,
  }
  return { io, written }
}

test('a pipe gets a line every five seconds, and none for what is done sooner', () => {
  const { io, written } = capture(false)
  const waiting = createWaiting(io, 'memo.pdf')
  vi.advanceTimersByTime(4999)
  waiting.tell('grammar 0 of 2 parts')
  expect(written).toEqual([])
  vi.advanceTimersByTime(5001)
  waiting.end()
  vi.advanceTimersByTime(60_000)
  expect(written).toEqual([
    'grammar 0 of 2 parts · 5 s · memo.pdf\n',
    'grammar 0 of 2 parts · 10 s · memo.pdf\n',
  ])
})

test('a terminal gets one line, cut to its width, that is taken away at the end', () => {
  const { io, written } = capture(true)
  const waiting = createWaiting(io, 'memo\u001B.pdf')
  vi.advanceTimersByTime(1000)
  waiting.tell('a very long list of agents')
  vi.advanceTimersByTime(1000)
  waiting.end()
  expect(written).toEqual([
    '\r\u001B[2Kreading · 1 s · memo.pd',
    '\r\u001B[2Ka very long list of age',
    '\r\u001B[2K',
  ])
})

test('agents that are done are not waited for', () => {
  const parts = new Map([
    ['tone', { done: 2, total: 2 }],
    ['grammar', { done: 1, total: 2 }],
  ])
  expect(partsLeft(parts)).toBe('grammar 1 of 2 parts')
  parts.set('grammar', { done: 2, total: 2 })
  expect(partsLeft(parts)).toBe('reviewing')
})

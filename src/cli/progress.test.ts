import { expect, test } from 'vitest'
import type { ModelAccount } from '../schema/model.ts'
import type { Io } from './io.ts'
import { createProgress, formatCost } from './progress.ts'

const account: ModelAccount = {
  requests: 1234,
  retries: 2,
  cached: 0,
  failed: 3,
  inputTokens: 1,
  cachedInputTokens: 0,
  outputTokens: 1,
  requestsWithoutUsage: 0,
  cost: 0.0123,
  currency: 'USD',
}

function capture(interactive: boolean) {
  const written: string[] = []
  const output = { write: (text: string) => written.push(text) }
  const io: Io = {
    stdout: output,
    stderr: output,
    cwd: '/',
    env: {},
    signal: new AbortController().signal,
    interactive,
    color: false,
    width: 200,
  }
  return { io, written }
}

test('a pipe gets a line every few seconds, with rate, time left, cost and failures', () => {
  const { io, written } = capture(false)
  let time = 0
  const progress = createProgress(io, {
    total: 2000,
    unit: 'documents',
    account: () => account,
    now: () => time,
  })
  for (let step = 1; step <= 120; step += 1) {
    time += 100
    progress.step(`memo-${step}`)
  }
  progress.end()
  expect(written).toHaveLength(2)
  expect(written[1]).toBe(
    '100 of 2,000 documents · 10.0/s · 4 min left · 1,234 requests · $0.012 · 3 failed · memo-100\n',
  )
})

test('what was done before somebody looked is no part of the rate', () => {
  const { io, written } = capture(true)
  let time = 0
  const options = { total: 1000, done: 900, unit: 'documents', now: () => time }
  const progress = createProgress(io, options)
  progress.reach(900, 'letters')
  time += 10_000
  progress.reach(910, 'letters')
  expect(written.map((line) => line.replace('\r\u001b[2K', ''))).toEqual([
    '910 of 1,000 documents · 1.0/s · 2 min left · letters',
  ])
})

test('a terminal gets one line that is rewritten, and cleared at the end', () => {
  const { io, written } = capture(true)
  const progress = createProgress(io, { total: 2, unit: 'documents', now: () => 0 })
  progress.step('one')
  progress.end()
  expect(written).toEqual(['\r\u001b[2K1 of 2 documents · one', '\r\u001b[2K'])
})

test('a single step has no progress', () => {
  const { io, written } = capture(true)
  const progress = createProgress(io, { total: 1, unit: 'documents' })
  progress.step('one')
  progress.end()
  expect(written).toEqual([])
})

test.each([
  [0, 'USD', '$0.00'],
  [12.345, 'USD', '$12.35'],
  [0.00012, 'USD', '$0.00012'],
  [0.5, 'EUR', '0.50 EUR'],
])('%d %s is shown as %s', (cost, currency, shown) => {
  expect(formatCost(cost, currency)).toBe(shown)
})

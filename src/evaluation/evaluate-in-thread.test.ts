import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { evaluateInThread } from './evaluate-in-thread.ts'
import { type EvaluationOptions, evaluateOutputs, toCounts } from './evaluate-outputs.ts'
import { detailsOf } from './evaluation-details.ts'

const text = 'They was late and it will always rain.'
const issue = (type: string, quote: string) => {
  return { type, text: quote, location: {}, suggestedFix: quote }
}
const options: EvaluationOptions = {
  documents: [
    { id: 'memo-2', paragraphs: [], truths: [] },
    {
      id: 'memo-1',
      paragraphs: [{ index: 0, text }],
      truths: [issue('Grammar', 'was'), issue('Promise', 'will always')],
    },
  ],
  repeats: [
    new Map([
      ['memo-1', { issues: [issue('Grammar', 'was'), issue('Tone', 'pear')], error: null }],
      ['memo-2', { issues: [], error: 'timeout' }],
    ]),
    new Map([['memo-1', { issues: [issue('Grammar', 'will always')], error: null }]]),
  ],
  types: null,
}
const signal = new AbortController().signal

test('a thread counts as the process does, and makes the same details', async () => {
  const evaluated = evaluateOutputs(options)
  const found = await evaluateInThread({ ...options, details: {}, signal })
  expect(found).toEqual({
    documents: evaluated.map(({ id, repeats }) => ({ id, repeats: repeats.map(toCounts) })),
    details: detailsOf({ evaluated }),
  })
  expect(found.details?.mistakes.length).toBeGreaterThan(0)
})

test('what takes too much work has failed there, too', async () => {
  const found = await evaluateInThread({ ...options, mostWork: 1, signal })
  expect(found.documents[0]?.repeats.map(({ failed }) => failed)).toEqual([true, true])
})

/** Days of work, for whoever compares it. */
function endless(): EvaluationOptions {
  const words = 'always open on monday and never late '.repeat(12)
  const paragraphs = Array.from({ length: 2000 }, (_, index) => ({ index, text: words }))
  const nowhere = issue('Tone', words.split(' ').toReversed().join(' '))
  const issues = Array.from({ length: 10_000 }, (_, n) => {
    return { ...nowhere, location: { sourceSentence: `${n} ${nowhere.text}` } }
  })
  return {
    documents: [{ id: 'letter', paragraphs, truths: [] }],
    repeats: [new Map([['letter', { issues, error: null }]])],
    types: null,
    mostWork: Number.POSITIVE_INFINITY,
  }
}

test('while it compares, others have their turn: it can be stopped', async () => {
  const stop = new AbortController()
  const reason = new Error('stopped')
  const found = evaluateInThread({ ...endless(), signal: stop.signal })
  let turns = 0
  const ended = found.then(
    () => turns,
    (error: unknown) => error,
  )
  for (; turns < 1000; turns += 1) await setImmediate()
  stop.abort(reason)
  expect(await ended).toBe(reason)
})

test('what was stopped before it began starts no thread', async () => {
  const over = AbortSignal.abort(new Error('over'))
  await expect(evaluateInThread({ ...options, signal: over })).rejects.toThrow('over')
})

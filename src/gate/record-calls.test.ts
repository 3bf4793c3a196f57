import { expect, test } from 'vitest'
import { z } from 'zod'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ModelHost, Question } from '../model/model-host.ts'
import type { NewGateCall } from '../store/gate-calls.ts'
import { openStore } from '../store/open-store.ts'
import { recordCalls } from './record-calls.ts'

const settings: ModelHost['settings'] = () => ({
  provider: 'openai',
  model: 'large-1',
  parameters: { temperature: 0, seed: 7 },
})

function question(content: string, document = 0): Question<unknown> {
  return {
    alias: 'large',
    agent: 'promises',
    messages: [{ role: 'user', content }],
    schema: z.unknown(),
    schemaName: 'answer',
    parameters: {},
    origin: 'a',
    sample: 'a 0',
    place: { document, part: 0 },
  }
}

/** Models that answer `ok`, or give no answer; what is recorded is kept when it is let go. */
function world({ ask }: { ask?: ModelHost['ask'] } = {}) {
  const rows: NewGateCall[] = []
  let letGo: () => void = () => {}
  let gate: Promise<void> = Promise.resolve()
  const gateCalls = {
    async put(row: NewGateCall): Promise<void> {
      rows.push(row)
      await gate
    },
    list: async () => ({ items: [], next: null }),
    count: async () => [],
  }
  const where = { measure: 'one', dataset: 'letters', examples: ['a', 'b'], firstRepeat: 3 }
  const recorder = recordCalls({ gateCalls }, where)
  const answers: ModelHost['ask'] = async ({ messages, onSent, onAnswer, schema }) => {
    onSent?.(messages)
    onAnswer?.({ value: 'ok', inputTokens: 1, outputTokens: 1, isKept: false })
    return schema.parse('ok')
  }
  const models = recorder.through({ ask: ask ?? answers, settings })
  return {
    rows,
    recorder,
    models,
    hold: (): void => {
      gate = new Promise((resolve) => (letGo = resolve))
    },
    letGo: () => letGo(),
  }
}

const long = 'x'.repeat(3_000_000)

test('what a model replied to is recorded whole, however much a run asks', async () => {
  const { rows, recorder, models } = world()
  for (const [n] of Array.from({ length: 4 }).entries())
    await models.ask(question(`${n}${long}`, 3))
  await recorder.written()
  expect(rows.map(({ call }) => call.messages?.[0]?.content.length)).toEqual(
    Array.from({ length: 4 }, () => long.length + 1),
  )
  expect(rows[0]).toMatchObject({ example: 'b', repeat: 4, call: { answer: 'ok' } })
})

test('no more is held than there is room for: who asks on waits until it is kept', async () => {
  const { rows, models, hold, letGo } = world()
  hold()
  async function askAll(): Promise<void> {
    for (const [n] of Array.from({ length: 8 }).entries()) {
      await models.ask(question(`${n}${long}`))
    }
  }
  const asking = askAll()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(rows).toHaveLength(6)
  letGo()
  await asking
  expect(rows).toHaveLength(8)
})

test('nor more rows, however short, also of what is asked in vain and all at once', async () => {
  const fault = new UserFacingError('model-alias-unknown', 'There is no such model.')
  const { rows, recorder, models, hold, letGo } = world({ ask: () => Promise.reject(fault) })
  hold()
  const asking = Array.from({ length: 20_000 }, (_, n) => models.ask(question(`${n}`)))
  const ended = Promise.allSettled(asking)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(rows.length).toBeGreaterThan(7000)
  expect(rows.length).toBeLessThan(8100)
  letGo()
  await ended
  await recorder.written()
  expect(rows).toHaveLength(20_000)
})

test('what is stopped while it waits for room is not asked', async () => {
  const { rows, recorder, models, hold, letGo } = world()
  hold()
  for (const [n] of Array.from({ length: 6 }).entries()) await models.ask(question(`${n}${long}`))
  const controller = new AbortController()
  const waits = models.ask({ ...question('waits'), signal: controller.signal })
  const ended = Promise.allSettled([waits])
  controller.abort(new Error('over'))
  letGo()
  await recorder.written()
  expect(await ended).toMatchObject([{ status: 'rejected' }])
  expect(rows).toHaveLength(6)
})

test('what goes out beside the prompt is recorded, too', async () => {
  const { rows, recorder, models } = world()
  const schema = z.object({ found: z.boolean() })
  const parameters = { temperature: 1 }
  await models.ask({ ...question('hi'), schema, schemaName: 'verdict', parameters }).catch(() => {})
  await recorder.written()
  const { call } = rows[0] ?? {}
  expect(call).toMatchObject({ schemaName: 'verdict', parameters: { temperature: 1, seed: 7 } })
  expect(JSON.parse(call?.schema ?? '')).toMatchObject({ required: ['found'] })
})

test('a schema that goes out to no model is not recorded, and in vain counts like a prompt', async () => {
  const fault = new UserFacingError('model-alias-unknown', 'There is no such model.')
  const { rows, recorder, models } = world({ ask: () => Promise.reject(fault) })
  const wanting = (json: object): Question<unknown> => {
    const schema = z.unknown()
    schema._zod.toJSONSchema = () => json
    return { ...question('hi'), schema }
  }
  const deep = Array.from({ length: 50_000 }).reduce<object>((not) => ({ not }), {})
  const asked = [deep, { title: long }, { title: `1${long}` }].map((one) =>
    models.ask(wanting(one)),
  )
  await Promise.allSettled(asked)
  await recorder.written()
  expect(rows.map(({ call }) => call.schema === null)).toEqual([true, false, true])
  expect(rows.map(({ call }) => call.messages === null)).toEqual([false, false, true])
  expect(rows.map(({ call }) => call.fault)).toEqual([fault.code, fault.code, fault.code])
})

test('what was asked in vain is recorded as often as it was asked, its prompts up to a size', async () => {
  const fault = new UserFacingError('model-alias-unknown', 'There is no such model.')
  const { rows, recorder, models } = world({ ask: () => Promise.reject(fault) })
  for (const content of ['hi', 'hi', long, `1${long}`]) {
    await expect(models.ask(question(content))).rejects.toBe(fault)
  }
  await expect(models.ask(question(long, 1))).rejects.toBe(fault)
  await recorder.written()
  expect(rows.map(({ before }) => before)).toEqual([0, 1, 0, 0, 0])
  const lengths = rows.map(({ call }) => call.messages?.[0]?.content.length ?? null)
  // Of each run by itself.
  expect(lengths).toEqual([2, 2, long.length, null, long.length])
})

test('also without its prompt each is kept, as often as it was asked', async () => {
  await using folder = await tempFolder()
  await using store = await openStore({ dataFolder: folder.folder })
  const fault = new UserFacingError('model-alias-unknown', 'There is no such model.')
  const where = { measure: 'one', dataset: 'letters', examples: ['a'], firstRepeat: 0 }
  const recorder = recordCalls(store, where)
  const models = recorder.through({ ask: () => Promise.reject(fault), settings })
  const all = Array.from({ length: 5 }, (_, n) => models.ask(question(`${n}${long}`)))
  await Promise.allSettled(all)
  await recorder.written()
  const wanted = { measures: ['one'], dataset: 'letters', example: 'a', repeat: 0, after: 1 }
  const { items } = await store.gateCalls.list(wanted)
  expect(items.map(({ messages }) => messages)).toEqual([null, null, null, null])
})

test('what a run asked is told apart until it has ended, with all that was under way', async () => {
  const replies: PromiseWithResolvers<never>[] = []
  const { rows, recorder, models } = world({
    ask: () => {
      const reply = Promise.withResolvers<never>()
      replies.push(reply)
      return reply.promise
    },
  })
  const fault = new UserFacingError('model-alias-unknown', 'There is no such model.')
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const hear = async (): Promise<void> => {
    replies.shift()?.reject(fault)
    await turn()
  }
  const asked: Promise<unknown>[] = []
  const ask = async (): Promise<void> => {
    asked.push(Promise.allSettled([models.ask(question('hi'))]))
    await turn()
  }
  await ask()
  await ask()
  await hear()
  recorder.ended(0)
  await hear()
  await ask()
  await hear()
  await Promise.all(asked)
  expect(rows.map(({ before }) => before)).toEqual([0, 1, 0])
})

test('what is stopped is recorded when it had gone out', async () => {
  const { rows, recorder, models } = world({
    ask: ({ messages, onSent, signal }) =>
      new Promise((_, reject) => {
        if (messages[0]?.content === 'sent') onSent?.(messages)
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
      }),
  })
  const controller = new AbortController()
  const { signal } = controller
  const asked = ['sent', 'waits'].map((content) => models.ask({ ...question(content), signal }))
  const ended = Promise.allSettled(asked)
  await new Promise((resolve) => setImmediate(resolve))
  controller.abort(new Error('over'))
  await recorder.written()
  expect(rows).toMatchObject([{ call: { messages: [{ content: 'sent' }], fault: 'stopped' } }])
  expect((await ended).every(({ status }) => status === 'rejected')).toBe(true)
})

test('why it was not asked once more is recorded after what could not be used', async () => {
  const unusable = { text: 'no json', inputTokens: 1, outputTokens: 1 }
  const faultsAfter = async (fault: UserFacingError) => {
    const { rows, recorder, models } = world({
      ask: async ({ messages, onSent, onUnusable }) => {
        onSent?.(messages)
        onUnusable?.({ ...unusable, fault: 'answer-invalid' })
        throw fault
      },
    })
    await expect(models.ask(question('hi'))).rejects.toBe(fault)
    await recorder.written()
    return rows.map(({ call }) => [call.fault, call.said])
  }
  const said = ['answer-invalid', 'no json']
  const spent = new UserFacingError('budget-exhausted', 'The budget is spent.')
  expect(await faultsAfter(spent)).toEqual([said, ['budget-exhausted', null]])
  // It says what the reply says already.
  const invalid = new UserFacingError('answer-invalid', 'It cannot be used.')
  expect(await faultsAfter(invalid)).toEqual([said])
})

test('what waits for room when the run is over is not asked', async () => {
  const sent: string[] = []
  const { recorder, models, hold, letGo } = world({
    ask: async ({ messages, onSent }) => {
      onSent?.(messages)
      sent.push(messages[0]?.content.slice(0, 1) ?? '')
      return 'ok' as never
    },
  })
  hold()
  for (const [n] of Array.from({ length: 6 }).entries()) await models.ask(question(`${n}${long}`))
  const waiting = ['waits', 'waits, too'].map((content) => models.ask(question(content)))
  const ended = Promise.allSettled(waiting)
  const written = recorder.written()
  letGo()
  await written
  const interrupted = { status: 'rejected', reason: { code: 'interrupted' } }
  expect(await ended).toMatchObject([interrupted, interrupted])
  await expect(models.ask(question('late'))).rejects.toMatchObject({ code: 'interrupted' })
  expect(sent).toEqual(['0', '1', '2', '3', '4', '5'])
})

test('what is under way when the run is over is given up', async () => {
  const { rows, recorder, models } = world({
    ask: ({ messages, onSent, signal }) =>
      new Promise((_, reject) => {
        onSent?.(messages)
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
      }),
  })
  const asked = Promise.allSettled([models.ask(question('hi'))])
  await new Promise((resolve) => setImmediate(resolve))
  recorder.close()
  expect(await asked).toMatchObject([{ reason: { code: 'interrupted' } }])
  await recorder.written()
  expect(rows).toMatchObject([{ call: { messages: [{ content: 'hi' }], fault: 'stopped' } }])
})

import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createMessageChannel } from './message-channel.ts'

function heard(line: string, valueBytes = 0): unknown {
  const pipe = new PassThrough()
  let told: unknown = 'nothing'
  createMessageChannel(pipe, {
    schema: z.strictObject({ value: z.unknown() }),
    maxBytes: 10_000,
    valueBytes,
    onMessage: ({ value }) => (told = value),
    onFault: (fault) => (told = fault),
  })
  pipe.emit('data', Buffer.from(`${line}\n`))
  return told
}

test('a line is a message when it is JSON of the schema, not too deep and not too long', () => {
  expect(heard('{"value":["[[[",{"a":1}]}')).toEqual(['[[[', { a: 1 }])
  for (const line of ['', 'no json', '{"value":1', '{"value":1}{}', '{"other":1}'])
    expect(heard(line)).toBe('invalid')
  expect(heard(`{"value":${'['.repeat(200)}${']'.repeat(200)}}`)).toBe('invalid')
  expect(heard(`{"value":"${'x'.repeat(10_000)}"}`)).toBe('too-large')
})

test('a message of many small values is too large before it is parsed', () => {
  const many = `{"value":[${'1,'.repeat(400)}"1,[[,"]}`
  expect(heard(many, 20)).not.toBe('too-large')
  expect(heard(many, 30)).toBe('too-large')
})

test('whoever does not read what it is sent is heard no more', () => {
  const pipe = new PassThrough({ highWaterMark: 10 })
  const faults: string[] = []
  const { send } = createMessageChannel(pipe, {
    schema: z.unknown(),
    maxBytes: 100,
    maxUnread: 50,
    onMessage: () => {},
    onFault: (fault) => faults.push(fault),
  })
  // Nobody takes anything out at the other end.
  pipe.pause()
  for (let i = 0; i < 10; i += 1) send('0123456789')
  expect(faults).toEqual(['too-large'])
})

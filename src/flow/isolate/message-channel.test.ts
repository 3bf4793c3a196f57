import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createMessageChannel } from './message-channel.ts'

function heard(line: string): unknown {
  const pipe = new PassThrough()
  let told: unknown = 'nothing'
  createMessageChannel(pipe, {
    schema: z.strictObject({ value: z.unknown() }),
    maxBytes: 10_000,
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

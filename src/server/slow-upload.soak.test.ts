import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { testServer } from '../../test/helpers/test-server.ts'
import { listen } from './listen.ts'

/** Node's own limit for a request to arrive, and a little. */
const longerThanUsual = 310_000

async function* slowForm(boundary: string): AsyncGenerator<Uint8Array> {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="slow.txt"\r\n\r\n`
  yield Buffer.from(head)
  const end = performance.now() + longerThanUsual
  while (performance.now() < end) {
    yield Buffer.from('A line that comes slowly.\n')
    await setTimeout(2000)
  }
  yield Buffer.from(`\r\n--${boundary}--\r\n`)
}

test(
  'a file that takes more than five minutes to arrive is taken',
  { timeout: 600_000 },
  async () => {
    await using server = await testServer()
    await using stack = new AsyncDisposableStack()
    const { port, close } = await listen(server.app, { host: '127.0.0.1', port: 0 })
    stack.defer(close)
    const origin = `http://127.0.0.1:${port}`
    const answer = await fetch(`${origin}/api/documents`, {
      method: 'POST',
      headers: {
        origin,
        cookie: server.cookie,
        connection: 'close',
        'content-type': 'multipart/form-data; boundary=slow',
      },
      body: ReadableStream.from(slowForm('slow')),
      duplex: 'half',
    })
    expect(answer.status).toBe(201)
  },
)

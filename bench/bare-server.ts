// A bare Hono route that sends the bytes of a file, in a process of its own. Prints its address; ends
// with its standard input: node bench/bare-server.ts answer.json
import { readFile } from 'node:fs/promises'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const bytes = new Uint8Array(await readFile(process.argv[2] ?? ''))
const app = new Hono().get('/', (c) => c.body(bytes, 200, { 'content-type': 'application/json' }))
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
  process.stdout.write(`http://127.0.0.1:${port}/\n`),
)
process.stdin.resume().once('end', () => {
  server.close()
  if ('closeAllConnections' in server) server.closeAllConnections()
})

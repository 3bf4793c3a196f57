import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'

/** Browsers and fetch refuse some lower ones. */
const lowest = 12_000
const range = '/proc/sys/net/ipv4/ip_local_port_range'

/**
 * For a server that is started later, or again on the same one: below those that the system gives to whoever
 * connects to anything, so that it stays free meanwhile.
 */
export async function freePort(): Promise<number> {
  const text = await readFile(range, 'utf8').catch(() => '32768')
  const above = Math.max(Number.parseInt(text, 10), lowest + 1000)
  for (;;) {
    const port = randomInt(lowest, above)
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  await using server = createServer().listen(port, '127.0.0.1')
  return await once(server, 'listening').then(
    () => true,
    () => false,
  )
}

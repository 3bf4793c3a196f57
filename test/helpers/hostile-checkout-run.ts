import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { findTools } from '../../src/flow/isolate/find-tools.ts'
import { findIsolation } from '../../src/flow/isolate/isolation.ts'
import { runBehind, runInCheckout } from '../../src/flow/isolate/run-in-checkout.ts'
import { openAuthor } from './hostile-author.ts'
import { checkoutCommands, checkoutWalls } from './hostile-checkouts.ts'

// Runs what a hostile change brings along, as whichever user starts this, and prints what its author got.
const [request = '{}'] = process.argv.slice(2)
const { tools: wanted, removed } = z
  .object({
    /** Of `WallTools`. */
    tools: z.enum(['bubblewrap', 'namespaces', 'none']),
    /** The wall that is taken away. */
    removed: z.string().optional(),
  })
  .parse(JSON.parse(request))

process.on('SIGUSR2', () => {})

const key = 'key-of-the-server-4711'
const secret = 'master-key-of-the-server-0815'
const sentence = 'Zebra 17 pays the hidden claim'
const base = await mkdtemp(path.join(tmpdir(), 'proofloop-hostile-checkout-'))
chmodSync(base, 0o755)
const data = path.join(base, 'master.key')
await writeFile(data, secret, { mode: 0o600 })
const tools = findTools().filter(({ kind }) => kind === wanted)
const found = await findIsolation({ requester: 'server', tools })
const { environment, ...other } = checkoutWalls[removed ?? '']?.walls ?? {}
const walls = { ...found.walls, ...other, ...(environment && { environment: { SERVER_KEY: key } }) }

async function attempt(name: string, command: readonly string[]) {
  await using author = await openAuthor(true)
  const checkout = path.join(base, name.replaceAll(' ', '-'))
  await cp('test/fixtures/hostile-checkout', checkout, { recursive: true })
  const told = { ...author.told, data, sentence, checkout }
  await writeFile(path.join(checkout, 'author.json'), JSON.stringify(told))
  await writeFile(path.join(checkout, 'proofloop.config.ts'), "import './attack.mjs'\n")
  const before = await readdir(checkout)
  const attack = await readFile(path.join(checkout, 'attack.mjs'), 'utf8')
  const options = { checkout, command }
  const run =
    removed === undefined ? await runInCheckout(found, options) : await runBehind(walls, options)
  await new Promise((resolve) => setTimeout(resolve, 50))
  const got = await author.gotBy(sentence)
  if (run.log.includes(secret)) got.push('data')
  if (run.log.includes(key)) got.push('key')
  const after = await readdir(checkout)
  if (after.join() !== before.join()) got.push('checkout')
  if ((await readFile(path.join(checkout, 'attack.mjs'), 'utf8')) !== attack) got.push('checkout')
  return { name, got: got.toSorted(), hasTried: run.log.includes('tried all'), log: run.log }
}

try {
  const results = []
  for (const [name, command] of Object.entries(checkoutCommands)) {
    results.push(await attempt(name, command))
  }
  process.stdout.write(JSON.stringify(results))
} finally {
  await rm(base, { recursive: true, force: true })
}

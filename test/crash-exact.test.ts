import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createRandom } from '../src/evaluation/random.ts'
import { answer, httpError } from '../src/model/scripted-reply.ts'
import { startScriptedServer } from '../src/model/scripted-server.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const child = fileURLToPath(new URL('./helpers/crash-child.ts', import.meta.url))
const count = 200
const kills = 20

/** A server of echoes, one in ten of whose answers is an error; `onRequest` may kill who asks. */
async function startEcho() {
  let onRequest: () => void = () => {}
  const server = await startScriptedServer((request, nth) => {
    onRequest()
    if (nth % 10 === 3) return httpError(500)
    const said = `answer to ${request.messages[0]?.content}`
    return answer({ said }, { delayMs: nth % 7 })
  })
  return { server, listen: (next: () => void) => void (onRequest = next) }
}

test.each([
  ['a journal', 'answers.jsonl'],
  ['the store', '.proofloop'],
])(
  'a run on %s that is killed 20 times ends with exactly its answers, none of them asked for twice',
  async (_name, place) => {
    await using folder = await tempFolder()
    const random = createRandom('crash 1')
    const { server, listen } = await startEcho()
    await using _ = server
    const kept = folder.path(place)
    const durable = new Set<string>()
    const sentAgain: string[] = []

    /** Kills it at a random moment after so many requests. Returns the last line that it printed. */
    async function run(killAt: number): Promise<string> {
      const first = server.requests.length
      const asker = spawn(process.execPath, [child, server.baseURL, kept, String(count)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let seen = 0
      listen(() => {
        seen += 1
        if (seen === killAt) setTimeout(() => asker.kill('SIGKILL'), random.int(6))
      })
      let printed = ''
      asker.stdout.on('data', (chunk: Buffer) => (printed += String(chunk)))
      await once(asker, 'close')
      const sent = server.requests.slice(first).map(({ messages }) => messages[0]?.content ?? '')
      sentAgain.push(...sent.filter((question) => durable.has(question)))
      for (const [, index] of printed.matchAll(/^durable (\d+)$/gm))
        durable.add(`question ${index}`)
      return printed.trimEnd().split('\n').at(-1) ?? ''
    }

    for (let kill = 0; kill < kills; kill += 1) await run(4 + random.int(20))
    const durableBefore = durable.size
    expect(durableBefore).toBeGreaterThan(0)
    expect(durableBefore).toBeLessThan(count)
    const { answers, account } = JSON.parse(await run(Infinity))
    expect(sentAgain).toEqual([])
    const wanted = Array.from({ length: count }, (_each, index) => `answer to question ${index}`)
    expect(answers).toEqual(wanted)
    expect(account.cached).toBeGreaterThanOrEqual(durableBefore)
    expect(account).toMatchObject({ failed: 0, requests: account.retries + count - account.cached })
  },
)

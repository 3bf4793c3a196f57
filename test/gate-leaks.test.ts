import { expect, test } from 'vitest'
import { answer } from '../src/model/scripted-reply.ts'
import type { Script } from '../src/model/scripted-server.ts'
import { served } from '../src/server/implementer.ts'
import { routesOf } from './helpers/api-walk.ts'
import { gateWorld } from './helpers/gate-world.ts'
import { findPromises } from './helpers/promise-flow.ts'

const canary = 'zqcanary'
const addresses = routesOf(served)
  .filter(({ method, path }) => method === 'GET' && !path.endsWith('/events'))
  .map(({ path }) => path)

/** The candidate finds nothing in hidden letters that match; slower, where the server is asked to be. */
function missing(letters: RegExp, delayMs: number): Script {
  return (message) => {
    const text = JSON.stringify(message.messages)
    const isMissed = text.includes('Be odd.') && text.includes(canary) && letters.test(text)
    const reply = isMissed ? answer({ issues: [] }) : findPromises(message)
    return text.includes(canary) && 'text' in reply ? { ...reply, delayMs } : reply
  }
}

/** Without what differs from one server to the next. */
function comparable(text: string): string {
  return text
    .replaceAll(/"receipt":"(?:[^"\\]|\\.)*"/gu, (receipt) => {
      const { receipt: own } = JSON.parse(JSON.parse(`{${receipt}}`).receipt) as { receipt: object }
      return `"receipt":${JSON.stringify(own)}`
    })
    .replaceAll(/-----BEGIN[^-]*-----[^-]*-----END[^-]*-----/gu, 'KEY')
    .replaceAll(/[0-9a-f]{64}/gu, 'HASH')
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu, 'ID')
    .replaceAll(/20\d\d-\d\d-\d\dT[\d:.]+Z/gu, 'TIME')
    .replaceAll(/\b1[78]\d{11}\b/gu, 'TIME')
    .replaceAll(/\b(?:localhost|127\.0\.0\.1):\d+/gu, 'HOST')
}

type World = Awaited<ReturnType<typeof gateWorld>>

/** Everything that the author can read, before the answer and after it. */
async function toldTo(world: World, gate: string): Promise<string[]> {
  const told: string[] = []
  for (const address of addresses) {
    const path = address
      .replace('{gate}', gate)
      .replace('{dataset}', 'letters')
      .replaceAll(/\{\w+\}/gu, 'newest')
    const response = await world.eve.ask('GET', path)
    told.push(`${path.replace(gate, 'ID')} ${response.status} ${comparable(await response.text())}`)
  }
  return told
}

async function walk(
  letters: RegExp,
  { test: documents, delayMs }: { test: number; delayMs: number },
) {
  await using world = await gateWorld({
    script: missing(letters, delayMs),
    sizes: { evaluation: 2, test: documents, audit: 1 },
    word: canary,
  })
  const asked = await world.start({ bundle: await world.send('odd prompts') })
  const { id, answerAt } = (await asked.json()) as { id: string; answerAt: number }
  const { verdict, hashes } = await world.stored(id)
  const before = await toldTo(world, id)
  world.setClock(answerAt)
  const after = await toldTo(world, id)
  return { verdict, before, after, log: world.lines.join(''), testSet: hashes?.testSet ?? '?' }
}

test('FAIL and CAN’T TELL, on other examples, more of them, and slower, are one to the author', async () => {
  const [fail, doubt] = await Promise.all([
    walk(/./u, { test: 6, delayMs: 0 }),
    walk(/test-0/u, { test: 8, delayMs: 30 }),
  ])
  expect([fail.verdict, doubt.verdict]).toEqual(['FAIL', 'CANT_TELL'])
  expect(fail.before).toEqual(doubt.before)
  expect(fail.after).toEqual(doubt.after)
  expect(fail.before.filter((line, i) => line !== fail.after[i]).length).toBeGreaterThan(0)
  for (const { before, after, log, testSet } of [fail, doubt]) {
    const all = [...before, ...after, log].join('\n')
    expect(all).not.toContain(canary)
    expect(all).not.toContain(testSet)
    expect(all).not.toContain('CANT_TELL')
    expect(all).not.toContain('POOLED')
  }
})

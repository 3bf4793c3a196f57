import { expect, test } from 'vitest'
import { answer } from '../src/model/scripted-reply.ts'
import type { Script } from '../src/model/scripted-server.ts'
import { gateWorld } from './helpers/gate-world.ts'
import { findPromises } from './helpers/promise-flow.ts'
import { toldToAuthor } from './helpers/told-to-author.ts'

const canary = 'zqcanary'

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

type Alone = 'operator' | 'reviewer' | 'admin' | 'approver'

/** Addresses of which what the gate found may tell who has one role alone something, by the rights of that role. */
const known: Record<Alone, RegExp> = {
  // What everybody has spent, the gate included.
  operator: /^\/api\/budget /u,
  reviewer: /^$/u,
  admin: /^$/u,
  approver: /^\/api\/gates(?:\/ID)? /u,
}
const roles = Object.keys(known) as Alone[]

/** The log tells admins how many examples a version got, and names what is hidden by a key of each server. */
function withoutCounts(line: string): string {
  return line
    .replaceAll(/(?<=\\"added\.test\\":)\d+/gu, 'N')
    .replaceAll(/hidden:[0-9a-f]{32}/gu, 'NAME')
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
  const before = await toldToAuthor(world.eve.ask, id)
  world.setClock(answerAt)
  const after = await toldToAuthor(world.eve.ask, id)
  const alone = new Map<Alone, string[]>()
  for (const role of roles) {
    const { ask } = await world.person(`only-${role}`, [role])
    alone.set(role, await toldToAuthor(ask, id))
  }
  const testSet = hashes?.testSet ?? '?'
  return { verdict, before, after, alone, log: world.lines.join(''), testSet }
}

/** Where the same question is answered otherwise. */
function apart(first: readonly string[], second: readonly string[]): string[] {
  expect(first.length).toBe(second.length)
  return first.filter((line, i) => comparable(line) !== comparable(second[i] ?? ''))
}

test('FAIL and CAN’T TELL, on other examples, more of them, and slower, are one to the author, and to whose role tells them no figures', async () => {
  const [fail, doubt] = await Promise.all([
    walk(/./u, { test: 6, delayMs: 0 }),
    walk(/test-0/u, { test: 8, delayMs: 30 }),
  ])
  expect([fail.verdict, doubt.verdict]).toEqual(['FAIL', 'CANT_TELL'])
  expect(fail.before.map(comparable)).toEqual(doubt.before.map(comparable))
  expect(fail.after.map(comparable)).toEqual(doubt.after.map(comparable))
  expect(apart(fail.before, fail.after).length).toBeGreaterThan(0)
  for (const { before, after, log, testSet } of [fail, doubt]) {
    const all = [...before, ...after, log].join('\n')
    expect(all).not.toContain(canary)
    expect(all).not.toContain(testSet)
    expect(all).not.toContain('CANT_TELL')
    expect(all).not.toContain('POOLED')
  }
  for (const role of roles) {
    const [first, second] = [fail, doubt].map(({ alone }) =>
      (alone.get(role) ?? []).map(withoutCounts),
    )
    const otherwise = apart(first ?? [], second ?? [])
    expect([role, otherwise.filter((line) => !known[role].test(comparable(line)))]).toEqual([
      role,
      [],
    ])
    const all = [...(first ?? []), ...(second ?? [])].join('\n')
    expect([role, all.includes(canary)]).toEqual([role, false])
    // Who may see figures is told the two apart: the same look is not blind.
    expect([role, all.includes('CANT_TELL')]).toEqual([role, role === 'approver'])
  }
})

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { permissionsOf } from '../src/access/permissions.ts'
import type { Role } from '../src/schema/access.ts'
import type { Told } from './helpers/api-walk.ts'
import { changesThatHide, type ChangesThatHide, hiddenWords } from './helpers/changes-that-hide.ts'
import { type Followed, followLinks, tryActs } from './helpers/follow-links.ts'
import type { Ask } from './helpers/gate-world.ts'
import { openGitForgeWorld } from './helpers/git-forge.ts'
import { keyOf } from './helpers/hidden-identities.ts'
import { canary } from './helpers/plant-hidden.ts'

const git = async (folder: string, args: string[]): Promise<string> => {
  const repository = path.join(folder, 'repository.git')
  const options = { maxBuffer: 2 ** 27 }
  return (await promisify(execFile)('git', ['-C', repository, ...args], options)).stdout
}

/** But the bare one: what the code of a change looks for, who wrote it knew. */
function wordsIn(text: string): string[] {
  return [...new Set(text.match(new RegExp(`${canary}\\w+`, 'giu')) ?? [])]
}

/** What was told without having been sent. */
function leaksIn(told: Told[], secrets: string[]): string[] {
  return told.flatMap(({ request, answer }) => {
    const found = [...wordsIn(answer), ...secrets.filter((secret) => answer.includes(secret))]
    return found.filter((word) => !request.includes(word)).map((word) => `${word} by ${request}`)
  })
}

type World = ChangesThatHide<Awaited<ReturnType<typeof openGitForgeWorld>>>

async function toldOf(world: World, change: string, ask: Ask): Promise<string[]> {
  const { branch } = await world.stored(change)
  const at = `refs/proofloop/changes/${branch}`
  const files = ['change.json', 'comment.md'].map((file) => `${at}:${file}`)
  return world.told(change, ask, await git(world.forge.folder, ['show', ...files]))
}

describe('of everything that changes lead to', () => {
  let world: World
  let worse: string
  let doubtful: string
  let custodian: Followed

  beforeAll(async () => {
    world = await changesThatHide(openGitForgeWorld)
    const two = await world.twoNotPassed()
    worse = two.worse
    doubtful = two.doubtful
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  test('nothing tells its author which of two that were not passed is the worse one', async () => {
    const { eve, ada } = world.as
    const own = await toldOf(world, worse, eve)
    expect(own).toEqual(await toldOf(world, doubtful, eve))
    expect(own.join('\n')).toContain('It was not passed.')
    // Whoever may see the figures is told them apart: the same look is not blind.
    expect(await toldOf(world, worse, ada)).not.toEqual(await toldOf(world, doubtful, ada))
    const times = await Promise.all([worse, doubtful].map((change) => waitedFor(world, change)))
    expect(times[0]).toBe(times[1])
  })

  test('nothing that a change brings along decides how it is judged, or runs on the server', async () => {
    const { change, planted, elsewhere } = await world.rigged()
    expect(await world.newest(change)).toMatchObject({
      policyFiles: [
        '.github/workflows/test.yml',
        'datasets/letters/gold.jsonl',
        'evaluation.ts',
        'proofloop.config.ts',
      ],
    })
    const gate = await world.store.gates.get((await world.check(change, 'gate'))?.subject ?? '')
    expect(JSON.parse(gate?.policy ?? '')).toEqual(world.host.gate.settings)
    expect(gate?.verdict).toBe('FAIL')
    expect(elsewhere).toEqual([])
    expect(existsSync(planted)).toBe(false)
  })

  test('a custodian comes across every hidden word', async () => {
    await world.theOthers(doubtful)
    custodian = await followLinks(world.as.cleo, { outside: world.app.routes })
    const seen = custodian.told.map(({ answer }) => answer).join('\n')
    expect(Object.values(hiddenWords).filter((word) => !seen.includes(word))).toEqual([])
  })

  test('nobody who proposes changes is told a word of what is hidden, whatever they follow', async () => {
    const secrets = await world.hiddenHashes()
    const { asking, eve } = world
    const roles: Role[] = ['engineer', 'reviewer']
    const both = asking(await world.person('bea', roles))
    const key = await keyOf(both, [...permissionsOf(roles)])
    const readers = { 'its author': asking(eve), 'a key of two roles': asking({ key }) }
    for (const [name, ask] of Object.entries(readers)) {
      const guessed = custodian.links
      const { told, links } = await followLinks(ask, { outside: world.app.routes, guessed })
      told.push(...(await tryActs(ask, links)))
      expect(told.length).toBeGreaterThan(1000)
      expect([name, leaksIn(told, secrets)]).toEqual([name, []])
    }
  })

  test('the same requests tell its author words once they are a custodian, but no reason', async () => {
    const { store, eve, as } = world
    // Streams do not end.
    const telling = custodian.told.filter(({ answer, open }) => !open && wordsIn(answer).length > 0)
    await store.people.setRoles(eve.id, ['engineer', 'custodian'])
    const answers = telling.map(async ({ request }) => {
      const [, address = ''] = request.split(' ')
      return (await as.eve('GET', address)).text()
    })
    const told = (await Promise.all(answers)).join('\n')
    await store.people.setRoles(eve.id, ['engineer'])
    // Of their own change they do not judge, whatever they are besides.
    const found = Object.entries(hiddenWords).filter(([, word]) => told.includes(word))
    const places = Object.keys(hiddenWords).filter((place) => place !== 'reason')
    expect(found.map(([place]) => place)).toEqual(places)
  })

  test('neither the forge nor a mail, a webhook or the log holds one', async () => {
    const { mails, webhooks } = await world.sent()
    expect(mails.length).toBeGreaterThan(5)
    expect(webhooks.length).toBeGreaterThan(10)
    const places = async () => ({
      repository: await git(world.forge.folder, ['log', '--all', '-p', '--format=%an %ae %B']),
      forge: await world.forge.texts(),
      mails: JSON.stringify(mails),
      webhooks: webhooks.join('\n'),
      log: world.lines.join(''),
    })
    for (const [place, text] of Object.entries(await places())) {
      expect(text.length).toBeGreaterThan(0)
      expect([place, wordsIn(text)]).toEqual([place, []])
    }
    const [change] = await world.store.changes.list({ limit: 1 })
    await world.forge.forge.comment(change?.reference ?? '', `Of the letter ${hiddenWords.letter}.`)
    const { repository, forge } = await places()
    expect(
      [wordsIn(repository), wordsIn(forge)].map((found) => found.includes(hiddenWords.letter)),
    ).toEqual([true, true])
  })
})

/** Milliseconds between a question to the gate and its answer. */
async function waitedFor({ check, store }: World, change: string): Promise<number> {
  const gate = await store.gates.get((await check(change, 'gate'))?.subject ?? '')
  return (gate?.answerAt ?? 0) - (gate?.startedAt ?? 0)
}

import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { permissionsOf } from '../../src/access/permissions.ts'
import type { Role } from '../../src/schema/access.ts'
import type { ForgeOptions, ForgeWorld } from './change-world.ts'
import { changesThatHide, type ChangesThatHide, hiddenWords, wanted } from './changes-that-hide.ts'
import { type Followed, followLinks, tryActs } from './follow-links.ts'
import type { Ask } from './gate-world.ts'
import { keyOf } from './hidden-identities.ts'
import { leaksIn } from './leaks-in.ts'
import { canary } from './plant-hidden.ts'

/** But the bare one: what the code of a change looks for, who wrote it knew. */
function wordsIn(text: string): string[] {
  return [...new Set(text.match(new RegExp(`${canary}\\w+`, 'giu')) ?? [])]
}

type LeakyForge<F extends ForgeWorld> = {
  open: (options: ForgeOptions) => Promise<F>
  /** What everybody sees there of one change, without what names it. */
  shown: (world: ChangesThatHide<F>, change: string) => Promise<string>
  /** All that is kept there, and was there once, and all that it was ever sent. */
  kept: (world: ChangesThatHide<F>) => Promise<Record<string, string>>
  /** What happens there before the last changes are gone on with. */
  meanwhile?: (world: ChangesThatHide<F>) => Promise<void>
  /** Whether what does not depend on the forge is followed by others than the author on another one. */
  isReadElsewhere?: boolean
}

/** What nobody who proposes changes may be told, on whichever forge. */
export function describeLeaks<F extends ForgeWorld>(forge: LeakyForge<F>): void {
  let world: ChangesThatHide<F>
  let worse: string
  let doubtful: string
  let custodian: Followed

  beforeAll(async () => {
    world = await changesThatHide(forge.open)
    const two = await world.twoNotPassed()
    worse = two.worse
    doubtful = two.doubtful
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  describe('of everything that changes lead to', () => {
    test('nothing tells its author which of two that were not passed is the worse one', async () => {
      const { eve, ada } = world.as
      const toldOf = async (change: string, ask: Ask): Promise<string[]> =>
        world.told(change, ask, await forge.shown(world, change))
      const own = await toldOf(worse, eve)
      expect(own).toEqual(await toldOf(doubtful, eve))
      expect(own.join('\n')).toContain('It was not passed.')
      // Whoever may see the figures is told them apart: the same look is not blind.
      expect(await toldOf(worse, ada)).not.toEqual(await toldOf(doubtful, ada))
      const times = await Promise.all([worse, doubtful].map((change) => world.waitedFor(change)))
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
      await world.theOthers(doubtful, () => forge.meanwhile?.(world) ?? Promise.resolve())
      custodian = await followLinks(world.as.cleo, { outside: world.app.routes })
      const seen = custodian.told.map(({ answer }) => answer).join('\n')
      expect(Object.values(hiddenWords).filter((word) => !seen.includes(word))).toEqual([])
    })

    test('nobody who proposes changes is told a word of what is hidden, whatever they follow', async () => {
      const secrets = await world.hiddenHashes()
      const secretsIn = (text: string): string[] => [
        ...wordsIn(text),
        ...secrets.filter((secret) => text.includes(secret)),
      ]
      const readers = await readersOf(world, forge)
      for (const { name, ask, codes } of readers) {
        const followed = await followLinks(ask, { outside: world.app.routes, heard: custodian })
        const told = [...followed.told, ...(await tryActs(ask, followed))]
        expect(told.length).toBeGreaterThan(500)
        expect([name, leaksIn(told, secretsIn)]).toEqual([name, []])
        // What they are to read they come across, too, and are refused for many reasons.
        const all = told.map(({ answer }) => answer).join('\n')
        expect([name, [wanted, ...codes].filter((word) => !all.includes(word))]).toEqual([name, []])
      }
    })

    test.runIf(forge.isReadElsewhere !== true)(
      'who has one role alone comes across what they may see, and no other hidden word',
      async () => {
        const [document = '', testSet = ''] = await world.hiddenHashes()
        const secrets = Object.entries({ ...hiddenWords, document, testSet })
        const placesIn = (text: string): string[] =>
          secrets.flatMap(([place, secret]) => (text.includes(secret) ? [place] : []))
        // Streams do not end.
        const telling = custodian.told.filter(
          ({ answer, open }) => !open && placesIn(answer).length > 0,
        )
        for (const { role, may, comesAcross } of alone) {
          const { cookie } = await world.person(`only-${role}`, [role])
          const ask = world.asking({ cookie })
          // All that their own answers lead to, and what told a custodian something hidden.
          const { told } = await followLinks(ask, { outside: world.app.routes })
          const answers = told.map(({ answer }) => answer)
          for (const { request } of telling) {
            const [, address = ''] = request.split(' ')
            answers.push(await (await ask('GET', address)).text())
          }
          const places = new Set(answers.flatMap(placesIn))
          expect([role, [...places].toSorted()]).toEqual([role, may])
          expect([role, answers.some((one) => one.includes(comesAcross))]).toEqual([role, true])
        }
      },
    )

    test('the same requests tell its author words once they are a custodian, but no reason', async () => {
      const { store, eve, as } = world
      // Streams do not end.
      const telling = custodian.told.filter(
        ({ answer, open }) => !open && wordsIn(answer).length > 0,
      )
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
      const places = {
        ...(await forge.kept(world)),
        mails: JSON.stringify(mails),
        webhooks: webhooks.join('\n'),
        log: world.lines.join(''),
      }
      for (const [place, text] of Object.entries(places)) {
        expect(text.length).toBeGreaterThan(0)
        expect([place, wordsIn(text)]).toEqual([place, []])
      }
      // Why changes are asked for is told wherever its author is told of it.
      const { mails: mailed, webhooks: sent } = places
      const said = [mailed, sent, ...Object.values(await forge.kept(world))]
      expect(said.filter((text) => text.includes(wanted)).length).toBeGreaterThan(2)
      const [change] = await world.store.changes.list({ limit: 1 })
      const comment = `Of the letter ${hiddenWords.letter}.`
      await world.forge.forge.comment(change?.reference ?? '', comment)
      const kept = Object.values(await forge.kept(world))
      expect(kept.filter((text) => text.includes(hiddenWords.letter))).toHaveLength(2)
    })
  })
}

type Reader = {
  name: string
  ask: Ask
  /** Some of those with which they are refused, each for something else. */
  codes: string[]
}

type Alone = {
  role: Role
  /** Where what they may see is hidden from whoever proposes changes (design §6.10), in the order of the alphabet. */
  may: (keyof typeof hiddenWords | 'document' | 'testSet')[]
  /** What they are told, so that the walk is not blind. */
  comesAcross: string
}

const alone: Alone[] = [
  { role: 'operator', may: [], comesAcross: wanted },
  { role: 'reviewer', may: [], comesAcross: 'FORBIDDEN' },
  // The log has which version was made or read, by its hash.
  { role: 'admin', may: ['testSet'], comesAcross: 'hidden-read' },
  // Figures are told by type, and approvers tell one another their reasons.
  { role: 'approver', may: ['reason', 'testSet', 'type'], comesAcross: wanted },
]

async function readersOf<F extends ForgeWorld>(
  changes: ChangesThatHide<F>,
  { isReadElsewhere = false }: LeakyForge<F>,
): Promise<Reader[]> {
  const everybody = ['change-not-found', 'branch-not-found', 'draft-not-found', 'BAD_REQUEST']
  const author: Reader = {
    name: 'its author',
    ask: changes.asking(changes.eve),
    codes: [...everybody, 'change-not-yours', 'change-not-open', 'nothing-to-retry', 'FORBIDDEN'],
  }
  if (isReadElsewhere) return [author]
  const roles: Role[] = ['engineer', 'reviewer']
  const both = changes.asking(await changes.person('bea', roles))
  const key = await keyOf(both, [...permissionsOf(roles)])
  return [
    author,
    {
      name: 'a key of two roles',
      ask: changes.asking({ key }),
      codes: [...everybody, 'change-not-yours'],
    },
  ]
}

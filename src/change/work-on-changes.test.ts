import { expect, test } from 'vitest'
import { changeWorld } from '../../test/helpers/change-world.ts'
import { openGitForgeWorld } from '../../test/helpers/git-forge.ts'
import { watchStatements } from '../../test/helpers/watch-statements.ts'
import type { Actor } from '../access/actor.ts'
import type { ChangeHost } from './change-host.ts'
import { UserFacingError } from '../lib/errors.ts'
import { reconcile } from './reconcile.ts'
import { showingTo } from './show-change.ts'
import { lookAround, workOnChanges } from './work-on-changes.ts'

test('a change is looked at when something happened to it, when it is time, and when something else decides about all', async () => {
  await using world = await changeWorld(openGitForgeWorld)
  const { store, jobs } = world.host
  const woken: (string | undefined)[] = []
  const host: ChangeHost = {
    ...world.host,
    jobs: {
      ...jobs,
      async add(_queue, { key }) {
        woken.push(key)
        return ''
      },
    },
  }
  const lookedAt = async (): Promise<(string | undefined)[]> => {
    await lookAround(host)
    return woken.splice(0)
  }
  // Nobody here proposed it: it waits for that to be another one.
  const id = await world.propose({ by: 'rob' })
  expect(await lookedAt()).toEqual([id])
  expect((await reconcile(host, id))?.stage).toBe('not-an-engineer')
  // What the forge was told is seen there, too.
  await lookedAt()
  await reconcile(host, id)
  expect(await lookedAt()).toEqual([])

  await store.people.setRoles(world.rob.id, ['engineer'])
  expect(await lookedAt()).toEqual([id])
  await store.people.setRoles(world.rob.id, ['reviewer'])
  await lookedAt()
  await reconcile(host, id)
  expect(await lookedAt()).toEqual([])

  // Another test set: a gate that was passed is asked again.
  await world.keepLetters({ evaluation: 2, test: 7, audit: 4 })
  expect(await lookedAt()).toEqual([id])
  await reconcile(host, id)
  expect(await lookedAt()).toEqual([])

  await world.decide(id, world.ada.id)
  // Nobody heard of it, and it is due.
  expect(await lookedAt()).toEqual([id])
  await reconcile(host, id)
  await lookedAt()
  await reconcile(host, id)
  await store.changes.keepNextLook(id, { at: 1, wakes: await store.changes.wakes(id) })
  expect(await lookedAt()).toEqual([id])
})

test('a change says since when the forge does not answer, until it does', async () => {
  await using world = await changeWorld(openGitForgeWorld)
  const { host, forge } = world
  const actor: Actor = {
    id: world.ada.id,
    name: 'ada',
    roles: ['approver'],
    permissions: new Set(),
    via: 'session',
  }
  const id = await world.propose({ by: 'rob' })
  const told = async (): Promise<string> => {
    const showing = await showingTo(host, actor, (person) => ({ id: person, name: person }))
    return (await showing.view(await world.stored(id))).told.join(' ')
  }
  expect(await told()).not.toContain('The forge')
  await forge.setDown(true)
  const since = new Date(host.now()).toISOString().slice(0, 16)
  const down = { code: 'forge-unavailable' }
  await expect(lookAround(host)).rejects.toMatchObject(down)
  world.setClock(host.now() + 3_600_000)
  await expect(lookAround(host)).rejects.toMatchObject(down)
  expect(await told()).toContain(`The forge does not answer since ${since}`)
  await forge.setDown(false)
  await lookAround(host)
  expect(await told()).not.toContain('The forge')
})

/** Its queue, as whoever works on it: what is added is kept, and done when it is asked for. */
function asWorker(host: ChangeHost) {
  const woken: (string | undefined)[] = []
  let work: ((change: string) => Promise<void>) | null = null
  const jobs: ChangeHost['jobs'] = {
    ...host.jobs,
    async add(_queue, { key }) {
      woken.push(key)
      return ''
    },
    async work(_queue, _options, handler) {
      const { signal } = new AbortController()
      work = async (change) => handler({ id: '', attempt: 1, signal, data: { change } })
    },
    schedule() {},
  }
  return {
    jobs,
    goOn: async (change: string) => work?.(change),
    woken: () => woken.splice(0).filter((key) => key !== 'look'),
  }
}

test('a change of which the forge refuses something has no other looked at', async () => {
  await using world = await changeWorld(openGitForgeWorld)
  const { jobs, goOn, woken } = asWorker(world.host)
  let refused: string | null = null
  const no = (): never => {
    throw new UserFacingError('forge-refused', 'The conversation is locked.')
  }
  const { forge } = world.host.changes
  const own: ChangeHost = {
    ...world.host,
    jobs,
    changes: {
      ...world.host.changes,
      forge: {
        ...forge,
        get: (reference) => (reference === refused ? no() : forge.get(reference)),
      },
    },
  }
  await workOnChanges(own)
  const one = await world.propose({ by: 'rob', branch: 'one' })
  const two = await world.propose({ by: 'rob', branch: 'two' })
  for (let times = 0; times < 2; times += 1) {
    await goOn(one)
    await goOn(two)
    await lookAround(own)
  }
  await goOn(one)
  await goOn(two)
  woken()
  await lookAround(own)
  expect(woken()).toEqual([])
  refused = (await world.stored(one)).reference
  await world.host.store.changes.wake(one)
  await lookAround(own)
  await expect(goOn(one)).rejects.toMatchObject({ code: 'forge-refused' })
  woken()
  await lookAround(own)
  expect(woken()).toEqual([one])
})

test('what cannot be read of the forge stops nothing else, is reported once, and is asked for until it can be', async () => {
  await using world = await changeWorld(openGitForgeWorld)
  const { jobs, woken } = asWorker(world.host)
  const unreadable = new Set<string>()
  const reported: unknown[] = []
  const { forge } = world.host.changes
  const host: ChangeHost = {
    ...world.host,
    jobs,
    report: (error) => void reported.push(error),
    changes: {
      ...world.host.changes,
      forge: {
        ...forge,
        async get(reference) {
          if (!unreadable.has(reference)) return forge.get(reference)
          throw new UserFacingError('forge-unavailable', 'GitHub has a fault (500).')
        },
      },
    },
  }
  const known = await world.propose({ by: 'rob', branch: 'known' })
  await world.forge.push({ branch: 'broken', files: { 'a.md': 'A.\n' }, by: 'rob' })
  const reference = await world.forge.open({ branch: 'broken', by: 'rob' })
  const found = () => host.store.changes.referenced('local', reference)
  unreadable.add(reference)
  await world.host.store.changes.wake(known)
  await lookAround(host)
  expect(woken()).toEqual([known])
  expect(reported).toMatchObject([{ code: 'forge-unavailable' }])
  await reconcile(host, known)
  // What was told it there is seen there, too.
  await lookAround(host)
  await reconcile(host, known)
  woken()
  await lookAround(host)
  expect(woken()).toEqual([])
  expect(reported).toHaveLength(1)
  expect(await found()).toBeNull()
  unreadable.clear()
  await lookAround(host)
  expect(woken()).toEqual([(await found())?.id])
})

test('what an idle look asks of the store does not depend on how many changes are open', async () => {
  await using world = await changeWorld(openGitForgeWorld)
  using watched = watchStatements()
  const idle = async (ids: string[]): Promise<number> => {
    for (let times = 0; times < 2; times += 1) {
      for (const id of ids) await reconcile(world.host, id)
      await lookAround(world.host)
    }
    for (const id of ids) await reconcile(world.host, id)
    const { statements } = await watched.during(() => lookAround(world.host))
    return statements.length
  }
  const one = await world.propose({ by: 'rob' })
  const asked = await idle([one])
  expect(asked).toBeGreaterThan(0)
  const more = [
    await world.propose({ by: 'rob', branch: 'second' }),
    await world.propose({ by: 'rob', branch: 'third' }),
  ]
  expect(await idle([one, ...more])).toBe(asked)
})

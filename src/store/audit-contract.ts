import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { ToldAgain } from './audit-windows.ts'
import type { CreatePlace } from './contract-place.ts'

const event = (subject: string) => ({ actor: 'ann', action: 'hidden-read' as const, subject })
const againOf = ({ things, ...details }: ToldAgain) => ({
  actor: 'ann',
  action: 'hidden-read-again' as const,
  subject: things.length === 1 && things[0]?.length === 64 ? 'once' : things.join('-'),
  details: { ...details, last: new Date(details.last).toISOString() },
})

export function describeAuditContract(createPlace: CreatePlace): void {
  describe('audit log', () => {
    it('numbers its entries and binds each to the one before', async () => {
      await using place = await createPlace()
      await using store = await place.open(() => 7)
      expect(await store.audit.head()).toMatchObject({ sequence: 0 })
      expect(await store.audit.verify()).toMatchObject({ head: { sequence: 0 }, fault: null })
      await store.audit.append([event('a'), { ...event('b'), details: { z: 1, a: ['x'] } }])
      await store.audit.append([])
      await store.audit.append([event('c')])
      const [c, b, a] = await store.audit.list({ limit: 9 })
      expect(a).toMatchObject({ sequence: 1, at: 7, subject: 'a', previous: '0'.repeat(64) })
      expect(b).toMatchObject({ sequence: 2, details: '{"a":["x"],"z":1}', previous: a?.hash })
      expect(c).toMatchObject({ sequence: 3, subject: 'c', previous: b?.hash })
      expect(await store.audit.list({ before: 3, limit: 1 })).toEqual([b])
      expect(await store.audit.head()).toEqual({ sequence: 3, hash: c?.hash })
      expect(await store.audit.verify()).toMatchObject({ head: { sequence: 3 }, fault: null })
    })

    it('stays one chain when several processes write at once', async () => {
      await using place = await createPlace()
      const stores = await Promise.all([place.open(), place.open(), place.open()])
      await Promise.all(
        Array.from({ length: 60 }, async (_, i) => {
          if (i % 7 === 0) await stores[0]?.audit.head()
          await stores[i % 3]?.audit.append([event(`${i}a`), event(`${i}b`)])
        }),
      )
      expect(await stores[1]?.audit.verify()).toMatchObject({
        head: { sequence: 120 },
        fault: null,
      })
      const subjects = (await stores[2]!.audit.list({ limit: 500 })).map(({ subject }) => subject)
      expect(new Set(subjects).size).toBe(120)
      for (const store of stores) await store[Symbol.asyncDispose]()
    })

    it('has one entry of what happens once, when several processes tell of it at once and again later', async () => {
      await using place = await createPlace()
      const stores = await Promise.all([place.open(), place.open(), place.open()])
      const merged = { ...event('a'), details: { tree: 't', by: 'ann' } }
      const tell = async (i: number) => {
        const store = stores[i % 3]!
        await store.audit.appendFirst(merged)
        const told = (await store.audit.list({ subject: 'a', limit: 9 })).length
        await store.audit.append([event(`other-${i}`)])
        return told
      }
      const told = await Promise.all(Array.from({ length: 30 }, (_, i) => tell(i)))
      // It is there before anybody goes on.
      expect(new Set(told)).toEqual(new Set([1]))
      await tell(1)
      const { audit } = stores[0]!
      const entries = () => audit.list({ subject: 'a', limit: 9 })
      expect(await entries()).toMatchObject([{ details: '{"by":"ann","tree":"t"}' }])
      await audit.appendFirst({ ...merged, details: { tree: 'u', by: 'ann' } })
      await audit.appendFirst({ ...merged, actor: 'bob' })
      await audit.append([merged])
      expect(await entries()).toHaveLength(4)
      await expect(audit.appendFirst({ ...merged, actor: 'Ann S' })).rejects.toThrow('an id')
      expect(await audit.verify()).toMatchObject({ head: { sequence: 35 }, fault: null })
      for (const store of stores) await store[Symbol.asyncDispose]()
    })

    it('has one entry of what is told again and again within a window, written before it is told', async () => {
      await using place = await createPlace()
      let now = 100
      await using store = await place.open(() => now)
      const { audit } = store
      const tell = (subject: string, content = 'rows') =>
        audit.appendOnce(event(subject), { content, againOf, withinMs: 10 })
      const told = async () =>
        (await audit.list({ action: 'hidden-read', limit: 9 })).map(
          ({ at, subject }) => `${subject} ${at}`,
        )
      await Promise.all([
        tell('a').then(async () => expect(await told()).toContain('a 100')),
        tell('a').then(async () => expect(await told()).toContain('a 100')),
      ])
      now = 105
      await tell('b')
      now = 109
      await tell('a')
      expect(await told()).toEqual(['b 105', 'a 100'])
      await tell('a', 'other rows')
      const window = { content: 'rows', againOf, withinMs: 10 }
      await audit.appendOnce({ ...event('a'), actor: 'bob' }, window)
      expect(await told()).toEqual(['a 109', 'a 109', 'b 105', 'a 100'])
      now = 110
      await tell('a')
      await tell('b')
      expect(await told()).toEqual(['a 110', 'a 109', 'a 109', 'b 105', 'a 100'])
      await audit.endWindows()
      expect(await audit.verify()).toMatchObject({ head: { sequence: 7 }, fault: null })
    })

    it('has one entry of those of several things that were not told within a window', async () => {
      await using place = await createPlace()
      let now = 100
      await using store = await place.open(() => now)
      const { audit } = store
      const tell = (...things: string[]) =>
        audit.appendNew(things, {
          withinMs: 10,
          eventOf: (fresh) => event(fresh.join('-')),
          againOf,
        })
      const told = async () =>
        (await audit.list({ action: 'hidden-read', limit: 9 })).map(({ subject }) => subject)
      await Promise.all([
        tell('a', 'b'),
        tell('b').then(async () => expect(await told()).toEqual(['a-b'])),
      ])
      await tell()
      now = 105
      await tell('a', 'c', 'b')
      await tell('c')
      expect(await told()).toEqual(['c', 'a-b'])
      now = 110
      await tell('a', 'c')
      expect(await told()).toEqual(['a', 'c', 'a-b'])
    })

    it('says after a window how often what it began with was told again, and when last', async () => {
      await using place = await createPlace()
      let now = 100
      await using store = await place.open(() => now)
      const { audit } = store
      const window = { againOf, withinMs: 10 }
      const tell = (subject: string) => audit.appendOnce(event(subject), { content: '', ...window })
      const tellAll = (...things: string[]) =>
        audit.appendNew(things, { ...window, eventOf: (fresh) => event(fresh.join('-')) })
      const counts = async () => {
        const found = await audit.list({ action: 'hidden-read-again', limit: 9 })
        return found.map(({ at, subject, details }) => [at, subject, JSON.parse(details)])
      }
      const last = (at: number) => new Date(at).toISOString()
      await tell('a')
      await tellAll('r', 's', 't', 'r')
      await tell('told-once')
      now = 104
      await Promise.all([tell('a'), tell('a'), tellAll('r', 's', 't')])
      now = 108
      await tellAll('s', 't', 'new')
      expect(await counts()).toEqual([])
      now = 111
      await tell('a')
      await audit.endWindows()
      expect(await counts()).toEqual([
        [111, 's-t', { entry: 2, times: 2, last: last(108) }],
        [111, 'r', { entry: 2, times: 1, last: last(104) }],
        [111, 'once', { entry: 1, times: 2, last: last(104) }],
      ])
      await audit.endWindows()
      expect(await audit.verify()).toMatchObject({ head: { sequence: 8 }, fault: null })
    })

    it('says it also when it is closed within the window', async () => {
      await using place = await createPlace()
      {
        await using store = await place.open(() => 100)
        const window = { content: '', againOf, withinMs: 60_000 }
        for (let i = 0; i < 3; i += 1) await store.audit.appendOnce(event('a'), window)
        expect(await store.audit.list({ limit: 9 })).toHaveLength(1)
      }
      await using store = await place.open(() => 200)
      expect(await store.audit.list({ limit: 9 })).toMatchObject([
        { action: 'hidden-read-again', details: expect.stringContaining('"times":2') },
        { action: 'hidden-read' },
      ])
    })

    it('tries an entry again that could not be written', async () => {
      await using place = await createPlace()
      await using store = await place.open()
      const tell = (subject: string) =>
        store.audit.appendOnce(event(subject), { content: '', againOf, withinMs: 60_000 })
      const { db } = store.accountTables
      await sql.raw('alter table audit_log rename to audit_away').execute(db)
      await expect(Promise.allSettled([tell('a'), tell('a')])).resolves.toMatchObject([
        { status: 'rejected' },
        { status: 'rejected' },
      ])
      await sql.raw('alter table audit_away rename to audit_log').execute(db)
      await tell('a')
      await store.audit.endWindows()
      expect(await store.audit.list({ limit: 9 })).toMatchObject([{ subject: 'a' }])
      await tell('b')
      await tell('b')
      await sql.raw('alter table audit_log rename to audit_away').execute(db)
      await store.audit.endWindows()
      await sql.raw('alter table audit_away rename to audit_log').execute(db)
      await store.audit.endWindows()
      const [again] = await store.audit.list({ limit: 9 })
      expect(again).toMatchObject({ action: 'hidden-read-again', sequence: 3 })
    })

    it('is read by who did it, what, to what, and when', async () => {
      await using place = await createPlace()
      let now = 0
      await using store = await place.open(() => now)
      for (const [at, actor, action, subject] of [
        [10, 'ann', 'exported', 'r1'],
        [20, 'bob', 'exported', 'r2'],
        [30, 'ann', 'hidden-read', 'r1'],
        [40, 'ann', 'exported', 'r1'],
      ] as const) {
        now = at
        await store.audit.append([{ actor, action, subject }])
      }
      type Filter = Parameters<typeof store.audit.list>[0]
      const found = async (filter: Omit<Filter, 'limit'>) =>
        (await store.audit.list({ ...filter, limit: 9 })).map(({ sequence }) => sequence)
      expect(await found({ actor: 'ann' })).toEqual([4, 3, 1])
      expect(await found({ action: 'exported' })).toEqual([4, 2, 1])
      expect(await found({ subject: 'r2' })).toEqual([2])
      expect(await found({ from: 20, until: 40 })).toEqual([3, 2])
      expect(await found({ actor: 'ann', action: 'exported', before: 4 })).toEqual([1])
      expect(await found({ notDoing: ['exported'] })).toEqual([3])
      expect(await found({ notDoing: ['exported', 'hidden-read'] })).toEqual([])
      expect(await found({ notDoing: ['exported'], action: 'exported' })).toEqual([])
      expect(await found({ actor: 'bob', subject: 'r1' })).toEqual([])
      expect(await found({ actor: "ann' or 1=1 --" })).toEqual([])
    })

    it('is read whole, oldest first, and checked from so many of the newest on', async () => {
      await using place = await createPlace()
      await using store = await place.open()
      await store.audit.append(Array.from({ length: 1001 }, (_, i) => event(`${i}`)))
      const batches = await Array.fromAsync(store.audit.batches())
      expect(batches.map(({ length }) => length)).toEqual([1000, 1])
      expect(batches.flat().map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 1001 }, (_, i) => i + 1),
      )
      const head = await store.audit.head()
      const whole = { from: 1, head, fault: null }
      expect(await store.audit.verify({ newest: 7 })).toEqual({ ...whole, from: 995 })
      expect(await store.audit.verify({ newest: 1001 })).toEqual(whole)
      expect(await store.audit.verify({ newest: 7, kept: head })).toEqual(whole)
    })

    it('takes ids and codes only', async () => {
      await using place = await createPlace()
      await using store = await place.open()
      for (const text of ['Ann Smith', 'ann@example.org', 'Zoë', '']) {
        await expect(store.audit.append([event(text)])).rejects.toThrow('an id or a code')
        const details = { name: text }
        await expect(store.audit.append([{ ...event('a'), details }])).rejects.toThrow('details')
      }
      expect(await store.audit.list({ limit: 9 })).toEqual([])
    })

    it('refuses statements that change it', async () => {
      await using place = await createPlace()
      await using store = await place.open()
      await store.audit.append([event('a'), event('b')])
      const { db, type } = store.accountTables
      const statements = [
        `update audit_log set actor = 'bob'`,
        `delete from audit_log where sequence = 2`,
        type === 'postgres'
          ? 'truncate audit_log'
          : `insert or replace into audit_log values (2, 0, '', '', '', '', '', '')`,
      ]
      for (const statement of statements) {
        await expect(sql.raw(statement).execute(db)).rejects.toThrow('append-only')
      }
      expect(await store.audit.verify()).toMatchObject({ head: { sequence: 2 }, fault: null })
    })

    it('shows what whoever owns the tables has cut out of it or off its end', async () => {
      await using place = await createPlace()
      await using store = await place.open()
      await store.audit.append(['a', 'b', 'c', 'd', 'e'].map(event))
      const kept = await store.audit.head()
      const { db, type } = store.accountTables
      const disarm =
        type === 'postgres'
          ? ['alter table audit_log disable trigger user']
          : ['changes', 'goes', 'replaced'].map((what) => `drop trigger audit_log_never_${what}`)
      const run = async (statement: string) => sql.raw(statement).execute(db)
      for (const statement of disarm) await run(statement)

      await run('delete from audit_log where sequence = 5')
      expect(await store.audit.verify()).toMatchObject({ head: { sequence: 4 }, fault: null })
      const cut = { sequence: 5, kind: 'missing' }
      expect(await store.audit.verify({ kept })).toMatchObject({ fault: cut })

      await run('delete from audit_log where sequence = 2')
      const gap = { sequence: 3, kind: 'missing' }
      expect(await store.audit.verify()).toMatchObject({ fault: gap })
      expect(await store.audit.verify({ kept })).toMatchObject({ fault: gap })
    })
  })
}

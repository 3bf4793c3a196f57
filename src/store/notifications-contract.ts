import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { addPeople } from './account-samples.ts'
import type { CreatePlace } from './contract-place.ts'
import type { NewNotification } from './notifications.ts'
import { newChange } from './store-samples.ts'
import type { Store } from './store.ts'

function told(id: string, more: Partial<NewNotification> = {}): NewNotification {
  const text = `Of ${id}.`
  return { id, person: 'ann', change: 'a', gate: null, eventKey: id, kind: 'merged', text, ...more }
}

/** As the one who goes on with a change tells of it. */
function tell({ changes, notifications }: Store, key: string, all: NewNotification[]) {
  const event = { change: 'a', key, kind: 'merged', person: null, text: '' } as const
  return changes.tell(event, notifications.steps(all))
}

export function describeNotificationContract(createPlace: CreatePlace): void {
  describe('notifications', () => {
    it('are there together with their event, each once, and not for who has left', async () => {
      await using place = await createPlace()
      await using store = await place.open(() => 5)
      await addPeople(store, ['ann', 'bob'])
      await store.changes.add(newChange('a'))
      const all = [
        told('1'),
        told('2', { person: 'bob', eventKey: '1' }),
        told('3', { person: 'zoe' }),
      ]
      expect(await tell(store, '1', all)).toBe(true)
      // The event was told before: nothing is written.
      expect(await tell(store, '1', [told('4')])).toBe(false)
      // Another event may tell the same thing: who was told of it is not told again.
      expect(await tell(store, '2', [told('5', { eventKey: '1' })])).toBe(true)
      expect(await store.notifications.list('ann', { limit: 9 })).toEqual([
        { ...told('1'), createdAt: 5, readAt: null },
      ])
      expect(await store.notifications.list('bob', { limit: 9 })).toHaveLength(1)
      expect(await store.notifications.list('zoe', { limit: 9 })).toEqual([])
      const toldOf = (change: string, eventKey: string) =>
        store.notifications.toldOf({ change, eventKey })
      expect((await toldOf('a', '1')).toSorted()).toEqual(['ann', 'bob'])
      expect(await toldOf('a', '2')).toEqual([])
      expect(await toldOf('b', '1')).toEqual([])
    })

    it('are not there when their event is not', async () => {
      await using place = await createPlace()
      await using store = await place.open()
      await addPeople(store, ['ann'])
      await store.changes.add(newChange('a'))
      const broken = told('1', { change: 'no such change' })
      await expect(tell(store, '1', [told('2'), broken])).rejects.toThrow(/foreign key/i)
      expect(await store.changes.events('a')).toEqual([])
      expect(await store.notifications.unread('ann')).toBe(0)
    })

    it('are read by their person only, page by page, and stay read', async () => {
      await using place = await createPlace()
      let time = 1
      await using store = await place.open(() => time)
      await addPeople(store, ['ann', 'bob'])
      await store.changes.add(newChange('a'))
      await store.changes.add(newChange('b'))
      for (const id of ['1', '2', '3']) {
        time += 1
        await tell(store, id, [told(id)])
      }
      const { notifications } = store
      const ids = async (page: Parameters<typeof notifications.list>[1]) =>
        (await notifications.list('ann', page)).map(({ id }) => id)
      expect(await ids({ limit: 2 })).toEqual(['3', '2'])
      const second = (await notifications.get('ann', '2')) ?? undefined
      expect(await ids({ limit: 2, before: second })).toEqual(['1'])
      expect(await notifications.get('bob', '2')).toBeNull()
      await notifications.markRead('bob', { ids: ['2'] })
      await notifications.markRead('bob')
      expect(await notifications.unread('ann')).toBe(3)
      time = 7
      await notifications.markRead('ann', { ids: ['2', 'none'] })
      expect(await ids({ unread: true, limit: 9 })).toEqual(['3', '1'])
      time = 8
      await tell(store, '4', [told('4', { change: 'b' })])
      await notifications.markRead('bob', { change: 'b' })
      await notifications.markRead('ann', { change: 'b' })
      expect(await ids({ unread: true, limit: 9 })).toEqual(['3', '1'])
      time = 9
      await notifications.markRead('ann')
      expect(await notifications.unread('ann')).toBe(0)
      expect(await notifications.get('ann', '2')).toMatchObject({ readAt: 7 })
      expect(await notifications.get('ann', '4')).toMatchObject({ readAt: 8 })
      expect(await notifications.get('ann', '1')).toMatchObject({ readAt: 9 })
    })

    it('go after their time, and with their person', async () => {
      await using place = await createPlace()
      let time = 1
      await using store = await place.open(() => time)
      await addPeople(store, ['ann'])
      await store.changes.add(newChange('a'))
      await tell(store, '1', [told('1')])
      time = 2
      await tell(store, '2', [told('2')])
      await store.notifications.prune(2)
      expect(await store.notifications.list('ann', { limit: 9 })).toMatchObject([{ id: '2' }])
      await sql`delete from people where id = 'ann'`.execute(store.accountTables.db)
      expect(await store.notifications.list('ann', { limit: 9 })).toEqual([])
    })
  })
}

import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'
import { newChange, newDecision, newRequest, newRevision } from './store-samples.ts'

export function describeChangeContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)

  describe('changes', () => {
    it(
      'have numbers without gaps, one for each reference, whoever opens them at the same time',
      withStore(async ({ changes }) => {
        const ids = ['a', 'b', 'c', 'd', 'e', 'f']
        const opened = await Promise.all(ids.map((id) => changes.add(newChange(id))))
        expect(new Set(opened.map(({ number }) => number))).toEqual(new Set([1, 2, 3, 4, 5, 6]))
        const again = await changes.add(newChange('other', { reference: 'a' }))
        expect(again.id).toBe('a')
        const pull = await changes.add(newChange('pull', { forge: 'github', reference: 'a' }))
        expect(pull.number).toBe(7)
        expect(await changes.numbered(7)).toEqual(pull)
        expect(await changes.numbered(8)).toBeNull()
        expect(await changes.referenced('github', 'a')).toEqual(pull)
        expect(await changes.referenced('github', 'b')).toBeNull()
      }),
    )

    it(
      'are listed newest first, by state and by author',
      withStore(async ({ changes }) => {
        for (const id of ['a', 'b', 'c']) await changes.add(newChange(id))
        await changes.add(newChange('zoe', { author: 'zoe' }))
        await changes.update('b', { state: 'merged', mergedAs: 'commit', title: 'Less' })
        const ids = async (filter: Omit<Parameters<typeof changes.list>[0], 'limit'>) =>
          (await changes.list({ ...filter, limit: 9 })).map(({ id }) => id)
        expect(await ids({})).toEqual(['zoe', 'c', 'b', 'a'])
        expect(await ids({ state: 'open' })).toEqual(['zoe', 'c', 'a'])
        expect(await ids({ before: 3 })).toEqual(['b', 'a'])
        expect(await ids({ author: 'zoe' })).toEqual(['zoe'])
        expect(await changes.get('b')).toMatchObject({ mergedAs: 'commit', title: 'Less' })
      }),
    )

    it(
      'have revisions that never change, the last one the current one',
      withStore(async ({ changes }) => {
        await changes.add(newChange('a'))
        expect(await changes.addRevision(newRevision('a', 0))).toBe(true)
        expect(await changes.addRevision({ ...newRevision('a', 0), head: 'other' })).toBe(false)
        const conflicting = { ...newRevision('a', 1), tree: null, conflicts: ['prompt'] }
        expect(await changes.addRevision(conflicting)).toBe(true)
        expect(await changes.get('a')).toMatchObject({ revision: 1 })
        expect(await changes.revision('a', 0)).toMatchObject(newRevision('a', 0))
        expect(await changes.revision('a', 1)).toMatchObject(conflicting)
        expect(await changes.revision('a', 2)).toBeNull()
      }),
    )

    it(
      'are found by a version that their tests gave, with who proposed and wrote it',
      withStore(async ({ changes }) => {
        await changes.add(newChange('a'))
        await changes.addRevision({ ...newRevision('a', 0), writers: ['bob'] })
        // The same tree, written by others.
        await changes.addRevision({ ...newRevision('a', 1), writers: ['ada'] })
        await changes.addRevision({ ...newRevision('a', 2), tree: 'other', writers: ['wim'] })
        const { tree } = newRevision('a', 0)
        const key = { change: 'a', tree: tree ?? '', name: 'functional', attempt: 1 } as const
        await changes.startCheck({ ...key, subject: 'version' })
        expect(await changes.ofVersions(['version'])).toEqual([])
        const pass = { outcome: 'pass', cause: null, summary: null, log: null } as const
        await changes.endCheck(key, { ...pass, subject: 'version' })
        const found = await changes.ofVersions(['version', 'another'])
        const { author } = newChange('a')
        const { writtenBy } = newRevision('a', 0)
        const written = { version: 'version', author, writtenBy }
        expect(found).toHaveLength(2)
        for (const writer of ['ada', 'bob']) {
          expect(found).toContainEqual({ ...written, writers: [writer] })
        }
        expect(await changes.ofVersions(['another'])).toEqual([])
        expect(await changes.ofVersions([])).toEqual([])
      }),
    )

    it(
      'are due once something happened, until somebody has looked at them since',
      withStore(async ({ changes }) => {
        await changes.add(newChange('a'))
        await changes.add(newChange('b'))
        const now = Date.now()
        const woken = [{ id: 'a', isWoken: true }]
        expect(await changes.due(now, 9)).toEqual([...woken, { id: 'b', isWoken: true }])
        const looked = async (at: number | null) => {
          for (const id of ['a', 'b']) {
            await changes.keepNextLook(id, { at, wakes: await changes.wakes(id) })
          }
        }
        await looked(null)
        expect(await changes.due(now, 9)).toEqual([])
        await looked(now + 60_000)
        expect(await changes.due(now, 9)).toEqual([])
        expect(await changes.due(now + 60_000, 1)).toEqual([{ id: 'a', isWoken: false }])

        const check = { change: 'a', tree: 'tree', name: 'functional', attempt: 1 } as const
        const pass = { outcome: 'pass', cause: null, summary: null, log: null } as const
        const happen = [
          () => changes.update('a', { title: 'Less' }),
          () => changes.addRevision(newRevision('a', 0)),
          () => changes.startCheck({ ...check, subject: null }),
          () => changes.endCheck(check, { ...pass, subject: null }),
          () => changes.decide(newDecision('a')),
          () => changes.wake('a'),
        ]
        for (const something of happen) {
          await looked(null)
          const before = await changes.wakes('a')
          await something()
          expect(await changes.due(now, 9)).toEqual(woken)
          // Whoever looked before that cannot know of it.
          await changes.keepNextLook('a', { at: null, wakes: before })
          expect(await changes.due(now, 9)).toEqual(woken)
        }
        await changes.update('b', { state: 'merged' })
        await looked(null)
        await changes.wake()
        expect(await changes.due(now, 9)).toEqual(woken)
        expect(await changes.wakes('none')).toBe(0)
      }),
    )

    it(
      'have checks that start and end once',
      withStore(async ({ changes }) => {
        await changes.add(newChange('a'))
        const check = { change: 'a', tree: 'tree', name: 'functional', attempt: 1 } as const
        const end = {
          outcome: 'fail',
          cause: 'tests',
          summary: 'One.',
          log: 'no',
          subject: null,
        } as const
        expect(await changes.endCheck(check, end)).toBe(false)
        expect(await changes.startCheck({ ...check, subject: null })).toBe(true)
        expect(await changes.startCheck({ ...check, subject: null })).toBe(false)
        expect(await changes.nameCheck(check, 'bundle')).toBe(true)
        expect(await changes.checks('a', 'tree')).toMatchObject([
          { ...check, subject: 'bundle', outcome: null, endedAt: null },
        ])
        expect(await changes.endCheck(check, end)).toBe(true)
        expect(await changes.endCheck(check, { ...end, outcome: 'pass' })).toBe(false)
        expect(await changes.nameCheck(check, 'other')).toBe(false)
        expect(await changes.checks('a', 'tree')).toMatchObject([{ ...check, ...end }])
        expect(await changes.startCheck({ ...check, attempt: 2, subject: null })).toBe(true)
        expect(await changes.gated('asked')).toBeNull()
        const gate = { ...check, name: 'gate' as const, subject: 'asked' }
        expect(await changes.startCheck(gate)).toBe(true)
        expect(await changes.gated('asked')).toMatchObject(gate)
        expect(await changes.checks('a', 'tree')).toHaveLength(3)
        expect(await changes.checks('a', 'other')).toEqual([])
      }),
    )

    it(
      'keep whether one is in a merge queue',
      withStore(async ({ changes }) => {
        expect(await changes.add(newChange('a'))).toMatchObject({ isQueued: false })
        await changes.update('a', { isQueued: true })
        await changes.update('a', { title: 'Other' })
        expect(await changes.get('a')).toMatchObject({ isQueued: true, title: 'Other' })
        await changes.update('a', { isQueued: false })
        expect(await changes.get('a')).toMatchObject({ isQueued: false, mergedAs: null })
      }),
    )

    it(
      'keep what people said, and tell each thing once and in order',
      withStore(async ({ changes }) => {
        await changes.add(newChange('a'))
        expect(await changes.decide(newDecision('a'))).toBe(true)
        expect(await changes.decide({ ...newDecision('a'), person: 'bob' })).toBe(false)
        const overridden = { ...newDecision('a'), id: 'later', record: 'signed' }
        expect(await changes.decide(overridden)).toBe(true)
        expect(await changes.decisions('a')).toMatchObject([newDecision('a'), overridden])
        const event = { change: 'a', kind: 'pushed', person: null, text: '' } as const
        const keys = ['1', '2', '3', '1', '2', '3']
        const told = await Promise.all(keys.map((key) => changes.tell({ ...event, key })))
        expect(told.filter(Boolean)).toHaveLength(3)
        const events = await changes.events('a')
        expect(events.map(({ sequence }) => sequence)).toEqual([0, 1, 2])
        expect(new Set(events.map(({ key }) => key))).toEqual(new Set(keys))
      }),
    )

    it('keep what people said in its order, whatever their servers think what time it is', async () => {
      await using place = await createPlace()
      await using ahead = await place.open(() => 2000)
      await ahead.changes.add(newChange('a'))
      await ahead.changes.decide({ ...newDecision('a'), id: 'z' })
      await using behind = await place.open(() => 1000)
      await behind.changes.decide({ ...newDecision('a'), id: 'y' })
      const times = (await behind.changes.decisions('a')).map(({ id, decidedAt }) => [
        id,
        decidedAt,
      ])
      expect(times).toEqual([
        ['z', 2000],
        ['y', 2001],
      ])
    })

    it(
      'tell once why one was not merged, and keep why and when it was not the last time',
      withStore(async ({ changes }) => {
        expect(await changes.add(newChange('a'))).toMatchObject({ refusal: null })
        const refused = { change: 'a', kind: 'merge-refused', person: null, text: '' } as const
        const refuse = (key: string) => changes.tellRefusal({ ...refused, key }, [])
        for (const key of ['not green', 'not green', 'a draft']) await refuse(key)
        const last = Date.now()
        await refuse('not green')
        const told = (await changes.events('a')).map(({ key }) => key)
        expect(told).toEqual(['not green', 'a draft'])
        const { refusal } = (await changes.get('a')) ?? {}
        expect(refusal?.key).toBe('not green')
        expect(refusal?.at).toBeGreaterThanOrEqual(last)
        // Whoever has it open reads it again.
        expect((await changes.get('a'))?.updatedAt).toBe(refusal?.at)
      }),
    )

    it(
      'tell several things together or none of them',
      withStore(async ({ changes }) => {
        await changes.add(newChange('a'))
        const one = { change: 'a', kind: 'pushed', person: null, text: '' } as const
        const of = (key: string, more: object = {}) => ({
          event: { ...one, key, ...more },
          steps: [],
        })
        const broken = of('refused', { text: null })
        await expect(changes.tellTogether([of('said'), broken])).rejects.toThrow(/null/iu)
        expect(await changes.events('a')).toEqual([])
        const all = [of('said'), of('refused')]
        await Promise.all([changes.tellTogether(all), changes.tellTogether(all)])
        await changes.tellTogether([...all, of('later')])
        const events = await changes.events('a')
        expect(events.map(({ key }) => key)).toEqual(['said', 'refused', 'later'])
        expect(events.map(({ sequence }) => sequence)).toEqual([0, 1, 2])
      }),
    )

    it(
      'remember what the forge was told last, and ask once to be deployed',
      withStore(async ({ changes, flowVersions }) => {
        await flowVersions.put({ hash: 'gated', name: 'flow', manifest: {} })
        await changes.add(newChange('a'))
        const at: number = expect.any(Number)
        const news = (contentHash: string, refusal: string | null = null) => ({
          contentHash,
          refusal,
        })
        await changes.keepTold('a', 'comment', news('one', 'It is locked.'))
        const refused = { ...news('one', 'It is locked.'), at }
        expect(await changes.told('a')).toEqual(new Map([['comment', refused]]))
        // Whoever has it open reads it again.
        const { updatedAt } = (await changes.get('a')) ?? {}
        expect(updatedAt).toBe((await changes.told('a')).get('comment')?.at)
        await changes.keepTold('a', 'comment', news('two'))
        expect(await changes.told('a')).toEqual(new Map([['comment', { ...news('two'), at }]]))
        await changes.add(newChange('b'))
        for (const change of ['a', 'b']) {
          await changes.keepTold(change, 'check:gate:head', news('one'))
        }
        await changes.forgetChecksTold('a')
        // That something was told of it once is known still.
        const told = new Map([
          ['check:gate:head', { ...news(''), at }],
          ['comment', { ...news('two'), at }],
        ])
        expect(await changes.told('a')).toEqual(told)
        const other = new Map([['check:gate:head', { ...news('one'), at }]])
        expect(await changes.told('b')).toEqual(other)
        expect(await changes.deploymentRequest('a')).toBeNull()
        const first = newRequest('a', { override: 'signed' })
        expect(await changes.requestDeployment(first)).toBe(true)
        expect(await changes.requestDeployment(newRequest('a', { commit: 'other' }))).toBe(false)
        expect(await changes.deploymentRequest('a')).toMatchObject(first)
      }),
    )
  })
}

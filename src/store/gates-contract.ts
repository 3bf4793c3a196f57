import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { type CreatePlace, usingStore } from './contract-place.ts'
import { evaluationRun, gateEnd, newAudit, newDatasetVersion, newGate } from './store-samples.ts'
import type { Store } from './store.ts'

const walls = { isolation: 'os', boundary: 'users' } as const
const content = (key: string, look: number) => ({ key, look, solo: false })
const charge = { testSet: 'test', sequence: 1, author: 'ann', look: 0 }

export function describeGateContract(createPlace: CreatePlace): void {
  const withStore = usingStore(createPlace)
  const withGates = (use: (store: Store) => Promise<void>) =>
    withStore(async (store) => {
      await store.flowVersions.put({ hash: 'gated', name: 'flow', manifest: {} })
      for (const id of ['one', 'two']) await store.gates.start(newGate(id))
      await use(store)
    })

  describe('gates', () => {
    it(
      'end once, and never change from then on',
      withGates(async ({ gates }) => {
        const { every: _, ...asked } = newGate('one')
        expect(await gates.get('one')).toMatchObject({
          ...asked,
          state: 'running',
          verdict: null,
          answerAt: null,
        })
        expect(await gates.finish('one', gateEnd)).toBe(true)
        expect(await gates.finish('one', { ...gateEnd, verdict: 'PASS' })).toBe(false)
        expect(await gates.get('one')).toMatchObject({ ...gateEnd, state: 'done' })
        expect(await gates.get('none')).toBeNull()
      }),
    )

    it(
      'keep under which keys they ask models, and no more of them once they have ended',
      withGates(async ({ gates, gateAudits }) => {
        const asked = { candidate: [], baseline: ['b'], anchor: null }
        expect(await gates.get('one')).toMatchObject({ asked: null })
        expect(await gates.progress('one', { asked })).toBe(true)
        await gates.finish('one', { ...gateEnd, measures: null })
        expect(await gates.get('one')).toMatchObject({ asked, measures: null })
        const more = { ...asked, candidate: ['c'] }
        expect(await gates.progress('one', { asked: more })).toBe(false)
        expect(await gates.get('one')).toMatchObject({ asked, state: 'done' })
        expect(await gates.get('two')).toMatchObject({ asked: null })

        await gateAudits.start(newAudit('one'))
        const audit = await gateAudits.get('one')
        expect(audit).toMatchObject({ asked: null })
        expect(await gateAudits.ask(audit!, asked)).toBe(true)
        await gateAudits.fail(audit!, 'gate-run-errors')
        expect(await gateAudits.ask(audit!, more)).toBe(false)
        // What it asked before, it asked.
        await gateAudits.start(newAudit('one'))
        expect(await gateAudits.get('one')).toMatchObject({ asked, fault: null })
      }),
    )

    it(
      'are listed newest first, by author, by version and by state',
      withGates(async ({ gates }) => {
        await gates.start(newGate('zoe', { author: 'zoe' }))
        await gates.finish('one', gateEnd)
        const all = await gates.list({ limit: 9 })
        expect(all.map(({ id }) => id)).toEqual(['zoe', 'two', 'one'])
        expect(await gates.list({ limit: 9, before: all[0] })).toEqual(all.slice(1))
        expect(await gates.list({ limit: 9, author: 'zoe' })).toMatchObject([{ id: 'zoe' }])
        expect(await gates.running()).toMatchObject([{ id: 'two' }, { id: 'zoe' }])
        expect(await gates.list({ limit: 9, candidate: 'other' })).toEqual([])
        const askers = new Map([['gated', new Set(['ann', 'zoe'])]])
        expect(await gates.askersOf(['gated', 'other'])).toEqual(askers)
        expect(await gates.askersOf([])).toEqual(new Map())
        const { testSet } = newGate('one')
        const ids = async (now: number) =>
          (await gates.unanswered(testSet, now)).map(({ id }) => id).toSorted()
        expect(await ids(gateEnd.answerAt - 1)).toEqual(['one', 'two', 'zoe'])
        expect(await ids(gateEnd.answerAt)).toEqual(['two', 'zoe'])
        expect(await gates.unanswered('other', 0)).toEqual([])
      }),
    )

    it(
      'have each a time of their own, after those that were asked before, also at the same time',
      withGates(async ({ gates }) => {
        expect(await gates.get('one')).toMatchObject({ dueAt: null })
        const before = Date.now()
        const ids = ['a', 'b', 'c', 'd', 'e']
        const asked = await Promise.all(ids.map((id) => gates.start(newGate(id, { every: 1000 }))))
        const due = asked.map((gate) => gate?.dueAt ?? 0).toSorted((a, b) => a - b)
        const [first = 0] = due
        expect(first).toBeGreaterThanOrEqual(before + 1000)
        expect(due).toEqual(ids.map((_, i) => first + i * 1000))
        // How soon one has ended puts none forward.
        for (const id of ids) await gates.finish(id, gateEnd)
        const next = await gates.start(newGate('next', { every: 500 }))
        expect(next?.dueAt).toBe(first + 4500)
        const { testSet } = newGate('one')
        const unanswered = async (now: number) =>
          (await gates.unanswered(testSet, now)).map(({ id }) => id).toSorted()
        expect(await unanswered(first + 4499)).toEqual(['next', 'one', 'two'])
        expect(await unanswered(first + 4500)).toEqual(['one', 'two'])
      }),
    )

    it(
      'are begun as long as there is room for them, however many at once',
      withGates(async ({ gates }) => {
        const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
        const hour = 3_600_000
        const waiting = await Promise.all(
          ids.map((id) => gates.start(newGate(id, { every: hour }), { waiting: 3 })),
        )
        const begun = waiting.filter((gate) => gate !== null)
        expect(begun).toHaveLength(3)
        expect(await gates.list({ limit: 99, author: 'ann' })).toHaveLength(5)
        // Who asked it, and was cut off before they heard so, asks it again.
        const [known] = begun
        const again = newGate(known?.id ?? '', { every: hour })
        expect(await gates.start(again, { waiting: 3 })).toEqual(known)
        const ofZoe = newGate('of zoe', { author: 'zoe', every: hour })
        expect(await gates.start(ofZoe, { waiting: 1 })).toMatchObject({ id: 'of zoe' })

        const alone = await Promise.all(
          ids.map((id) => gates.start(newGate(`alone ${id}`, { author: 'bob' }), { running: 1 })),
        )
        const [only, ...others] = alone.filter((gate) => gate !== null)
        expect(others).toEqual([])
        expect(await gates.start(newGate('next', { author: 'bob' }), { running: 1 })).toBe(null)
        await gates.finish(only?.id ?? '', gateEnd)
        const next = await gates.start(newGate('next', { author: 'bob' }), { running: 1 })
        expect(next).toMatchObject({ id: 'next' })
      }),
    )

    it(
      'know how far they have come while they run, and which of one content was told without a verdict',
      withGates(async ({ gates }) => {
        const known = { hashes: gateEnd.hashes, key: 'key', charge: 7 }
        expect(await gates.progress('one', known)).toBe(true)
        expect(await gates.progress('one', { candidateAt: 4 })).toBe(true)
        expect(await gates.get('one')).toMatchObject({ ...known, candidateAt: 4, state: 'running' })
        expect(await gates.undecided(content('key', 0))).toBeNull()
        await gates.finish('one', { ...gateEnd, measures: null })
        expect(await gates.progress('one', { charge: 9 })).toBe(false)
        await gates.finish('two', { ...gateEnd, measures: null, cause: 'host-fault' })
        expect(await gates.undecided(content('key', 0))).toMatchObject({ id: 'one' })
        expect(await gates.undecided(content('key', 1))).toBeNull()
        await gates.start(newGate('three'))
        await gates.finish('three', { ...gateEnd, measures: null })
        expect(await gates.undecided(content('key', 0))).toMatchObject({ id: 'three' })
      }),
    )

    it(
      'of one content are decided as the last of them was, for each look',
      withGates(async ({ gates }) => {
        expect(await gates.decided(content('key', 0))).toBeNull()
        await gates.finish('one', gateEnd)
        await gates.finish('two', { ...gateEnd, measures: null, key: 'other' })
        expect(await gates.decided(content('key', 0))).toMatchObject({ id: 'one' })
        expect(await gates.decided(content('key', 1))).toBeNull()
        expect(await gates.decided(content('other', 0))).toBeNull()
        await gates.start(newGate('three'))
        await gates.finish('three', gateEnd)
        expect(await gates.decided(content('key', 0))).toMatchObject({ id: 'three' })
      }),
    )

    it(
      'that were asked in solo mode decide nothing once that is over',
      withGates(async ({ gates }) => {
        for (const [id, measures] of [
          ['alone', gateEnd.measures],
          ['alone and stopped', null],
        ] as const) {
          await gates.start(newGate(id, { solo: true }))
          await gates.finish(id, { ...gateEnd, measures })
        }
        const alone = { ...content('key', 0), solo: true }
        expect(await gates.decided(alone)).toMatchObject({ id: 'alone' })
        expect(await gates.undecided(alone)).toMatchObject({ id: 'alone and stopped' })
        expect(await gates.decided(content('key', 0))).toBeNull()
        expect(await gates.undecided(content('key', 0))).toBeNull()
      }),
    )

    it(
      'are paid for once, whoever asks at the same time, in numbers without gaps',
      withGates(async ({ gates }) => {
        const first = { ...charge, gate: 'one', key: 'a' }
        expect(await gates.charge(first)).toBe(true)
        expect(await gates.charge({ ...first, sequence: 2, gate: 'two' })).toBe(false)
        expect(await gates.charge({ ...first, key: 'b', gate: 'two' })).toBe(false)
        expect(await gates.charge({ ...first, sequence: 2, look: 1 })).toBe(true)
        expect(await gates.charges('test')).toMatchObject([first, { sequence: 2, look: 1 }])
        expect(await gates.charges('other')).toEqual([])
        expect(await gates.paid('a', 0)).toMatchObject(first)
        expect(await gates.paid('b', 0)).toBeNull()
      }),
    )

    it(
      'are paid for, compared and watched on a test set as on the one that it came from, until there is another one',
      withGates(async ({ gates, datasets, gateAudits }) => {
        const made = async (test: string, isNewTestSet: boolean) => {
          const after = await datasets.version('everything', { dataset: 'letters' })
          const size = { split: 'test' as const, examples: 1, issues: 0, types: [], hash: test }
          const version = newDatasetVersion([], { hash: `of ${test}`, after })
          await datasets.addVersion({ ...version, splits: [size], isNewTestSet })
        }
        await made('test', true)
        await made('second', false)
        await made('third', false)
        await gates.charge({ ...charge, gate: 'one', key: 'a' })
        await gates.charge({ ...charge, testSet: 'third', sequence: 2, gate: 'two', key: 'b' })
        for (const testSet of ['test', 'second', 'third'])
          expect(await gates.charges(testSet)).toMatchObject([{ gate: 'one' }, { gate: 'two' }])
        const waiting = await gates.unanswered('third', Date.now())
        expect(waiting.map(({ id }) => id).toSorted()).toEqual(['one', 'two'])
        await gateAudits.start({ ...newAudit('one'), testSet: 'third' })
        expect(await gateAudits.list()).toMatchObject([{ testSet: 'third', generation: 'test' }])
        await made('rotated', true)
        expect(await gates.charges('rotated')).toEqual([])
        expect(await gates.unanswered('rotated', Date.now())).toEqual([])
        // What was there before has what it had.
        await made('test', false)
        expect(await gates.charges('test')).toHaveLength(2)
        expect(await gates.charges('rotated')).toEqual([])
      }),
    )

    it(
      'keep what was measured as it was measured first',
      withGates(async ({ gates }) => {
        const measure = { run: evaluationRun, hostFaults: 0, walls }
        await gates.keepMeasure('key', measure)
        await gates.keepMeasure('key', { ...measure, hostFaults: 9 })
        expect(await gates.measure('key')).toEqual(measure)
        expect(await gates.measure('none')).toBeNull()
      }),
    )

    it(
      'are looked at on the split audit once, and again where that had no result',
      withGates(async ({ gateAudits }) => {
        const { every, ...audit } = newAudit('one')
        expect(await gateAudits.start({ ...audit, every })).toBe(true)
        expect(await gateAudits.start({ ...audit, every, margin: 0.5 })).toBe(false)
        const begun = (await gateAudits.get('one'))!
        expect(begun).toMatchObject({ ...audit, state: 'running', dueAt: null, candidateAt: null })
        expect(await gateAudits.start(newAudit('two'))).toBe(true)
        const running = async () => (await gateAudits.running()).map(({ gate }) => gate).toSorted()
        expect(await running()).toEqual(['one', 'two'])
        expect(await gateAudits.showCandidate(begun)).toBe(true)
        expect(await gateAudits.get('one')).toMatchObject({ candidateAt: expect.any(Number) })
        expect(await gateAudits.fail(begun, 'model-unreachable')).toBe(true)
        expect(await gateAudits.get('one')).toMatchObject({ fault: 'model-unreachable' })
        expect(await running()).toEqual(['two'])
        const numbers = { gateDelta: 0.01, gateSe: 0.1, auditDelta: -0.5, auditSe: null }
        const end = { passed: false, measures: gateEnd.measures, walls, ...numbers }
        // What had ended is neither finished nor failed once more, by whoever was left over.
        expect(await gateAudits.finish(begun, end)).toBe(false)
        expect(await gateAudits.fail(begun, 'internal')).toBe(false)
        while (Date.now() === begun.startedAt) await setTimeout(1)
        expect(await gateAudits.start({ ...audit, every, requester: 'carl' })).toBe(true)
        const again = (await gateAudits.get('one'))!
        const open = { state: 'running', requester: 'carl', fault: null, candidateAt: null }
        expect(again).toMatchObject({ ...open, endedAt: null })
        expect(await gateAudits.showCandidate(begun)).toBe(false)
        expect(await gateAudits.finish(begun, end)).toBe(false)
        expect(await gateAudits.finish(again, end)).toBe(true)
        expect(await gateAudits.finish(again, { ...end, passed: true })).toBe(false)
        expect(await gateAudits.start({ ...audit, every })).toBe(false)
        expect(await running()).toEqual(['two'])
        expect(await gateAudits.finish((await gateAudits.get('two'))!, end)).toBe(true)
        expect(await running()).toEqual([])
        const done = { ...end, margin: 0.05, state: 'done' }
        const all = (await gateAudits.list()).toSorted((a, b) => a.gate.localeCompare(b.gate))
        expect(all).toMatchObject([
          { ...done, gate: 'one' },
          { ...done, gate: 'two' },
        ])
      }),
    )

    it(
      'have audits each with a time of its own, after those before it',
      withGates(async ({ gateAudits }) => {
        const before = Date.now()
        const asked = ['one', 'two'].map((gate) => ({ ...newAudit(gate), every: 1000 }))
        await Promise.all(asked.map((audit) => gateAudits.start(audit)))
        const dueAt = async () => (await gateAudits.list()).map((audit) => audit.dueAt ?? 0)
        const [first = 0, second = 0] = (await dueAt()).toSorted((a, b) => a - b)
        expect(first).toBeGreaterThanOrEqual(before + 1000)
        expect(second).toBe(first + 1000)
        const one = (await gateAudits.get('one'))!
        await gateAudits.fail(one, 'internal')
        await gateAudits.start({ ...newAudit('one'), every: 1000 })
        expect(await gateAudits.get('one')).toMatchObject({ dueAt: second + 1000 })
      }),
    )

    it(
      'cannot be changed by who writes to the database without thinking',
      withGates(async ({ gates, gateAudits, accountTables: { db } }) => {
        await gates.charge({ ...charge, gate: 'one', key: 'a' })
        await gates.keepMeasure('key', { run: evaluationRun, hostFaults: 0, walls })
        await gateAudits.start(newAudit('one'))
        const end = { passed: true, measures: null, walls, gateDelta: null, gateSe: null }
        const begun = (await gateAudits.get('one'))!
        await gateAudits.finish(begun, { ...end, auditDelta: null, auditSe: null })
        await gates.finish('one', gateEnd)
        for (const change of [
          `update gates set verdict = 'PASS' where id = 'one'`,
          `delete from gates where id = 'two'`,
          `delete from gate_charges`,
          `update gate_charges set author = 'zoe'`,
          `update gate_measures set measured_at = 1`,
          `update gate_audits set passed = 0`,
          `delete from gate_audits`,
        ])
          await expect(sql.raw(change).execute(db)).rejects.toThrow(/never (change|go)|append-only/)
      }),
    )
  })
}

import { describe, expect, test } from 'vitest'
import {
  gateWorld,
  json,
  refusal,
  report,
  thinWalls,
  type OpenServer,
} from '../../test/helpers/gate-world.ts'
import { findPromises } from '../../test/helpers/promise-flow.ts'
import { wallsOf } from '../flow/isolate/isolation.ts'
import { gatePayer } from '../gate/gate-host.ts'
import { verifyReceipt } from '../gate/sign-receipt.ts'
import { startGate } from '../gate/start-gate.ts'
import { answer, httpError } from '../model/scripted-reply.ts'
import type { DatasetCheck } from '../schema/api/datasets.ts'
import type { GateDocuments } from '../schema/api/gates.ts'
import { SignedReceipt } from '../schema/gate-receipt.ts'
import type { StoredGate } from '../schema/stored-gate.ts'
import { monthOf } from '../store/spend.ts'

const hour = 3_600_000

/** What the receipt of a gate says of its runs over each document. */
function signedRepeats({ receipt }: Pick<StoredGate, 'receipt'>): number {
  return SignedReceipt.parse(JSON.parse(receipt ?? '')).receipt.repeats
}

/** With a candidate of which the model does otherwise over hidden letters, as its author cannot know. */
async function oddWorld(open: OpenServer, first: 'fine' | 'worse' | 'down') {
  const odd = { is: first }
  const world = await gateWorld({
    open,
    script: (message) => {
      const text = JSON.stringify(message.messages)
      const isHidden = text.includes('Be odd.') && text.includes('Zanzibar')
      if (!isHidden || odd.is === 'fine') return findPromises(message)
      return odd.is === 'down' ? httpError(404) : answer({ issues: [] })
    },
  })
  const askAgain = (id: string) => world.cleo.ask('POST', `/api/gates/${id}/again`, {})
  return {
    ...world,
    odd,
    bundle: await world.send('odd prompts'),
    askAgain,
    /** Measured again by a custodian, and answered. */
    async again(gate: string): Promise<StoredGate> {
      const { id } = await json<{ id: string }>(askAgain(gate))
      const stored = await world.stored(id)
      world.setClock(stored.answerAt ?? 0)
      return stored
    },
  }
}

export function describeGateAnswers(open: OpenServer): void {
  describe('a gate', () => {
    test('warns who decides, and no author, of hidden examples that stand in the candidate', async () => {
      await using world = await gateWorld({ open })
      const { told, stored } = await world.gate({ bundle: await world.send('a hidden letter') })
      expect(stored).toMatchObject({ verdict: 'PASS', reasons: ['HIDDEN_TEXT_IN_CANDIDATE'] })
      expect(told).toMatchObject({ passed: true, cause: null })
      expect(JSON.stringify(told)).not.toMatch(/hidden/iu)
      for (const { ask } of [world.cleo, world.ada]) {
        const seen = await report(ask, told.id)
        expect(seen.gate).toMatchObject({ holdsHiddenText: true })
        expect(JSON.stringify(seen)).not.toContain('Zanzibar')
      }
      const check = '/api/datasets/letters/versions/newest/check'
      const { leaks } = await json<DatasetCheck>(world.cleo.ask('GET', check))
      expect(leaks[0]).toMatchObject({
        text: expect.stringContaining('Zanzibar') as string,
        source: { name: expect.stringMatching(/^candidate .*notes.md$/u) as string },
      })
      const clean = await world.gate({ bundle: await world.send('a comment') })
      expect(clean.stored).toMatchObject({ verdict: 'PASS', reasons: [] })
    })

    test('passes what finds the same, and its receipt can be checked offline', async () => {
      await using world = await gateWorld({ open })
      const bundle = await world.send('a comment')
      const { told, stored } = await world.gate({ bundle })
      expect(told).toMatchObject({ state: 'answered', passed: true, cause: null, again: false })
      expect(stored).toMatchObject({ verdict: 'PASS', reasons: [], charge: 1, look: 0 })
      const { publicKey } = await json<{ publicKey: string }>(
        world.eve.ask('GET', '/api/gates/key'),
      )
      const walls = wallsOf(await world.host.gate.runner.isolation())
      const receipt = verifyReceipt(told.receipt ?? '', publicKey)
      expect(receipt).toMatchObject({
        gate: told.id,
        verdict: 'passed',
        ...walls,
        solo: false,
        budgetEntry: 1,
        repeats: 3,
        time: new Date(told.answerAt).toISOString(),
      })
      const [version] = await world.store.datasets.list('everything')
      const hash = version?.splits.find(({ split }) => split === 'test')?.hash ?? ''
      expect(told.receipt).not.toContain(hash)
      expect(stored.testSet).toBe(hash)
    })

    test('tells its author the same of what is worse and of what cannot be told', async () => {
      await using worse = await gateWorld({ open })
      const fail = await worse.gate({ bundle: await worse.send('no promises') })
      expect(fail.stored).toMatchObject({ verdict: 'FAIL', cause: 'quality' })
      await using few = await gateWorld({ open, settings: { minDocs: 50 } })
      const doubt = await few.gate({ bundle: await few.send('no promises') })
      expect(doubt.stored.verdict).toBe('FAIL')
      const same = await few.gate({ bundle: await few.send('a comment') })
      expect(same.stored).toMatchObject({ verdict: 'CANT_TELL', reasons: ['TOO_FEW_DOCUMENTS'] })
      for (const { told } of [fail, doubt, same]) {
        expect(told).toMatchObject({ state: 'answered', passed: false, cause: 'quality' })
        expect(told.answerAt - told.startedAt).toBe(hour)
      }
      expect(Object.keys(fail.told)).toEqual(Object.keys(same.told))
    })

    test('answers equal content once, for all, and free of budget', async () => {
      await using world = await gateWorld({ open })
      const bundle = await world.send('no promises')
      const first = await world.gate({ bundle })
      const asked = world.models.requests.length
      const zoe = await world.person('zoe', ['engineer'])
      await world.send('no promises', zoe.ask)
      const second = await world.gate({ bundle }, zoe.ask)
      expect(second.stored).toMatchObject({
        charge: null,
        verdict: first.stored.verdict,
        measures: first.stored.measures,
      })
      expect(world.models.requests).toHaveLength(asked)
      expect(await world.budget(zoe.ask)).toMatchObject({ own: { used: 0 }, all: { used: 1 } })
      expect(await world.budget()).toMatchObject({ own: { used: 1, limit: 10 }, left: 9 })
      // How issues are matched and counted is a part of the content.
      world.host.policyHash = 'of another evaluation'
      expect((await world.gate({ bundle })).stored).toMatchObject({ charge: 2, verdict: 'FAIL' })
    })

    test('pools one more look with the first, and takes no third', async () => {
      await using world = await gateWorld({ open })
      const bundle = await world.send('no promises')
      const candidate = { bundle }
      expect(await refusal(world.start({ ...candidate, again: true }))).toEqual({
        status: 400,
        code: 'gate-not-asked',
      })
      const first = await world.gate(candidate)
      const asked = world.models.requests.length
      const again = await world.gate({ ...candidate, again: true })
      expect(again.told).toMatchObject({ again: true, passed: false })
      expect(again.stored).toMatchObject({ look: 1, charge: 2 })
      expect(again.stored.measures?.candidate).toHaveLength(2)
      expect(again.stored.measures?.candidate[0]).toBe(first.stored.measures?.candidate[0])
      // Only the new repeats were asked for.
      expect(world.models.requests.length).toBeGreaterThan(asked)
      const all = world.models.requests.length
      const third = await world.gate({ ...candidate, again: true })
      const plain = await world.gate(candidate)
      for (const { stored } of [third, plain]) {
        expect(stored).toMatchObject({ charge: null, measures: again.stored.measures })
      }
      expect(world.models.requests).toHaveLength(all)
      // The same number wherever it is told, also of who asked for the first look only.
      for (const { told, stored } of [again, third, plain]) {
        const { repeats } = await report(world.ada.ask, told.id)
        const { items } = await json<GateDocuments>(
          world.cleo.ask('GET', `/api/gates/${told.id}/documents`),
        )
        const [runs] = items.map(({ candidate }) => candidate.runs)
        expect([repeats, runs, signedRepeats(stored)]).toEqual([6, 6, 6])
        const calls = (run: number) =>
          world.cleo.ask('GET', `/api/gates/${told.id}/calls?document=test-3&run=${run}`)
        expect((await calls(6)).status).toBe(200)
        expect(await refusal(calls(7))).toMatchObject({ code: 'gate-document-not-found' })
      }
      const told = await report(world.ada.ask, again.told.id)
      expect(told).toMatchObject({ repeats: 6, comparison: { verdict: 'FAIL' } })
    })

    test('tells no author by the number of runs whether another look had a verdict', async () => {
      const seen = async (candidate: 'worse' | 'stopped in the second look') => {
        await using world = await oddWorld(open, 'worse')
        const { bundle } = world
        await world.gate({ bundle })
        if (candidate === 'stopped in the second look') world.odd.is = 'down'
        const { stored } = await world.gate({ bundle, again: true })
        const plain = await world.gate({ bundle })
        const { passed, cause } = plain.told
        return { reasons: stored.reasons, told: [passed, cause, signedRepeats(plain.stored)] }
      }
      const [worse, stopped] = [await seen('worse'), await seen('stopped in the second look')]
      expect(worse.reasons).not.toContain('RUN_ERRORS')
      expect(stopped.reasons).toContain('RUN_ERRORS')
      expect(stopped.told).toEqual(worse.told)
      expect(worse.told).toEqual([false, 'quality', 6])
    })

    test('measures the look again that everybody is answered by, and keeps what passed there', async () => {
      await using world = await oddWorld(open, 'down')
      const { bundle } = world
      const first = await world.gate({ bundle })
      await world.gate({ bundle, again: true })
      world.odd.is = 'fine'
      const again = await world.again(first.told.id)
      expect(again).toMatchObject({ verdict: 'PASS', look: 1, charge: 2 })
      const plain = await world.gate({ bundle })
      expect(plain.told).toMatchObject({ passed: true, cause: null })
      expect([again, plain.stored].map(signedRepeats)).toEqual([6, 6])
      expect(await world.budget()).toMatchObject({ own: { used: 2 } })
      const decided = { status: 409, code: 'gate-decided' }
      expect(await refusal(world.askAgain(first.told.id))).toEqual(decided)
    })

    test('tells the runs of a copy alike wherever it does, and measures again what it has the answer of', async () => {
      await using world = await oddWorld(open, 'worse')
      const { bundle } = world
      await world.gate({ bundle })
      world.odd.is = 'down'
      await world.gate({ bundle, again: true })
      const copy = await world.gate({ bundle })
      expect(copy.stored).toMatchObject({ look: 0, measures: null, cause: 'quality' })
      const { repeats } = await report(world.ada.ask, copy.told.id)
      expect([repeats, signedRepeats(copy.stored)]).toEqual([6, 6])
      const calls = (run: number) =>
        world.cleo.ask('GET', `/api/gates/${copy.told.id}/calls?document=test-3&run=${run}`)
      expect((await calls(6)).status).toBe(200)
      expect(await refusal(calls(7))).toMatchObject({ code: 'gate-document-not-found' })
      world.odd.is = 'worse'
      expect(await world.again(copy.told.id)).toMatchObject({ verdict: 'FAIL', look: 1 })
    })

    test('has passed for who takes another look once it was measured again', async () => {
      await using world = await oddWorld(open, 'down')
      const { bundle } = world
      const first = await world.gate({ bundle })
      const zoe = await world.person('zoe', ['engineer'])
      await world.send('odd prompts', zoe.ask)
      expect((await world.gate({ bundle }, zoe.ask)).told).toMatchObject({ cause: 'quality' })
      world.odd.is = 'fine'
      expect(await world.again(first.told.id)).toMatchObject({ verdict: 'PASS', look: 0 })
      world.odd.is = 'down'
      const another = await world.gate({ bundle, again: true }, zoe.ask)
      expect(another.told).toMatchObject({ passed: true, again: true })
      expect(another.stored).toMatchObject({ charge: null })
      expect((await world.gate({ bundle })).told).toMatchObject({ passed: true })
    })

    test('takes no other look at what is compared with something else by now', async () => {
      await using world = await gateWorld({ open })
      const merged = await world.gate({ bundle: await world.send('odd prompts') })
      const bundle = await world.send('no promises')
      expect((await world.gate({ bundle })).told).toMatchObject({ cause: 'quality' })
      const baseline = { role: 'baseline', version: merged.stored.candidate }
      await json(world.cleo.ask('POST', '/api/flow/references', baseline))
      expect(await refusal(world.start({ bundle, again: true }))).toEqual({
        status: 400,
        code: 'gate-not-asked',
      })
      expect((await world.gate({ bundle })).stored).toMatchObject({ look: 0, charge: 3 })
      expect((await world.gate({ bundle, again: true })).stored).toMatchObject({ look: 1 })
    })

    test('stops when the budget is spent, and tells so at the time of every answer', async () => {
      await using world = await gateWorld({
        open,
        settings: { budget: { perAuthor: 1, inTotal: 2 } },
      })
      await world.gate({ bundle: await world.send('no promises') })
      expect(await world.budget()).toMatchObject({ left: 0, all: { used: 1, limit: 2 } })
      const second = await world.gate({ bundle: await world.send('a comment') })
      expect(second.told).toMatchObject({ passed: false, cause: 'budget' })
      expect(second.stored).toMatchObject({ measures: null, charge: null })
      // At once, it would tell when the gates before it had ended.
      expect(second.told.answerAt - second.told.startedAt).toBe(hour)
      const zoe = await world.person('zoe', ['engineer'])
      const bundle = await world.send('a comment', zoe.ask)
      expect((await world.gate({ bundle }, zoe.ask)).told.passed).toBe(true)
      expect(await world.budget(zoe.ask)).toMatchObject({ left: 0, all: { used: 2 } })
      // What was answered is answered to everybody, whose budget is spent too.
      expect((await world.gate({ bundle })).told.passed).toBe(true)
      // An example more is no new test set, and would tell who makes a custodian leave one out.
      await world.keepLetters({ evaluation: 2, test: 7, audit: 4 })
      expect(await world.budget(zoe.ask)).toMatchObject({ left: 0, all: { used: 2 } })
      await world.keepLetters({ evaluation: 2, test: 12, audit: 4 })
      expect(await world.budget(zoe.ask)).toMatchObject({ left: 1, all: { used: 0 } })
    })

    test('has nobody pay for it whom that would tell', async () => {
      await using world = await gateWorld({ open })
      await world.gate({ bundle: await world.send('a comment') })
      const spend = await world.store.spend.list(monthOf(world.host.now()))
      expect(new Set(spend.map(({ person }) => person))).toEqual(new Set([gatePayer]))
      const budget = await json<object>(world.eve.ask('GET', '/api/budget'))
      expect(budget).toMatchObject({ spentByYou: 0, spent: null })
    })

    test('in solo mode is answered at once and says so in its receipt', async () => {
      await using world = await gateWorld({
        open,
        solo: true,
        settings: { walls: {}, answerEverySeconds: 3600 },
      })
      thinWalls(world)
      const { told, stored } = await world.gate({}, world.solo)
      expect(told).toMatchObject({ passed: true })
      expect(JSON.parse(stored.receipt ?? '')).toMatchObject({
        receipt: { solo: true, isolation: 'process', boundary: 'none' },
      })
      // One person is author and approver.
      expect(await report(world.solo, told.id)).toMatchObject({ gate: { solo: true } })
    })

    test('of what does not run on examples that everybody knows costs nothing', async () => {
      await using world = await gateWorld({
        open,
        script: (message) =>
          JSON.stringify(message.messages).includes('Be odd.')
            ? answer('no json')
            : findPromises(message),
      })
      const { told, stored } = await world.gate({ bundle: await world.send('odd prompts') })
      expect(told).toMatchObject({ passed: false, cause: 'functional-tests' })
      expect(told.answerAt - told.startedAt).toBe(hour)
      expect(stored).toMatchObject({ charge: null, measures: null })
      expect(await world.budget()).toMatchObject({ left: 10, all: { used: 0 } })
      const hidden = JSON.stringify(world.models.requests).includes('Zanzibar')
      expect(hidden).toBe(false)
    })

    test('whose functional checks failed costs nothing and reads nothing hidden', async () => {
      await using world = await gateWorld({ open, work: false })
      const host = world.host
      const gate = await startGate(host, world.eve.id, { functional: 'failed' })
      expect(gate).toMatchObject({ state: 'done', cause: 'functional-tests', charge: null })
      expect(await world.answer(gate.id)).toMatchObject({
        passed: false,
        cause: 'functional-tests',
      })
      expect(await world.budget()).toMatchObject({ all: { used: 0 } })
    })
  })
}

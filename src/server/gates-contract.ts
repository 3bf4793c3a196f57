import { createHash } from 'node:crypto'
import { findPromises } from '../../test/helpers/promise-flow.ts'
import { answer, httpError } from '../model/scripted-reply.ts'
import { describe, expect, test } from 'vitest'
import {
  type Ask,
  gateWorld,
  json,
  type OpenServer,
  refusal,
} from '../../test/helpers/gate-world.ts'
import { gatePayer } from '../gate/gate-host.ts'
import { verifyReceipt } from '../gate/sign-receipt.ts'
import { startGate } from '../gate/start-gate.ts'
import { monthOf } from '../store/spend.ts'
import type { AuditEntry, AuthorGate, GateEntry, GateReport } from '../schema/api/gates.ts'

const forbidden = { status: 403, code: 'FORBIDDEN' }
const report = (ask: Ask, id: string) => json<GateReport>(ask('GET', `/api/gates/${id}`))

/** As on a laptop without bubblewrap, whatever this machine has. */
function thinWalls({ host }: Awaited<ReturnType<typeof gateWorld>>): void {
  const advice = 'Install bubblewrap.'
  host.gate.runner.walls = async () => ({ isolation: 'process', boundary: 'none', advice })
}

export function describeGates(open: OpenServer): void {
  describe('a gate', { timeout: 120_000 }, () => {
    test('passes what finds the same, and its receipt can be checked offline', async () => {
      await using world = await gateWorld({ open })
      const bundle = await world.send('a comment')
      const { told, stored } = await world.gate({ bundle })
      expect(told).toMatchObject({ state: 'answered', passed: true, cause: null, again: false })
      expect(stored).toMatchObject({ verdict: 'PASS', reasons: [], charge: 1, look: 0 })
      const { publicKey } = await json<{ publicKey: string }>(
        world.eve.ask('GET', '/api/gates/key'),
      )
      const { advice: _, ...walls } = await world.host.gate.runner.walls()
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
        expect((told.answerAt - told.startedAt) % 1000).toBe(0)
      }
      expect(Object.keys(fail.told)).toEqual(Object.keys(same.told))
    })

    test('is answered at the next multiple when the run takes longer, and never before', async () => {
      await using world = await gateWorld({ open, settings: { answerEverySeconds: 3 } })
      const { id, startedAt } = await json<AuthorGate>(world.start({}))
      await world.stored(id)
      const early = await world.answer(id)
      expect(early).toMatchObject({ state: 'waiting', passed: null, cause: null, receipt: null })
      expect(early.answerAt).toBe(startedAt + 3000)
      await world.until(async () => (await world.answer(id)).state === 'answered')
      expect(Date.now()).toBeGreaterThanOrEqual(startedAt + 3000)
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
      const told = await report(world.ada.ask, again.told.id)
      expect(told).toMatchObject({ repeats: 6, comparison: { verdict: 'FAIL' } })
    })

    test('stops when the budget is spent, and tells so at the time of every answer', async () => {
      await using world = await gateWorld({
        open,
        settings: { budget: { perAuthor: 1, inTotal: 2 }, answerEverySeconds: 2 },
      })
      await world.gate({ bundle: await world.send('no promises') })
      expect(await world.budget()).toMatchObject({ left: 0, all: { used: 1, limit: 2 } })
      const second = await world.gate({ bundle: await world.send('a comment') })
      expect(second.told).toMatchObject({ passed: false, cause: 'budget' })
      expect(second.stored).toMatchObject({ measures: null, charge: null })
      // At once, it would tell when the gates before it had ended.
      expect((second.told.answerAt - second.told.startedAt) % 2000).toBe(0)
      const zoe = await world.person('zoe', ['engineer'])
      const bundle = await world.send('a comment', zoe.ask)
      expect((await world.gate({ bundle }, zoe.ask)).told.passed).toBe(true)
      expect(await world.budget(zoe.ask)).toMatchObject({ left: 0, all: { used: 2 } })
      // What was answered is answered to everybody, whose budget is spent too.
      expect((await world.gate({ bundle })).told.passed).toBe(true)
    })

    test('shows approvers aggregates, and neither authors nor engineers', async () => {
      await using world = await gateWorld({ open, sizes: { evaluation: 2, test: 12, audit: 2 } })
      const { told } = await world.gate({ bundle: await world.send('no promises') })
      const seen = await report(world.ada.ask, told.id)
      expect(seen).toMatchObject({
        gate: { author: { name: 'eve' }, verdict: 'FAIL', budgetEntry: 1 },
        comparison: { verdict: 'FAIL', documents: 12, margin: 0.03 },
        audit: null,
        deployable: null,
        hostFaults: 0,
      })
      expect(seen.meaning).toContain("anything else is CAN'T TELL and needs your decision.")
      expect(seen.comparison?.reasons).toContain('POOLED_WORSE')
      expect(seen.sides?.baseline.agents['Promise']).toMatchObject({ tp: 12, recall: { value: 1 } })
      expect(seen.sides?.candidate.pooled.f05).toMatchObject({
        docs: 12,
        lower: expect.any(Number),
      })
      expect(JSON.stringify(seen)).not.toContain('Zanzibar')
      const listed = await json<{ items: GateEntry[] }>(world.ada.ask('GET', '/api/gates'))
      expect(listed.items).toMatchObject([{ id: told.id, verdict: 'FAIL' }])

      const both = await world.person('both', ['engineer', 'approver'])
      await world.store.people.setRoles(world.eve.id, ['approver'])
      for (const [ask, code] of [
        [both.ask, 'figures-not-yours'],
        [world.eve.ask, 'figures-not-yours'],
      ] as const)
        expect(await refusal(ask('GET', `/api/gates/${told.id}`))).toEqual({ status: 403, code })
      const own = await json<{ items: GateEntry[] }>(world.eve.ask('GET', '/api/gates'))
      expect(own.items).toEqual([])
      const eng = await world.person('eng', ['engineer'])
      for (const address of ['', `/${told.id}`, '/audits'])
        expect(await refusal(eng.ask('GET', `/api/gates${address}`))).toEqual(forbidden)
      expect(await refusal(eng.ask('POST', `/api/gates/${told.id}/audit`, {}))).toEqual(forbidden)
      expect(await refusal(eng.ask('GET', `/api/gates/${told.id}/answer`))).toEqual({
        status: 404,
        code: 'gate-not-found',
      })
      const log = await world.store.audit.list({ action: 'gate-viewed', limit: 9 })
      expect(log).toMatchObject(
        ['gates', told.id].map((subject) => ({ actor: world.ada.id, subject })),
      )
    })

    test('shows approvers no kind of issue with fewer than 10, and custodians all', async () => {
      await using world = await gateWorld({ open })
      const { told } = await world.gate({ bundle: await world.send('no promises') })
      const seen = await report(world.ada.ask, told.id)
      expect(seen.comparison?.agents).toEqual({})
      expect(seen.comparison?.reasonsInWords).toContain('The agent “Promise” is worse.')
      expect(seen.sides?.baseline.agents).toEqual({ Promise: null, Absolute: null })
      const all = await report(world.cleo.ask, told.id)
      expect(Object.keys(all.comparison?.agents ?? {})).toEqual(['Absolute', 'Promise'])
      expect(all.sides?.baseline.agents['Promise']).toMatchObject({ tp: 6 })
    })

    test('has nobody pay for it whom that would tell', async () => {
      await using world = await gateWorld({ open })
      await world.gate({ bundle: await world.send('a comment') })
      const spend = await world.store.spend.list(monthOf(Date.now()))
      expect(new Set(spend.map(({ person }) => person))).toEqual(new Set([gatePayer]))
      const budget = await json<object>(world.eve.ask('GET', '/api/budget'))
      expect(budget).toMatchObject({ spentByYou: 0, spent: null })
    })

    test('is refused where walls are thin, with what to install', async () => {
      await using world = await gateWorld({ open, work: false, settings: { walls: {} } })
      thinWalls(world)
      const answer = await world.start({})
      expect(answer.status).toBe(409)
      const told = (await answer.json()) as { code: string; message: string }
      expect(told.code).toBe('gate-walls')
      expect(told.message).toContain('bubblewrap')
      expect(told.message).toContain('boundary none')
    })

    test('takes nothing for an answer that was measured behind thinner walls', async () => {
      await using world = await gateWorld({ open, solo: true, settings: { walls: {} } })
      const thick = { isolation: 'os', boundary: 'users' } as const
      thinWalls(world)
      const bundle = await world.send('a comment', world.solo)
      const alone = await world.gate({ bundle }, world.solo)
      expect(alone.stored).toMatchObject({ verdict: 'PASS', walls: { isolation: 'process' } })
      await world.store.settings.put('solo-mode', false)
      world.host.gate.runner.walls = async () => ({ ...thick, advice: null })
      await world.send('a comment')
      const { stored } = await world.gate({ bundle })
      expect(stored).toMatchObject({ verdict: 'PASS', walls: thick, solo: false })
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

    test('compares with nothing but what is in production, on the models of its policy', async () => {
      await using world = await gateWorld({ open, work: false })
      const { baseline } = await world.budget()
      expect(baseline).toMatch(/^[0-9a-f]{64}$/u)
      expect(await refusal(world.start({ baseline: 'f'.repeat(64) }))).toEqual({
        status: 400,
        code: 'gate-other-baseline',
      })
      expect(await refusal(world.start({ environment: 'dev' }))).toEqual({
        status: 400,
        code: 'gate-environment',
      })
      const asked = { baseline: baseline?.slice(0, 12), environment: 'test' }
      expect((await world.start(asked)).status).toBe(201)
    })

    test('counts what a candidate fails at as missed, and what the host fails at as nothing', async () => {
      await using own = await gateWorld({
        open,
        script: (message) => {
          const { messages } = message
          const isCandidate = JSON.stringify(messages).includes('Be odd.')
          const isHidden = JSON.stringify(messages).includes('Zanzibar')
          return isCandidate && isHidden ? answer('no json') : findPromises(message)
        },
      })
      const odd = await own.gate({ bundle: await own.send('odd prompts') })
      expect(odd.stored).toMatchObject({ verdict: 'FAIL', cause: 'quality' })
      expect((await report(own.cleo.ask, odd.told.id)).hostFaults).toBe(0)

      await using host = await gateWorld({
        open,
        script: (message) =>
          JSON.stringify(message.messages).includes('Zanzibar')
            ? httpError(401)
            : findPromises(message),
      })
      const down = await host.gate({ bundle: await host.send('a comment') })
      expect(down.told).toMatchObject({ passed: false, cause: 'host-fault' })
      expect(down.stored.measures).toBeNull()
    })

    test('takes for the anchor what was first in production, where none is marked', async () => {
      await using world = await gateWorld({ open })
      const first = await world.gate({ bundle: await world.send('a comment') })
      expect(first.stored).toMatchObject({ verdict: 'PASS', anchor: first.stored.baseline })
      const merged = { role: 'baseline', version: first.stored.candidate }
      await json(world.cleo.ask('POST', '/api/flow/references', merged))
      const next = await world.gate({ bundle: await world.send('no promises') })
      expect(next.stored).toMatchObject({
        baseline: first.stored.candidate,
        anchor: first.stored.baseline,
      })
    })

    test('compares with the anchor, too, and asks the models of its environment', async () => {
      await using world = await gateWorld({ open, environment: true })
      await json(world.cleo.ask('POST', '/api/flow/references', { role: 'anchor' }))
      const { told, stored } = await world.gate({ bundle: await world.send('no promises') })
      expect(stored.anchor).toBe(stored.baseline)
      const seen = await report(world.cleo.ask, told.id)
      expect(seen.sides?.anchor).toEqual(seen.sides?.baseline)
      expect(JSON.parse(told.receipt ?? '')).toMatchObject({
        receipt: { anchor: { version: stored.anchor, run: stored.hashes?.anchor } },
      })
      const versions = await world.store.flowVersions.list()
      const asked = versions.filter(({ manifest }) =>
        JSON.stringify(manifest).includes('"environment":"test"'),
      )
      expect(asked).toHaveLength(2)
    })

    test('tells versions apart by models that only their code asks, too', async () => {
      await using world = await gateWorld({ open, work: false, spare: true })
      const { flows, gate } = world.host
      const { manifest } = await flows.get((await flows.current()).hash)
      const text = 'export default {}'
      const sha256 = createHash('sha256').update(text).digest('hex')
      const versions = [0, 1].map((temperature) =>
        flows.adopt(
          {
            format: 'proofloop-bundle-2',
            paragraphsPerChunk: manifest.paragraphsPerChunk,
            agents: manifest.agents,
            models: { spare: { parameters: { temperature } } },
            code: { text, sha256 },
          },
          { name: 'coded' },
        ),
      )
      const [cold, warm] = await Promise.all(versions)
      const identify = async (version = cold) => gate.runner.identify(version?.hash ?? '')
      const hashes = [await identify(cold), await identify(warm)].map((one) => one.subjectHash)
      expect(new Set(hashes).size).toBe(2)
    })

    test('runs code where it cannot talk, and takes what it throws for quality', async () => {
      await using world = await gateWorld({ open })
      const { told, stored } = await world.gate({ bundle: await world.send('code') })
      expect(told).toMatchObject({ passed: false, cause: 'quality' })
      expect(stored).toMatchObject({ verdict: 'FAIL', charge: 1 })
      expect(await report(world.cleo.ask, told.id)).toMatchObject({ hostFaults: 0 })
      expect(world.lines.join('')).not.toContain('Zanzibar')
    })

    test('calls quality what the candidate alone brought about, also where its host could not answer', async () => {
      await using world = await gateWorld({ open })
      const { told, stored } = await world.gate({ bundle: await world.send('a refused question') })
      expect(stored).toMatchObject({ verdict: 'CANT_TELL', reasons: ['RUN_ERRORS'], charge: 1 })
      expect(told).toMatchObject({ passed: false, cause: 'quality' })
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
      expect((told.answerAt - told.startedAt) % 1000).toBe(0)
      expect(stored).toMatchObject({ charge: null, measures: null })
      expect(await world.budget()).toMatchObject({ left: 10, all: { used: 0 } })
      const hidden = JSON.stringify(world.models.requests).includes('Zanzibar')
      expect(hidden).toBe(false)
    })

    test('is audited once when it is merged, for the custodian; a failure blocks deployment', async () => {
      await using world = await gateWorld({
        open,
        sizes: { evaluation: 2, test: 6, audit: 6 },
      })
      const { told } = await world.gate({ bundle: await world.send('a comment') })
      const before = await report(world.cleo.ask, told.id)
      expect(before).toMatchObject({ audit: null, deployable: false })
      await json<AuditEntry>(world.cleo.ask('POST', `/api/gates/${told.id}/audit`, {}))
      const done = async () => (await world.store.gateAudits.get(told.id))?.state === 'done'
      await world.until(done)
      const asked = world.models.requests.length
      await json<AuditEntry>(world.cleo.ask('POST', `/api/gates/${told.id}/audit`, {}))
      expect(world.models.requests).toHaveLength(asked)
      const seen = await report(world.cleo.ask, told.id)
      expect(seen).toMatchObject({
        audit: { state: 'done', passed: true, margin: 0.05, delta: 0 },
        deployable: true,
      })
      expect(await report(world.ada.ask, told.id)).toMatchObject({ audit: null, deployable: null })
      const { overfit } = await json<{ overfit: object }>(
        world.cleo.ask('GET', '/api/gates/audits'),
      )
      expect(overfit).toMatchObject({ merges: 1, rotate: false })
      expect(await refusal(world.ada.ask('GET', '/api/gates/audits'))).toEqual(forbidden)

      const worse = await world.gate({ bundle: await world.send('no promises') })
      await json<AuditEntry>(world.cleo.ask('POST', `/api/gates/${worse.told.id}/audit`, {}))
      await world.until(
        async () => (await world.store.gateAudits.get(worse.told.id))?.state === 'done',
      )
      expect(await report(world.cleo.ask, worse.told.id)).toMatchObject({
        audit: { passed: false },
        deployable: false,
      })
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

import { describe, expect, test } from 'vitest'
import { gateWorld, json, refusal, report, type OpenServer } from '../../test/helpers/gate-world.ts'
import { endAuditWhenOver } from '../gate/audit-gate.ts'
import type { AuditEntry, GateDocuments, GateEntry } from '../schema/api/gates.ts'

const forbidden = { status: 403, code: 'FORBIDDEN' }

export function describeGateFigures(open: OpenServer): void {
  describe('a gate', () => {
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
      // However soon after the first one: each look at what one gate measured.
      await report(world.ada.ask, told.id)
      const log = await world.store.audit.list({ action: 'gate-viewed', limit: 9 })
      expect(log).toMatchObject(
        [told.id, 'gates', told.id].map((subject) => ({ actor: world.ada.id, subject })),
      )
    })

    test('shows approvers no kind of issue with fewer than 10, and custodians all', async () => {
      await using world = await gateWorld({ open, sizes: { evaluation: 2, test: 8, audit: 4 } })
      const { told } = await world.gate({ bundle: await world.send('no promises') })
      const seen = await report(world.ada.ask, told.id)
      expect(seen.change).toBeNull()
      expect(seen.comparison?.agents).toEqual({})
      expect(seen.comparison?.reasonsInWords).toContain('The agent “Promise” is worse.')
      expect(seen.sides?.baseline.agents).toEqual({ Promise: null, Absolute: null })
      const all = await report(world.cleo.ask, told.id)
      expect(Object.keys(all.comparison?.agents ?? {})).toEqual(['Absolute', 'Promise'])
      expect(all.sides?.baseline.agents['Promise']).toMatchObject({ tp: 8 })
    })

    test('shows custodians each document, and nobody else', async () => {
      await using world = await gateWorld({ open, sizes: { evaluation: 2, test: 6, audit: 4 } })
      const { told, stored } = await world.gate({ bundle: await world.send('no promises') })
      const address = `/api/gates/${told.id}/documents`
      for (const { ask } of [world.ada, world.eve])
        expect(await refusal(ask('GET', address))).toEqual(forbidden)
      const seen = await json<GateDocuments>(world.cleo.ask('GET', address))
      const version = await world.store.datasets.version('everything', { dataset: 'letters' })
      expect(seen).toMatchObject({ split: 'test', dataset: 'letters', version: version?.hash })
      expect(seen.items.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5].map((n) => `test-${n}`))
      const found = { tp: 1, fp: 0, fn: 0 }
      const missed = { tp: 0, fp: 0, fn: 1 }
      expect(seen.items[3]).toMatchObject({
        baseline: { agents: { Promise: found, Absolute: found }, failed: 0, runs: 3 },
        candidate: { agents: { Promise: missed, Absolute: found }, failed: 0, runs: 3 },
        anchor: { agents: { Promise: found } },
      })
      expect(JSON.stringify(seen)).not.toContain('Zanzibar')
      const audit = () => json<GateDocuments>(world.cleo.ask('GET', `${address}?split=audit`))
      expect(await audit()).toEqual({
        split: 'audit',
        dataset: 'letters',
        version: null,
        items: [],
      })
      const fine = await world.gate({ bundle: await world.send('a comment') })
      await world.putInProduction(fine.told)
      await json(world.cleo.ask('POST', `/api/gates/${fine.told.id}/audit`, {}))
      const audited = async () => world.store.gateAudits.get(fine.told.id)
      await world.until(async () => (await audited())?.state === 'done')
      const ofFine = `/api/gates/${fine.told.id}/documents?split=audit`
      const onAudit = await json<GateDocuments>(world.cleo.ask('GET', ofFine))
      expect(onAudit.items.map(({ id }) => id)).toEqual([0, 1, 2, 3].map((n) => `audit-${n}`))
      const log = await world.store.audit.list({ action: 'gate-viewed', limit: 9 })
      expect(log.map(({ subject, details }) => [subject, JSON.parse(details)])).toEqual([
        [fine.told.id, { split: 'audit' }],
        [told.id, { split: 'audit' }],
        [told.id, { split: 'test' }],
      ])
      // Measured on a test set that is no more: its examples are others by now.
      await world.keepLetters({ evaluation: 2, test: 7, audit: 4 })
      const later = await json<GateDocuments>(world.cleo.ask('GET', address))
      expect([later.version, later.items.length]).toEqual([null, 6])
      expect(stored.verdict).toBe('FAIL')
    })

    test('has its audit stopped at a fixed time, which a custodian has begun again', async () => {
      await using world = await gateWorld({ open })
      const kept = async (id: string) => (await world.store.gateAudits.get(id))!
      const begin = async (id: string) => {
        await world.putInProduction({ id })
        const entry = await json<AuditEntry>(world.cleo.ask('POST', `/api/gates/${id}/audit`, {}))
        expect(entry).toMatchObject({ state: 'running', fault: null })
        return kept(id)
      }
      const slow = await world.gate({ bundle: await world.send('a rest on audit') })
      expect(slow.stored.verdict).toBe('PASS')
      const begun = await begin(slow.told.id)
      expect(begun.dueAt).toBe(begun.startedAt + 3_600_000)
      await world.until(async () => (await kept(slow.told.id)).candidateAt !== null)
      world.setClock((begun.dueAt ?? 0) - 60_000)
      await world.until(async () => (await kept(slow.told.id)).fault !== null)
      expect(await report(world.cleo.ask, slow.told.id)).toMatchObject({
        audit: { state: 'failed', passed: null, fault: 'gate-time-limit' },
        deployable: false,
      })
      // Its time begins after that of the one before it, as its own first one did.
      const again = await begin(slow.told.id)
      expect(again).toMatchObject({ candidateAt: null, dueAt: (begun.dueAt ?? 0) + 3_600_000 })
      // Whoever was to run it is gone: it has ended all the same.
      world.setClock(again.dueAt ?? 0)
      expect(await endAuditWhenOver(world.host, again)).toMatchObject({ fault: 'gate-time-limit' })

      const odd = await world.gate({ bundle: await world.send('a refused question on audit') })
      expect(odd.stored.verdict).toBe('PASS')
      await begin(odd.told.id)
      await world.until(async () => (await kept(odd.told.id)).fault !== null)
      expect(await kept(odd.told.id)).toMatchObject({
        fault: 'gate-run-errors',
        candidateAt: expect.any(Number),
      })
    })

    test('has no result of an audit that is too small to tell anything, and begins again once there is more', async () => {
      await using world = await gateWorld({ open, sizes: { evaluation: 2, test: 6, audit: 1 } })
      const { told } = await world.gate({ bundle: await world.send('a comment') })
      await world.putInProduction(told)
      const audit = async () => (await world.store.gateAudits.get(told.id))!
      const begin = async () => {
        await json(world.cleo.ask('POST', `/api/gates/${told.id}/audit`, {}))
        await world.until(async () => (await audit()).endedAt !== null)
      }
      await begin()
      const fault = 'gate-audit-too-small'
      expect(await audit()).toMatchObject({ state: 'running', fault, candidateAt: null })
      const seen = await report(world.cleo.ask, told.id)
      expect(seen).toMatchObject({ audit: { state: 'failed', passed: null, fault } })
      await world.keepLetters({ evaluation: 2, test: 6, audit: 4 })
      world.setClock((await audit()).dueAt ?? 0)
      await begin()
      expect(await audit()).toMatchObject({ state: 'done', passed: true, auditDelta: 0 })
    })

    test('says that it is not merged where a version of before cannot be run any more, and records no look', async () => {
      await using world = await gateWorld({ open })
      const { told, stored } = await world.gate({ bundle: await world.send('a comment') })
      const { flow } = stored
      const { referenceVersions, flowVersions, audit } = world.store
      const marked = { flow, role: 'baseline', markedBy: world.cleo.id } as const
      const mark = (version: string, sequence: number) =>
        referenceVersions.mark({ ...marked, version, sequence })
      await flowVersions.put({ hash: 'of-before', name: flow, manifest: { agents: [] } })
      await mark('of-before', 1)
      const versions = ['of-before', stored.baseline]
      expect(await referenceVersions.marked(flow, 'baseline')).toEqual(versions)
      const begin = () => world.cleo.ask('POST', `/api/gates/${told.id}/audit`, {})
      const looks = async () => audit.list({ action: 'gate-audited', limit: 9 })
      expect(await refusal(begin())).toEqual({ status: 409, code: 'gate-not-merged' })
      expect(await looks()).toEqual([])
      await mark(stored.candidate, 2)
      await json(begin())
      expect(await looks()).toHaveLength(1)
    })

    test('is audited once when it is merged, for the custodian; a failure blocks deployment', async () => {
      await using world = await gateWorld({
        open,
        sizes: { evaluation: 2, test: 6, audit: 6 },
      })
      const { told, stored } = await world.gate({ bundle: await world.send('a comment') })
      const before = await report(world.cleo.ask, told.id)
      expect(before).toMatchObject({ audit: null, deployable: false })
      const begin = (id: string) => world.cleo.ask('POST', `/api/gates/${id}/audit`, {})
      const unmerged = { status: 409, code: 'gate-not-merged' }
      expect(await refusal(begin(told.id))).toEqual(unmerged)
      const failed = await world.gate({ bundle: await world.send('no promises') })
      await world.putInProduction(failed.told)
      const notLetIn = { status: 409, code: 'gate-not-let-in' }
      expect(await refusal(begin(failed.told.id))).toEqual(notLetIn)
      expect(await world.store.gateAudits.list()).toEqual([])
      await world.putInProduction(told)
      await json<AuditEntry>(begin(told.id))
      const done = async () => (await world.store.gateAudits.get(told.id))?.state === 'done'
      await world.until(done)
      const asked = world.models.requests.length
      await json<AuditEntry>(begin(told.id))
      expect(world.models.requests).toHaveLength(asked)
      const seen = await report(world.cleo.ask, told.id)
      expect(seen).toMatchObject({
        audit: { state: 'done', passed: true, margin: 0.05, delta: 0, walls: stored.walls },
        deployable: true,
      })
      expect(await report(world.ada.ask, told.id)).toMatchObject({ audit: null, deployable: null })
      const { overfit } = await json<{ overfit: object }>(
        world.cleo.ask('GET', '/api/gates/audits'),
      )
      expect(overfit).toMatchObject({ merges: 1, rotate: false })
      expect(await refusal(world.ada.ask('GET', '/api/gates/audits'))).toEqual(forbidden)

      const worse = await world.gate({ bundle: await world.send('worse on audit') })
      expect(worse.stored.verdict).toBe('PASS')
      await world.putInProduction(worse.told)
      await json<AuditEntry>(begin(worse.told.id))
      await world.until(
        async () => (await world.store.gateAudits.get(worse.told.id))?.state === 'done',
      )
      expect(await report(world.cleo.ask, worse.told.id)).toMatchObject({
        audit: { passed: false },
        deployable: false,
      })
    })
  })
}

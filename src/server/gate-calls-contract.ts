import { describe, expect, test } from 'vitest'
import { gateWorld, json, refusal, type OpenServer } from '../../test/helpers/gate-world.ts'
import { answer } from '../model/scripted-reply.ts'
import { findPromises } from '../../test/helpers/promise-flow.ts'
import { hiddenNames } from '../access/hidden-names.ts'
import { Role } from '../schema/access.ts'
import type { GateCalls } from '../schema/api/gates.ts'

const forbidden = { status: 403, code: 'FORBIDDEN' }

export function describeGateCalls(open: OpenServer): void {
  describe('what a gate asked of models', () => {
    test('is read by custodians, document by document, and by nobody else', async () => {
      await using world = await gateWorld({ open })
      const { told, stored } = await world.gate({ bundle: await world.send('a comment') })
      const address = `/api/gates/${told.id}/calls?document=test-3`
      const calls = (query = '') => json<GateCalls>(world.cleo.ask('GET', `${address}${query}`))
      const seen = await calls()
      expect(seen).toMatchObject({ split: 'test', side: 'candidate', run: 1, runs: 3 })
      expect(seen.version).toBe(stored.candidate)
      expect(seen.items.length).toBeGreaterThan(0)
      for (const { agent, alias, provider, model, messages, answer: given, ...one } of seen.items) {
        expect([alias, model]).toEqual(['reviewer', 'scripted-1'])
        expect(['absolutes', 'promises']).toContain(agent)
        expect(provider).toBeTruthy()
        expect(JSON.stringify(messages)).toContain('Zanzibar')
        expect(messages?.map(({ role }) => role)).toContain('user')
        expect(given).not.toBeNull()
        expect(one).toMatchObject({ fault: null, inputTokens: expect.any(Number) as number })
      }
      expect(JSON.stringify(seen)).not.toContain('test-4')
      const last = await calls('&side=baseline&run=3')
      expect(last).toMatchObject({ version: stored.baseline, run: 3 })
      expect(last.items).toHaveLength(seen.items.length)

      const { log } = await lookedAt(world, told.id)
      const version = await world.store.datasets.version('everything', { dataset: 'letters' })
      const example = await world.store.datasets.example('everything', version?.id ?? '', 'test-3')
      const document = (await hiddenNames(world.store))(example?.hash ?? '')
      expect(log).toEqual([
        [world.cleo.id, { split: 'test', side: 'baseline', run: 3, document }],
        [world.cleo.id, { split: 'test', side: 'candidate', run: 1, document }],
      ])

      for (const role of Role.options.filter((one) => one !== 'custodian')) {
        const { ask } = await world.person(`a-${role}`, [role])
        expect([role, await refusal(ask('GET', address))]).toEqual([role, forbidden])
      }
      expect(await refusal(world.eve.ask('GET', address))).toEqual(forbidden)
      const nobody = await world.nobody('GET', address)
      expect(await refusal(nobody)).toMatchObject({ status: 401 })
      expect((await lookedAt(world, told.id)).log).toHaveLength(2)

      for (const query of ['test-99', 'test-3&run=4', 'test-3&split=audit', 'audit-0']) {
        const asked = world.cleo.ask('GET', `/api/gates/${told.id}/calls?document=${query}`)
        expect([query, (await refusal(asked)).code]).toEqual([query, 'gate-document-not-found'])
      }
    })

    test('is there with the reason where a model gave no answer, and of audit, too', async () => {
      await using world = await gateWorld({
        open,
        script: (message) => {
          const text = JSON.stringify(message.messages)
          const isOdd = text.includes('Be odd.') && text.includes('Letter test-0')
          return isOdd ? answer('no json') : findPromises(message)
        },
      })
      const odd = await world.gate({ bundle: await world.send('odd prompts') })
      const of = (query: string) =>
        json<GateCalls>(world.cleo.ask('GET', `/api/gates/${odd.told.id}/calls?${query}`))
      const faulty = (await of('document=test-0')).items.filter(({ fault }) => fault !== null)
      expect(faulty.length).toBeGreaterThan(0)
      expect(faulty[0]).toMatchObject({
        model: 'scripted-1',
        answer: null,
        fault: 'answer-invalid',
      })
      expect(JSON.stringify(faulty[0]?.messages)).toContain('Be odd.')
      const { told } = await world.gate({ bundle: await world.send('a comment') })
      await world.putInProduction(told)
      await json(world.cleo.ask('POST', `/api/gates/${told.id}/audit`, {}))
      await world.until(async () => (await world.store.gateAudits.get(told.id))?.state === 'done')
      const ofAudit = `/api/gates/${told.id}/calls?document=audit-1&split=audit&side=baseline`
      const onAudit = await json<GateCalls>(world.cleo.ask('GET', ofAudit))
      expect(JSON.stringify(onAudit.items[0]?.messages)).toContain('Zanzibar')
    })
  })
}

/** Looks at single documents, newest first. */
async function lookedAt({ store }: Awaited<ReturnType<typeof gateWorld>>, gate: string) {
  const entries = await store.audit.list({ action: 'gate-viewed', limit: 99 })
  const log = entries
    .filter(({ subject, details }) => subject === gate && details.includes('"document"'))
    .map(({ actor, details }): [string, unknown] => [actor, JSON.parse(details)])
  return { log }
}

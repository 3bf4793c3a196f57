import { describe, expect, test } from 'vitest'
import {
  gateWorld,
  json,
  refusal,
  type OpenServer,
  unanswered,
} from '../../test/helpers/gate-world.ts'
import { reviewed } from '../../test/helpers/reviewed-document.ts'
import { answer } from '../model/scripted-reply.ts'
import { findPromises } from '../../test/helpers/promise-flow.ts'
import { hiddenNames } from '../access/hidden-names.ts'
import { Role } from '../schema/access.ts'
import type { Script } from '../model/scripted-server.ts'
import type { AuthorGate, GateAsked, GateCalls } from '../schema/api/gates.ts'

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
        expect(JSON.parse(one.schema ?? '')).toMatchObject({ type: 'object' })
        expect(one.parameters).toEqual({ maxOutputTokens: 500 })
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

    test('holds what a model said that could not be used, with the question that followed; also of audit', async () => {
      await using world = await gateWorld({
        open,
        script: (message) => {
          const text = JSON.stringify(message.messages)
          const isOdd = text.includes('Be odd.')
          const isBad = isOdd && text.includes('Letter test-0')
          const isBadOnce =
            isOdd && text.includes('Letter test-1') && !text.includes('Answer again')
          return isBad || isBadOnce ? answer(`no json: ${text.length}`) : findPromises(message)
        },
      })
      const odd = await world.gate({ bundle: await world.send('odd prompts') })
      const of = (query: string) =>
        json<GateCalls>(world.cleo.ask('GET', `/api/gates/${odd.told.id}/calls?${query}`))
      const unusable = { model: 'scripted-1', answer: null, fault: 'answer-invalid', isKept: false }
      const said = /^no json: \d+$/u
      // Two shots, each asked for twice.
      const bad = (await of('document=test-0')).items.filter(({ fault }) => fault !== null)
      expect(bad).toHaveLength(4)
      for (const one of bad) {
        expect(one).toMatchObject({ ...unusable, inputTokens: expect.any(Number) as number })
        expect(one.said).toMatch(said)
        expect(JSON.stringify(one.messages)).toContain('Be odd.')
      }
      const again = bad.filter(({ messages }) => JSON.stringify(messages).includes('Answer again'))
      expect(again).toHaveLength(2)

      const { items } = await of('document=test-1')
      const first = items.filter(({ fault }) => fault !== null)
      expect(first).toHaveLength(2)
      for (const { said: text, messages, inputTokens } of first) {
        expect(text).toMatch(said)
        const second = items.find(
          (one) => one.answer !== null && JSON.stringify(one.messages).includes(text ?? ''),
        )
        expect(second?.messages?.slice(0, messages?.length)).toEqual(messages)
        expect(second?.messages?.at(-1)?.content).toContain('Answer again')
        expect(second).toMatchObject({ said: null, fault: null })
        // Its own: those of what could not be used are beside that.
        expect(second?.inputTokens).toBeGreaterThan(inputTokens ?? 0)
        expect(second?.inputTokens).toBeLessThan(2 * (inputTokens ?? 0))
      }
      const { told } = await world.gate({ bundle: await world.send('a comment') })
      await world.putInProduction(told)
      await json(world.cleo.ask('POST', `/api/gates/${told.id}/audit`, {}))
      await world.until(async () => (await world.store.gateAudits.get(told.id))?.state === 'done')
      const ofAudit = `/api/gates/${told.id}/calls?document=audit-1&split=audit&side=baseline`
      const onAudit = await json<GateCalls>(world.cleo.ask('GET', ofAudit))
      expect(JSON.stringify(onAudit.items[0]?.messages)).toContain('Zanzibar')
    })

    test('is there of a gate without a verdict, too, and of what was tried first', async () => {
      await using world = await gateWorld({ open })
      const { told, stored } = await world.gate({ bundle: await world.send('a refused question') })
      expect(stored).toMatchObject({ reasons: ['RUN_ERRORS'], measures: null })
      const of = (path: string) => world.cleo.ask('GET', `/api/gates/${told.id}/${path}`)
      const asked = await json<GateAsked>(of('asked'))
      const runs = ({ items }: GateAsked, name: string) =>
        items.filter(({ side }) => side === name).map(({ document, run }) => `${document} ${run}`)
      const all = [0, 1, 2, 3, 4, 5].flatMap((n) => [1, 2, 3].map((run) => `test-${n} ${run}`))
      expect(runs(asked, 'candidate')).toEqual(all)
      expect(runs(asked, 'baseline')).toEqual(all)
      expect(runs(asked, 'anchor')).toEqual(all)
      const refused = await json<GateCalls>(of('calls?document=test-3&run=2'))
      expect(refused).toMatchObject({ version: stored.candidate, run: 2, runs: 3, next: null })
      const inVain = refused.items.filter(({ agent }) => agent === 'coded')
      expect(inVain).toMatchObject([
        { alias: 'reviewer', messages: [{ content: unanswered }], answer: null, said: null },
      ])
      const about = refused.items.filter(({ agent }) => agent !== 'coded')
      expect(JSON.stringify(about[0]?.messages)).toContain('Letter test-3 of Zanzibar')

      const tried = await json<GateAsked>(of('asked?split=evaluation'))
      expect(runs(tried, 'candidate')).toEqual(['evaluation-0 1', 'evaluation-1 1'])
      const first = await json<GateCalls>(of('calls?split=evaluation&document=evaluation-1'))
      expect(first).toMatchObject({ version: stored.candidate, runs: 1 })
      expect(JSON.stringify(first.items[0]?.messages)).toContain('Letter evaluation-1 of Rome')
      expect((await json<GateAsked>(of('asked?split=audit'))).items).toEqual([])

      const entries = await world.store.audit.list({ action: 'gate-viewed', limit: 99 })
      const looks = entries
        .filter(({ details }) => details.includes('"asked"'))
        .map(({ actor, details }): [string, unknown] => [actor, JSON.parse(details)])
      expect(looks).toEqual(
        ['audit', 'evaluation', 'test'].map((split) => [world.cleo.id, { split, asked: true }]),
      )
      for (const role of Role.options.filter((one) => one !== 'custodian')) {
        const { ask } = await world.person(`a-${role}`, [role])
        for (const path of ['asked', 'asked?split=evaluation', 'calls?document=test-3']) {
          const address = `/api/gates/${told.id}/${path}`
          expect([role, await refusal(ask('GET', address))]).toEqual([role, forbidden])
        }
      }
      expect(await refusal(world.eve.ask('GET', `/api/gates/${told.id}/asked`))).toEqual(forbidden)
    })

    test('goes with a document that is forgotten, and so do the answers that are kept', async () => {
      await using world = await gateWorld({ open })
      const text = 'The secret of Xanadu will always be kept.'
      const { review, sha256 } = await reviewed(world, 'memo.txt', { text })
      const address = '/api/datasets/letters/proposals/merge'
      await json(world.cleo.ask('POST', address, { reviews: [review] }))
      const { told } = await world.gate({ bundle: await world.send('odd prompts') })
      const calls = () => world.cleo.ask('GET', `/api/gates/${told.id}/calls?document=memo.txt`)
      expect(JSON.stringify(await json<GateCalls>(calls()))).toContain('Xanadu')
      const { db } = world.store.accountTables
      const answers = async (): Promise<string> =>
        JSON.stringify(await db.selectFrom('answers').select('content').execute())
      expect(await answers()).toContain('Xanadu')
      await world.store.documents.forget(sha256)
      expect(await json<GateCalls>(calls())).toMatchObject({ items: [] })
      expect(await answers()).not.toContain('Xanadu')
      expect(await answers()).toContain('Zanzibar')
    })

    test('is there of a gate whose time was over, also what had no answer yet', async () => {
      const script: Script = (message) => {
        const isHidden = JSON.stringify(message.messages).includes('Letter test-4')
        return isHidden ? answer('', { delayMs: 60_000 }) : findPromises(message)
      }
      await using world = await gateWorld({ open, script })
      const { id, answerAt } = await json<AuthorGate>(
        world.start({ bundle: await world.send('a comment') }),
      )
      const isAsked = () =>
        world.models.requests.some(({ body }) => JSON.stringify(body).includes('Letter test-4'))
      await world.until(async () => isAsked())
      world.setClock(answerAt - 60_000)
      expect(await world.stored(id)).toMatchObject({ reasons: ['TIME_LIMIT'], measures: null })
      const calls = () =>
        json<GateCalls>(
          world.cleo.ask('GET', `/api/gates/${id}/calls?side=baseline&document=test-4`),
        ).catch(() => null)
      await world.until(async () => (await calls()) !== null)
      const stopped = (await calls())?.items ?? []
      expect(stopped[0]).toMatchObject({ fault: 'stopped', answer: null })
      expect(JSON.stringify(stopped[0]?.messages)).toContain('Letter test-4 of Zanzibar')
    })

    test('is there of an audit without a result, too', async () => {
      await using world = await gateWorld({ open })
      const bundle = await world.send('a refused question on audit')
      const { told } = await world.gate({ bundle })
      await world.putInProduction(told)
      await json(world.cleo.ask('POST', `/api/gates/${told.id}/audit`, {}))
      const audit = () => world.store.gateAudits.get(told.id)
      await world.until(async () => (await audit())?.fault === 'gate-run-errors')
      expect(await audit()).toMatchObject({ measures: null })
      const of = (path: string) => world.cleo.ask('GET', `/api/gates/${told.id}/${path}`)
      const { items } = await json<GateAsked>(of('asked?split=audit'))
      expect(new Set(items.map(({ side }) => side))).toEqual(new Set(['candidate', 'baseline']))
      const seen = await json<GateCalls>(of('calls?split=audit&document=audit-2'))
      expect(JSON.stringify(seen.items)).toContain('Letter audit-2 of Zanzibar')
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

import { describe, expect, test } from 'vitest'
import { findsWalls } from '../../test/helpers/gate-world.ts'
import { findPromises, promiseFlow } from '../../test/helpers/promise-flow.ts'
import { formWith, type testServer } from '../../test/helpers/test-server.ts'
import { mergeProposals } from '../dataset/merge-proposals.ts'
import { sealCode } from '../flow/bundle-code.ts'
import { workOnTestEvaluations } from '../gate/measure-references.ts'
import { startScriptedServer } from '../model/scripted-server.ts'
import { readReviewSettings } from '../review/review-settings.ts'
import type {
  ReferenceMeasures,
  ReferencesAsked,
  ReferencesCalls,
} from '../schema/api/dataset-references.ts'
import type { EvaluationEntry } from '../schema/api/evaluations.ts'
import type { References } from '../schema/api/flows.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Ask = Server['solo']
type Open = (options: Parameters<typeof testServer>[0]) => Promise<Server>

const secret = 'Zanzibar'
/** Finds what its agents find. */
const coded = `import { defineFlow, DocumentInput, FlowOutput } from 'proofloop'
export default defineFlow({
  name: 'flow',
  input: DocumentInput,
  output: FlowOutput,
  async run({ document }, ctx) {
    return ctx.reviewWithAgents(await ctx.document.read(document))
  },
})
`

/** Two shots and a consolidator in “promises”, one shot in “absolutes”. */
const requestsPerLetter = 4

function line(id: string, split: 'evaluation' | 'test'): string {
  const text = `Letter ${id} of ${secret}: the ${id.repeat(9)} will always be open.`
  const start = text.indexOf('always')
  const location = { paragraph: 0, start, end: start + 6 }
  const issues = [
    { type: 'Promise', text: 'always', location },
    // No agent looks for these.
    { type: 'Odd', text: 'open', location: { paragraph: 0, start: start + 10, end: start + 14 } },
  ]
  return `${JSON.stringify({ id, split, paragraphs: [text], issues })}\n`
}

async function json<T>(answer: Response | Promise<Response>): Promise<T> {
  const response = await answer
  const body = await response.clone().text()
  expect({ ok: response.ok, body }).toMatchObject({ ok: true })
  return (await response.json()) as T
}

async function refusal(answer: Response | Promise<Response>) {
  const response = await answer
  const { code } = (await response.json()) as { code: string }
  return { status: response.status, code }
}

const letters = '/api/datasets/letters'
const figures = (ask: Ask) => json<ReferenceMeasures>(ask('GET', `${letters}/references`))
const rotate = (ask: Ask) =>
  json(ask('POST', `${letters}/proposals/merge`, { reviews: [], rotate: true }))

/** A server with a flow that finds promises, three letters that engineers see and nine that they do not. */
async function lettersServer(open: Open, { work = true } = {}) {
  await using stack = new AsyncDisposableStack()
  const models = stack.use(await startScriptedServer(findPromises))
  const flow = stack.use(await promiseFlow(models, 2, 'flow/datasets/memos'))
  const server = stack.use(await open({ work, flow: flow.path('flow'), env: flow.env }))
  const cleo = await server.person('cleo', ['custodian'])
  const lines = ['a', 'b', 'c'].map((id) => line(id, 'evaluation'))
  lines.push(...['d', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'].map((id) => line(id, 'test')))
  const form = formWith(lines.join(''), 'letters.jsonl')
  form.set('splits', 'given')
  await json(cleo.ask('POST', `${letters}/versions`, form))
  const all = stack.move()
  const mark = (body: object) => cleo.ask('POST', '/api/flow/references', body)
  const done = async (count: number): Promise<ReferenceMeasures> => {
    const isDone = async () => {
      const { items } = await figures(cleo.ask)
      return items.filter(({ evaluation }) => evaluation?.state === 'done').length === count
    }
    await server.until(isDone)
    return figures(cleo.ask)
  }
  return { ...server, models, cleo, mark, done, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

export function describeReferences(open: Open): void {
  describe('versions that others are compared with', () => {
    test('are measured on the new test after a rotation, for custodians and approvers alone', async () => {
      await using server = await lettersServer(open)
      const { cleo, models } = server
      expect((await figures(cleo.ask)).items).toEqual([])
      const { version } = await json<{ version: string }>(cleo.ask('GET', '/api/flow'))
      expect(await json<References>(server.mark({ role: 'baseline' }))).toMatchObject({
        flow: 'flow',
        baseline: { version, markedBy: { name: 'cleo' } },
        anchor: null,
      })
      await json(server.mark({ role: 'anchor', version }))
      expect((await figures(cleo.ask)).items).toMatchObject([
        { role: 'baseline', evaluation: null },
        { role: 'anchor', evaluation: null },
      ])
      await rotate(cleo.ask)
      const { test: hash, items, leftOut } = await server.done(2)
      const [newest] = await server.store.datasets.versions('everything', {
        dataset: 'letters',
        limit: 1,
      })
      expect(newest?.splits.find(({ split }) => split === 'test')).toMatchObject({
        hash,
        examples: 6,
      })
      // One version in two roles is measured once.
      expect(models.requests).toHaveLength(6 * 3 * requestsPerLetter)
      expect(items[0]?.evaluation?.id).toBe(items[1]?.evaluation?.id)
      expect(items[0]?.evaluation).toMatchObject({
        state: 'done',
        repeats: 3,
        documents: 6,
        // Without code it is run by the server itself.
        walls: { isolation: 'process', boundary: expect.any(String) as string },
        datasetHash: hash,
        pooled: { tp: 6, fp: 6, fn: 0, precision: { value: 0.5, docs: 6 }, recall: { value: 1 } },
        agents: { Promise: { tp: 6 }, Absolute: { fp: 6 }, Odd: { tp: 0, fn: 6 } },
      })
      expect(leftOut).toEqual(['Odd'])
      const { lower, upper } = items[0]?.evaluation?.pooled?.recall ?? {}
      expect([lower, upper]).toEqual([expect.any(Number), 1])
      const ada = await server.person('ada', ['approver'])
      const all = await figures(ada.ask)
      // Who may list no datasets asks for those of the one that gates decide on.
      expect(await json(ada.ask('GET', '/api/gates/references'))).toEqual(all)
      const told = all.items[0]?.evaluation
      expect(told).toMatchObject({ pooled: { tp: 6, fp: 6, fn: 0 }, agents: {} })
      expect(all.leftOut).toEqual([])
      const log = await server.store.audit.list({ action: 'hidden-read', limit: 99 })
      expect(log.some(({ actor }) => actor === ada.id)).toBe(true)
      expect(log.some(({ details }) => details.includes('"whole"'))).toBe(true)
    })

    test('show custodians what was asked to measure them, document by document, and nobody else', async () => {
      await using server = await lettersServer(open)
      const { cleo, store } = server
      const { version } = await json<{ version: string }>(server.mark({ role: 'baseline' })).then(
        () => json<{ version: string }>(cleo.ask('GET', '/api/flow')),
      )
      const asked = (query = '') =>
        json<ReferencesAsked>(cleo.ask('GET', `${letters}/references/asked${query}`))
      expect(await asked()).toEqual({
        dataset: 'letters',
        measurements: [],
        evaluation: null,
        items: [],
      })
      await rotate(cleo.ask)
      const { items: measured } = await server.done(1)
      const id = measured[0]?.evaluation?.id ?? ''
      const found = await asked()
      expect(found).toMatchObject({
        measurements: [{ id, version, state: 'done' }],
        evaluation: id,
      })
      expect(found.items).toHaveLength(6 * 3)
      expect(found.items.every(({ calls }) => calls === requestsPerLetter)).toBe(true)
      const document = found.items[0]?.document ?? ''
      const address = `${letters}/references/calls?evaluation=${id}&document=${document}&run=3`
      const seen = await json<ReferencesCalls>(cleo.ask('GET', address))
      expect(seen).toMatchObject({ version, run: 3, runs: 3, next: null })
      expect(seen.items).toHaveLength(requestsPerLetter)
      expect(seen.items[0]).toMatchObject({ model: 'scripted-1', fault: null })
      expect(JSON.stringify(seen.items[0]?.messages)).toContain(`Letter ${document} of ${secret}`)
      const log = await store.audit.list({ action: 'hidden-read', limit: 99 })
      const looks = log.filter(({ subject, actor }) => subject === id && actor === cleo.id)
      expect(looks.map(({ details }) => JSON.parse(details))).toEqual([
        {
          dataset: 'letters',
          split: 'test',
          run: 3,
          document: expect.stringMatching(/\w{8}/u) as string,
        },
        { dataset: 'letters', split: 'test', asked: true },
      ])
      const eve = await server.person('eve', ['engineer'])
      const ada = await server.person('ada', ['approver'])
      const both = await server.person('both', ['engineer', 'approver'])
      for (const one of [`${letters}/references/asked`, address]) {
        for (const { ask } of [eve, ada, both]) {
          expect(await refusal(ask('GET', one))).toEqual({ status: 403, code: 'FORBIDDEN' })
        }
      }
      for (const query of ['evaluation=none', `evaluation=${id}`]) {
        const other = query === 'evaluation=none' ? letters : '/api/datasets/memos'
        const answer = cleo.ask('GET', `${other}/references/calls?${query}&document=d`)
        expect(await refusal(answer)).toEqual({ status: 404, code: 'evaluation-not-found' })
      }
      expect(server.lines.join('')).not.toContain(secret)
    })

    test('tell engineers nothing, also not those who approve', async () => {
      await using server = await lettersServer(open)
      await json(server.mark({ role: 'baseline' }))
      await rotate(server.cleo.ask)
      const [measured] = (await server.done(1)).items
      const id = measured?.evaluation?.id ?? ''
      const eve = await server.person('eve', ['engineer'])
      const both = await server.person('both', ['engineer', 'approver'])
      const forbidden = { status: 403, code: 'FORBIDDEN' }
      for (const address of [`${letters}/references`, '/api/gates/references']) {
        expect(await refusal(eve.ask('GET', address))).toEqual(forbidden)
        const notYours = { status: 403, code: 'figures-not-yours' }
        expect(await refusal(both.ask('GET', address))).toEqual(notYours)
      }
      expect(await refusal(eve.ask('POST', `${letters}/references/measure`, {}))).toEqual(forbidden)
      expect(await refusal(eve.ask('POST', '/api/flow/references', {}))).toEqual(forbidden)
      for (const address of [id, `${id}/report`, `${id}/run`, `${id}/events`]) {
        const answer = await refusal(eve.ask('GET', `/api/evaluations/${address}`))
        expect(answer).toEqual({ status: 404, code: 'evaluation-not-found' })
      }
      const listed = await json<{ items: unknown[] }>(eve.ask('GET', '/api/evaluations'))
      expect(listed.items).toEqual([])
      expect(server.lines.join('')).not.toContain(secret)
    })

    test('leave no answer behind by which what retires later would cost nothing', async () => {
      await using server = await lettersServer(open)
      await json(server.mark({ role: 'baseline' }))
      await rotate(server.cleo.ask)
      await server.done(1)
      await rotate(server.cleo.ask)
      await server.done(1)
      const before = server.models.requests.length
      const eve = await server.person('eve', ['engineer'])
      const request = { dataset: 'letters', repeats: 1 }
      const { id } = await json<EvaluationEntry>(eve.ask('POST', '/api/evaluations', request))
      await server.until(async () => (await server.store.evaluations.get(id))?.state === 'done')
      expect((await server.store.evaluations.get(id))?.documents).toBe(8)
      expect(server.models.requests.length - before).toBe(8 * requestsPerLetter)
    })

    test('change by a mark: the baseline goes on and is measured, the anchor stays', async () => {
      await using server = await lettersServer(open)
      const { version } = await json<{ version: string }>(server.cleo.ask('GET', '/api/flow'))
      await json(server.mark({ role: 'baseline' }))
      await json(server.mark({ role: 'anchor' }))
      await rotate(server.cleo.ask)
      await server.done(2)
      const files = [{ name: 'guidelines.md', text: 'Be brief.' }]
      const change = { agent: 'absolutes', files }
      const draft = await json<{ version: string }>(server.solo('POST', '/api/flow/drafts', change))
      expect(await refusal(server.mark({ role: 'anchor', version: draft.version }))).toEqual({
        status: 409,
        code: 'anchor-marked',
      })
      const marked = await json<References>(
        server.mark({ role: 'baseline', version: draft.version }),
      )
      expect(marked).toMatchObject({ baseline: { version: draft.version }, anchor: { version } })
      const { items } = await server.done(2)
      expect(items[0]?.evaluation?.flow.version).toBe(draft.version)
      expect(items[1]?.evaluation?.flow.version).toBe(version)
      const unknown = await refusal(server.mark({ role: 'baseline', version: 'none' }))
      expect(unknown).toEqual({ status: 404, code: 'flow-version-not-found' })
    })

    test('are measured at the next start when the server died after the rotation', async () => {
      await using server = await lettersServer(open, { work: false })
      const { store, host, cleo } = server
      await json(server.mark({ role: 'baseline' }))
      const { splitShares: shares } = await readReviewSettings(store)
      const nothing = {
        reviews: [],
        sources: [],
        note: null,
        showHidden: false,
        createdBy: cleo.id,
      }
      const rotation = { dataset: 'letters', rotate: true, ...nothing }
      const from = { store, splitKey: host.splitKey, shares }
      await mergeProposals(from, none(), { ...rotation, begin: async () => async () => {} })
      expect((await figures(cleo.ask)).items).toMatchObject([{ evaluation: null }])
      await workOnTestEvaluations(host)
      expect((await server.done(1)).items).toMatchObject([{ evaluation: { documents: 6 } }])
    })

    test('are measured on the test that they wait for, whatever is labelled there meanwhile', async () => {
      await using server = await lettersServer(open, { work: false })
      const { cleo, host, store } = server
      await json(server.mark({ role: 'baseline' }))
      await rotate(cleo.ask)
      const { test: hash } = await figures(cleo.ask)
      const { items } = await json<{ items: { id: string }[] }>(
        cleo.ask('GET', `${letters}/versions/newest/examples?split=test&limit=1`),
      )
      const id = items[0]?.id ?? ''
      const example = await json<{ hash: string }>(
        cleo.ask('GET', `${letters}/versions/newest/example?id=${id}`),
      )
      const labels = { id, hash: example.hash, issues: [] }
      await json(cleo.ask('POST', `${letters}/labels`, labels))
      expect((await figures(cleo.ask)).test).not.toBe(hash)
      await workOnTestEvaluations(host)
      await server.until(async () => {
        const [waited] = await store.testEvaluations.list({ datasetHash: hash ?? '', limit: 1 })
        expect(waited?.error ?? null).toBeNull()
        return waited?.state === 'done'
      })
    })

    test('are measured when asked again after an asking that was cut off before it had a job', async () => {
      await using server = await lettersServer(open)
      const { cleo, host } = server
      await json(server.mark({ role: 'baseline' }))
      const measure = () => cleo.ask('POST', `${letters}/references/measure`, {})
      const add = host.jobs.add.bind(host.jobs)
      host.jobs.add = () => Promise.reject(new Error('cut off'))
      expect((await measure()).status).toBe(500)
      host.jobs.add = add
      await json(measure())
      expect((await server.done(1)).items).toMatchObject([{ evaluation: { documents: 9 } }])
    })

    test('that have code are measured where a gate runs them, and not behind thinner walls', async () => {
      await using server = await lettersServer(open)
      const { cleo, host } = server
      const { version } = await json<{ version: string }>(cleo.ask('GET', '/api/flow'))
      const { manifest } = await host.flows.get(version)
      const { paragraphsPerChunk, agents } = manifest
      const models = Object.fromEntries(
        Object.entries(manifest.models).map(([alias, { parameters }]) => [alias, { parameters }]),
      )
      const { hash } = await host.flows.adopt(
        {
          format: 'proofloop-bundle-2',
          paragraphsPerChunk,
          agents,
          models,
          code: sealCode(coded),
        },
        { name: 'flow' },
      )
      await json(server.mark({ role: 'baseline', version: hash }))
      await server.store.settings.put('solo-mode', false)
      findsWalls(server, { isolation: 'process', boundary: 'none' })
      await rotate(cleo.ask)
      const evaluation = async () => (await figures(cleo.ask)).items[0]?.evaluation
      await server.until(async () => (await evaluation())?.state === 'failed')
      expect(await evaluation()).toMatchObject({ code: 'gate-walls', pooled: null })
      findsWalls(server, { isolation: 'os', boundary: 'users' })
      await json(cleo.ask('POST', `${letters}/references/measure`, {}))
      expect((await server.done(1)).items).toMatchObject([
        {
          version: hash,
          evaluation: {
            documents: 6,
            repeats: 3,
            walls: { isolation: 'os', boundary: 'users' },
            pooled: { tp: 6, fn: 0 },
          },
        },
      ])
      const asked = await json<ReferencesAsked>(cleo.ask('GET', `${letters}/references/asked`))
      expect(asked.measurements).toMatchObject([{ state: 'done' }, { state: 'failed' }])
      expect(asked.items).toHaveLength(6 * 3)
    })

    test('that could not be measured say why, and are measured again when asked', async () => {
      await using server = await lettersServer(open)
      const { cleo } = server
      await server.store.settings.put('budget', {
        currency: 'USD',
        perMonth: 0.000001,
        perPersonAndMonth: null,
      })
      await json(server.mark({ role: 'baseline' }))
      await rotate(cleo.ask)
      const evaluation = async () => (await figures(cleo.ask)).items[0]?.evaluation
      await server.until(async () => (await evaluation())?.state === 'failed')
      expect(await evaluation()).toMatchObject({ code: 'budget-exhausted', pooled: null })
      await server.store.settings.put('budget', {
        currency: 'USD',
        perMonth: null,
        perPersonAndMonth: null,
      })
      await json(cleo.ask('POST', `${letters}/references/measure`, {}))
      expect((await server.done(1)).items).toMatchObject([{ evaluation: { documents: 6 } }])
    })
  })
}

async function* none(): AsyncGenerator<never> {}

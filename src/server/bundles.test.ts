import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { findPromises, promiseFlow } from '../../test/helpers/promise-flow.ts'
import { promiseServer } from '../../test/helpers/promise-server.ts'
import { bundleFlow, packBundle, type PackedBundle } from '../flow/bundle.ts'
import { canonicalJson } from '../lib/content-hash.ts'
import { testServer } from '../../test/helpers/test-server.ts'
import { startScriptedServer } from '../model/scripted-server.ts'
import { EnvironmentSettings } from '../schema/environment.ts'
import type { Bundle } from '../schema/bundle.ts'
import { importVersion } from '../dataset/import-version.ts'
import { Role, Split } from '../schema/access.ts'
import { permissionsOf } from '../access/permissions.ts'

const noShares = { evaluation: 1, test: 0, audit: 0 }

type Own = Awaited<ReturnType<typeof promiseServer>>
type Ask = Own['server']['solo']

function formOf(bytes: Uint8Array, name = 'letters'): FormData {
  const form = new FormData()
  form.set('file', new File([Buffer.from(bytes)], name))
  return form
}

/** Of the flow that the server has, changed. */
async function packed(own: Own, change: (bundle: Bundle) => Bundle = (same) => same) {
  const bundle = await bundleFlow(own.flow.path('flow'), { paragraphsPerChunk: 32 })
  return packBundle(change(bundle))
}

const put = (ask: Ask, { sha256, bytes }: PackedBundle, name?: string) =>
  ask('PUT', `/api/bundles/${sha256}`, formOf(bytes, name))

async function answerOf(answering: Response | Promise<Response>) {
  const answer = await answering
  const body = (await answer.json()) as Record<string, unknown>
  return { status: answer.status, body }
}

async function whenEnded(own: Own, id: unknown): Promise<void> {
  await own.ask('GET', `/api/evaluations/${String(id)}/events`)
}

test('a bundle is kept by its hash, once, and listed to its person only', async () => {
  await using own = await promiseServer()
  const { bytes, sha256 } = await packed(own)
  const first = await answerOf(put(own.server.solo, { sha256, bytes }))
  expect(first).toMatchObject({
    status: 200,
    body: { sha256, name: 'letters', bytes: bytes.byteLength, agents: ['absolutes', 'promises'] },
  })
  expect((await answerOf(put(own.server.solo, { sha256, bytes }, 'memos'))).status).toBe(200)
  const { body: list } = await own.ask('GET', '/api/bundles')
  expect(list.items).toMatchObject([{ sha256, name: 'memos' }])
  expect(list.items).toHaveLength(1)
  expect(await own.server.host.blobs.has(sha256)).toBe(true)

  const eve = await own.server.person('eve', ['engineer'])
  const none = 'c'.repeat(64)
  const start = { dataset: 'memos' }
  for (const [method, path, body] of [
    ['GET', `/api/bundles/${sha256}`, undefined],
    ['POST', '/api/evaluations', { ...start, bundle: sha256 }],
  ] as const) {
    const theirs = await answerOf(eve.ask(method, path, body))
    const missing = path.replace(sha256, none)
    const other = await answerOf(eve.ask(method, missing, body && { ...body, bundle: none }))
    expect([path, theirs]).toEqual([path, other])
    expect(theirs).toMatchObject({ status: 404, body: { code: 'bundle-not-found' } })
  }
  expect(await answerOf(eve.ask('GET', '/api/bundles'))).toMatchObject({ body: { items: [] } })
})

test('a bundle that comes without its hash is kept under the one that it has', async () => {
  await using own = await promiseServer()
  const { bytes, sha256 } = await packed(own)
  const sent = await answerOf(own.server.solo('POST', '/api/bundles', formOf(bytes)))
  expect(sent).toMatchObject({ status: 200, body: { sha256, agents: ['absolutes', 'promises'] } })
  const again = await answerOf(own.server.solo('POST', '/api/bundles', formOf(bytes, 'memos')))
  expect(again.body).toMatchObject({ sha256, name: 'memos' })
  expect((await own.ask('GET', '/api/bundles')).body.items).toHaveLength(1)
  const torn = await answerOf(own.server.solo('POST', '/api/bundles', formOf(bytes.slice(1))))
  expect(torn).toMatchObject({ status: 400, body: { code: 'bundle-invalid' } })
})

test('a bundle that is deleted is gone for its person, and its bytes when nobody else has them', async () => {
  await using own = await promiseServer()
  const { bytes, sha256 } = await packed(own)
  const { blobs } = own.server.host
  const eve = await own.server.person('eve', ['engineer'])
  const address = `/api/bundles/${sha256}`
  const none = `/api/bundles/${'c'.repeat(64)}`
  await put(own.server.solo, { sha256, bytes })
  // Of somebody else it is as if it were not there.
  const theirs = await answerOf(eve.ask('DELETE', address))
  expect(theirs).toEqual(await answerOf(eve.ask('DELETE', none)))
  expect(theirs).toMatchObject({ status: 404, body: { code: 'bundle-not-found' } })
  await put(eve.ask, { sha256, bytes })
  const start = { dataset: 'memos', bundle: sha256, agents: ['absolutes'], repeats: 1 }
  const { body } = await answerOf(own.server.solo('POST', '/api/evaluations', start))
  expect(await answerOf(own.server.solo('DELETE', address))).toMatchObject({ status: 200 })
  expect((await own.ask('GET', '/api/bundles')).body.items).toEqual([])
  expect(await answerOf(own.server.solo('DELETE', address))).toMatchObject({ status: 404 })
  expect((await answerOf(eve.ask('GET', address))).status).toBe(200)
  expect(await blobs.has(sha256)).toBe(true)
  await eve.ask('DELETE', address)
  expect(await blobs.has(sha256)).toBe(false)
  await whenEnded(own, body['id'])
  expect((await own.ask('GET', `/api/evaluations/${String(body['id'])}`)).body).toMatchObject({
    state: 'done',
  })
  // Sent again, it is as new.
  expect((await answerOf(put(own.server.solo, { sha256, bytes }))).status).toBe(200)
  expect(await blobs.has(sha256)).toBe(true)
})

test('bytes that somebody reviews as a document stay when a bundle of them is deleted, and the other way round', async () => {
  await using own = await promiseServer()
  const { bytes, sha256 } = await packed(own)
  const { blobs } = own.server.host
  const upload = () => own.ask('POST', '/api/documents', formOf(bytes, 'letter.txt'))
  await put(own.server.solo, { sha256, bytes })
  expect((await upload()).body.sha256).toBe(sha256)
  await own.ask('DELETE', `/api/documents/${sha256}`)
  expect(await blobs.has(sha256)).toBe(true)
  expect((await upload()).status).toBe(201)
  await own.ask('DELETE', `/api/bundles/${sha256}`)
  expect(await blobs.has(sha256)).toBe(true)
  await own.ask('DELETE', `/api/documents/${sha256}`)
  expect(await blobs.has(sha256)).toBe(false)
})

test('who has as many bundles as one may keep is told, and may send one again', async () => {
  await using own = await promiseServer()
  const { bytes, sha256 } = await packed(own)
  const { store, first } = own.server
  const room = { bundles: 999, bytes: 1e9 }
  const other = { person: first.id, name: 'old', bytes: 2 ** 20, agents: ['a'] }
  for (let i = 0; i < 99; i += 1) await store.bundles.put({ ...other, sha256: `${i}` }, room)
  expect((await answerOf(put(own.server.solo, { sha256, bytes }))).status).toBe(200)
  await store.bundles.put({ ...other, sha256: 'the last one' }, room)
  await store.bundles.remove(first.id, '0')
  expect((await answerOf(put(own.server.solo, { sha256, bytes }))).status).toBe(200)
  const another = await packed(own, (bundle) => ({ ...bundle, paragraphsPerChunk: 1 }))
  const refused = await answerOf(put(own.server.solo, another))
  expect(refused).toMatchObject({ status: 409, body: { code: 'bundle-quota' } })
  expect(refused.body['message']).toMatch(/^You have 100 bundles here, .*may keep 100 of/u)
  expect(await own.server.host.blobs.has(another.sha256)).toBe(false)
  const large = { ...other, bytes: 60 * 2 ** 20 }
  await store.bundles.put({ ...large, person: 'eve', sha256: 'a' }, room)
  const eve = await own.server.person('eve', ['engineer'])
  for (const name of ['a', 'b'])
    await store.bundles.put({ ...large, person: eve.id, sha256: name }, room)
  expect(await answerOf(put(eve.ask, another))).toMatchObject({ body: { code: 'bundle-quota' } })
})

test('several bundles that come at once do not pass the quota, and leave no bytes behind', async () => {
  await using own = await promiseServer()
  const { store, first, host } = own.server
  const old = { person: first.id, name: 'old', bytes: 2 ** 20, agents: ['a'] }
  const room = { bundles: 999, bytes: 1e9 }
  for (let i = 0; i < 98; i += 1) await store.bundles.put({ ...old, sha256: `${i}` }, room)
  const packs = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((size) =>
      packed(own, (bundle) => ({ ...bundle, paragraphsPerChunk: size })),
    ),
  )
  const answers = await Promise.all(packs.map(async (pack) => answerOf(put(own.server.solo, pack))))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(2)
  expect(answers.filter(({ body }) => body['code'] === 'bundle-quota')).toHaveLength(4)
  expect(await store.bundles.list(first.id, 999)).toHaveLength(100)
  for (const [i, { sha256 }] of packs.entries()) {
    expect(await host.blobs.has(sha256)).toBe(answers[i]?.status === 200)
  }
})

test('bytes that are not those of the hash, or no bundle, are refused and not kept', async () => {
  await using own = await promiseServer()
  const { bytes, sha256 } = await packed(own)
  const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
  const code = canonicalJson(JSON.parse(Buffer.from(bytes).toString())).replaceAll(
    '"agent.prompty"',
    '"flow.ts"',
  )
  const large = ' '.repeat(3.5 * 2 ** 20)
  for (const [address, text, status, code_] of [
    ['d'.repeat(64), Buffer.from(bytes).toString(), 400, 'bundle-hash-mismatch'],
    [hashOf('{}'), '{}', 400, 'bundle-invalid'],
    [hashOf(code), code, 400, 'bundle-with-code'],
    [hashOf(large), large, 413, 'bundle-too-large'],
    [sha256.toUpperCase(), Buffer.from(bytes).toString(), 400, 'BAD_REQUEST'],
  ] as const) {
    const answer = await answerOf(
      put(own.server.solo, { sha256: address, bytes: Buffer.from(text) }),
    )
    expect(answer).toMatchObject({ status, body: { code: code_ } })
  }
  const unnamed = await answerOf(put(own.server.solo, { sha256, bytes }, '\u0007'))
  expect(unnamed).toMatchObject({ status: 400, body: { code: 'bundle-name' } })
  const noFile = await answerOf(own.server.solo('PUT', `/api/bundles/${sha256}`, { file: 'x' }))
  expect(noFile.status).toBe(400)
  expect((await own.ask('GET', '/api/bundles')).body.items).toEqual([])
})

test('a bundle is measured with the models and keys of the server and the parameters that it brings', async () => {
  await using own = await promiseServer()
  const { bytes, sha256 } = await packed(own, (bundle) => ({
    ...bundle,
    models: { reviewer: { parameters: { maxOutputTokens: 321, temperature: 0.25 } } },
    agents: bundle.agents.filter(({ name }) => name === 'absolutes'),
  }))
  await put(own.server.solo, { sha256, bytes })
  const start = { dataset: 'memos@evaluation', bundle: sha256, repeats: 1 }
  const { status, body: started } = await own.ask('POST', '/api/evaluations', start)
  expect([status, started.dataset, started.flow.name]).toEqual([201, 'memos', 'letters'])
  await whenEnded(own, started.id)
  const { body: entry } = await own.ask('GET', `/api/evaluations/${started.id}`)
  expect(entry).toMatchObject({
    state: 'done',
    code: null,
    startedBy: { name: 'You' },
    walls: { isolation: 'process' },
    agents: { Absolute: { tp: 6 } },
  })
  expect(own.models.requests).toHaveLength(6)
  for (const { body } of own.models.requests) {
    expect(body).toMatchObject({ model: 'scripted-1', temperature: 0.25, max_tokens: 321 })
  }
  const { body: budget } = await own.ask('GET', '/api/budget')
  expect(budget.spentByYou).toBeGreaterThan(0)
  const { body: kept } = await own.ask('GET', `/api/evaluations/${started.id}/run`)
  expect(kept.run).toMatchObject({ dataset: 'memos', subject: { flow: 'letters' } })
  expect(kept.run.documents).toHaveLength(6)
})

test('the flow that the server has is the same version when it comes as a bundle', async () => {
  await using own = await promiseServer()
  const { bytes, sha256 } = await packed(own)
  await put(own.server.solo, { sha256, bytes })
  const start = { dataset: 'memos', bundle: sha256, agents: ['absolutes'], repeats: 1 }
  const { body } = await own.ask('POST', '/api/evaluations', start)
  expect(body.flow.version).toBe((await own.server.host.flows.current()).hash)
})

test('what cannot be measured is refused in a sentence before anything is asked', async () => {
  await using own = await promiseServer()
  const foreign = await packed(own, (bundle) => ({
    ...bundle,
    agents: bundle.agents.map((agent) => ({
      ...agent,
      files: agent.files.map((file) => ({
        ...file,
        text: file.text.replaceAll('id: reviewer', 'id: genius'),
      })),
    })),
  }))
  const broken = await packed(own, (bundle) => ({
    ...bundle,
    agents: [{ name: 'absolutes', files: [{ name: 'agent.prompty', text: 'no prompt' }] }],
  }))
  const good = await packed(own)
  for (const { bytes, sha256 } of [foreign, broken, good])
    await put(own.server.solo, { sha256, bytes })
  const start = async (input: object) => {
    const { status, body } = await own.ask('POST', '/api/evaluations', {
      dataset: 'memos',
      ...input,
    })
    return { status, code: body.code, message: body.message }
  }
  expect(await start({ bundle: foreign.sha256 })).toEqual({
    status: 400,
    code: 'model-alias-unknown',
    message:
      'The agent absolutes asks a model genius, which this server does not have. It has: reviewer.',
  })
  expect(await start({ bundle: broken.sha256 })).toMatchObject({
    status: 400,
    code: 'agent-file-invalid',
  })
  expect(await start({ bundle: good.sha256, agents: ['nobody'] })).toMatchObject({
    status: 400,
    code: 'unknown-agent',
  })
  const version = (await own.server.host.flows.current()).hash
  expect(await start({ bundle: good.sha256, flow: version })).toMatchObject({
    status: 400,
    code: 'flow-and-bundle',
  })
  const nothing = await start({ bundle: good.sha256, dataset: 'nothing' })
  expect(nothing).toMatchObject({ status: 404, code: 'dataset-not-found' })
  for (const dataset of ['memos@test', 'memos@audit', 'nothing@evaluation']) {
    expect(await start({ bundle: good.sha256, dataset })).toEqual(nothing)
  }
  expect(own.models.requests).toEqual([])
})

test.each(Role.options)('the role %s sends bundles only when it may measure', async (role) => {
  await using own = await promiseServer()
  const { bytes, sha256 } = await packed(own)
  const { ask } = await own.server.person('somebody', [role])
  const may = permissionsOf([role]).has('evaluations:run')
  expect((await put(ask, { sha256, bytes })).status).toBe(may ? 200 : 403)
  expect((await put(own.server.nobody, { sha256, bytes })).status).toBe(401)
})

test('a bundle is measured on the evaluation split of a dataset in the store, and reads nothing else', async () => {
  await using own = await promiseServer()
  const examples = ['evaluation', 'test', 'audit'].map((name, n) => {
    const text = `Memo of ${name}: the office will always be open.`
    const issue = { type: 'Absolute', text: 'always', location: { paragraph: 0 } }
    const split = Split.parse(name)
    return { id: `memo-${n}`, split, paragraphs: [{ index: 0, text }], issues: [issue] }
  })
  const host = { store: own.server.store, splitKey: 'key', shares: noShares }
  const facts = { dataset: 'office', source: 'memos.jsonl', note: null, createdBy: 'cus' }
  await importVersion(host, { ...facts, examples, mode: 'replace', splits: 'given' })
  const listed = (await own.ask('GET', '/api/evaluations/datasets')).body
  expect(listed.items).toContainEqual({ name: 'office', documents: 1, issues: 1, problem: null })

  const { bytes, sha256 } = await packed(own)
  await put(own.server.solo, { sha256, bytes })
  const start = { bundle: sha256, agents: ['absolutes'], repeats: 1 }
  const { body } = await own.ask('POST', '/api/evaluations', { ...start, dataset: 'office' })
  await whenEnded(own, body.id)
  const { body: entry } = await own.ask('GET', `/api/evaluations/${body.id}`)
  expect(entry).toMatchObject({
    state: 'done',
    documents: 1,
    agents: { Absolute: { tp: 1, fn: 0 } },
  })
  const asked = JSON.stringify(own.models.requests)
  expect(asked).toContain('Memo of evaluation')
  expect(asked).not.toMatch(/Memo of (?:test|audit)/)
  for (const dataset of ['office@test', 'office@audit']) {
    const refused = await own.ask('POST', '/api/evaluations', { ...start, dataset })
    expect([refused.status, refused.body.code]).toEqual([404, 'dataset-not-found'])
  }
})

test('a server with an environment dev has its models asked, and not those of its flow', async () => {
  await using models = await startScriptedServer(findPromises)
  const connection = {
    provider: 'openai-compatible' as const,
    model: 'model-of-dev',
    baseURL: models.baseURL,
  }
  const dev = EnvironmentSettings.parse({ models: { reviewer: connection } })
  await using flow = await promiseFlow({ baseURL: 'http://127.0.0.1:9' }, 2, 'flow/datasets/memos')
  const environments = [{ ...dev, name: 'dev' as const }]
  const config = { directory: flow.folder, environments }
  await using server = await testServer({ work: true, flow: flow.path('flow'), config })
  const bundle = await bundleFlow(flow.path('flow'), { paragraphsPerChunk: 32 })
  const sent = packBundle(bundle)
  await put(server.solo, sent)
  const start = { dataset: 'memos', bundle: sent.sha256, agents: ['absolutes'], repeats: 1 }
  const { body } = await answerOf(server.solo('POST', '/api/evaluations', start))
  expect(body).toMatchObject({ environment: 'dev' })
  const events = await server.solo('GET', `/api/evaluations/${String(body['id'])}/events`)
  expect(await events.text()).toContain('"state":"done"')
  const own = { dataset: 'memos', repeats: 1 }
  const inUse = await answerOf(server.solo('POST', '/api/evaluations', own))
  expect(inUse.body).toMatchObject({ environment: null })
  expect(models.requests.map(({ body: asked }) => asked)).toMatchObject([
    { model: 'model-of-dev', max_tokens: 500 },
    { model: 'model-of-dev' },
  ])
})

import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { signExamples } from '../review/sign-documents.ts'
import { hiddenNames } from '../access/hidden-names.ts'
import { writeReviewSettings } from '../review/review-settings.ts'
import type { Split } from '../schema/access.ts'
import type { Added } from '../schema/api/dataset-version.ts'
import type { DatasetCheck } from '../schema/api/datasets.ts'
import type { StoredDocument } from '../schema/stored-document.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Person = Awaited<ReturnType<Server['person']>>

/** No run of five words is the same in two of them. */
const letter = (i: number) =>
  Array.from({ length: 100 }, (_, at) => `letter${i}word${at}`).join(' ')
const versionOf = (text: string) => `Version 2. ${text.replaceAll(/word(\d)7/g, 'word$1x')}`
const pageOf = (text: string) => text.split(' ').slice(20, 85).join(' ')

/** Everything that is not near anything hidden goes to where engineers look. */
async function openServer() {
  const server = await testServer({ work: true })
  await writeReviewSettings(server.store, { splitShares: { evaluation: 1, test: 0, audit: 0 } })
  const [ray, eve, cus] = [
    await server.person('ray', ['reviewer']),
    await server.person('eve', ['engineer']),
    await server.person('cus', ['custodian']),
  ]
  return { ...server, ray, eve, cus }
}

async function bring(server: Server, { id, ask }: Person, text: string): Promise<StoredDocument> {
  await ask('POST', '/api/documents', formWith(text))
  const sha256 = createHash('sha256').update(text).digest('hex')
  const own = async () =>
    (await server.store.documents.sharing([sha256])).find(({ uploader }) => uploader === id)
  await server.until(async () => !['reading', undefined].includes((await own())?.state))
  const document = await own()
  if (document === undefined) throw new Error('It was not kept.')
  return document
}

type Lines = { id: string; text: string; split?: Split }[]

/** Adds a version with these examples; with splits where they have one. */
async function add(cus: Person, dataset: string, lines: Lines): Promise<void> {
  const answer = await send(cus, dataset, lines)
  expect([answer.status, await answer.clone().text()]).toMatchObject([201, expect.anything()])
}

async function send(cus: Person, dataset: string, lines: Lines): Promise<Response> {
  return cus.ask('POST', `/api/datasets/${dataset}/versions`, formOf(dataset, lines))
}

/** The same, confirmed. */
async function show(cus: Person, dataset: string, lines: Lines): Promise<Response> {
  const form = formOf(dataset, lines)
  form.set('showHidden', 'true')
  return cus.ask('POST', `/api/datasets/${dataset}/versions`, form)
}

function formOf(dataset: string, lines: Lines): FormData {
  const content = lines.map(({ id, text, split }) =>
    JSON.stringify({ id, split, paragraphs: [text], issues: [] }),
  )
  const form = formWith(content.join('\n'), `${dataset}.jsonl`)
  form.set('mode', 'add')
  form.set('splits', lines[0]?.split === undefined ? 'drawn' : 'given')
  return form
}

async function splitsIn({ store }: Server, dataset: string): Promise<Record<string, Split>> {
  const version = await store.datasets.version('everything', { dataset })
  const entries = await store.datasets.entries('everything', version?.id ?? '', { limit: 99 })
  return Object.fromEntries(entries.map(({ id, split }) => [id, split]))
}

test('a version or a page of a hidden example that a reviewer brings is hidden with it', async () => {
  await using server = await openServer()
  const { ray, eve, cus } = server
  await add(cus, 'letters', [{ id: 'a', text: letter(1), split: 'audit' }])
  const passage = letter(1).split(' ').slice(30, 50).join(' ')
  for (const text of [versionOf(letter(1)), pageOf(letter(1)), passage, letter(1).toUpperCase()]) {
    const { split, sha256 } = await bring(server, ray, text)
    expect(split).toBe('audit')
    expect((await eve.ask('GET', `/api/documents/${sha256}`)).status).toBe(404)
  }
  const other = await bring(server, ray, letter(2))
  expect(other.split).toBe('evaluation')
  expect((await eve.ask('GET', `/api/documents/${other.sha256}`)).status).toBe(200)
})

test('an engineer who brings a version of a hidden example has it, and the example stays hidden', async () => {
  await using server = await openServer()
  const { eve, cus } = server
  await add(cus, 'letters', [{ id: 'a', text: letter(1), split: 'test' }])
  const { split, sha256 } = await bring(server, eve, versionOf(letter(1)))
  expect(split).toBe('evaluation')
  expect((await eve.ask('GET', `/api/documents/${sha256}/text`)).status).toBe(200)
  const passage = letter(1).split(' ').slice(30, 60).join(' ')
  expect((await bring(server, eve, passage)).split).toBe('evaluation')
  expect(await splitsIn(server, 'letters')).toEqual({ a: 'test' })
})

test('what an engineer has brought shows no hidden example with the same text unasked', async () => {
  await using server = await openServer()
  const { eve, cus } = server
  await add(cus, 'letters', [{ id: 'a', text: letter(1), split: 'test' }])
  const { sha256 } = await bring(server, eve, letter(1))
  const form = formWith(JSON.stringify({ document: sha256, issues: [] }), 'others.jsonl')
  const refused = await cus.ask('POST', '/api/datasets/others/versions', form)
  expect(await refused.json()).toMatchObject({ status: 409, code: 'hidden-shown' })
  form.set('showHidden', 'true')
  const shown = await cus.ask('POST', '/api/datasets/others/versions', form)
  expect(await shown.json()).toMatchObject({ shown: [{ dataset: 'letters', split: 'test' }] })
})

test('an example that is a copy of a hidden document or of a hidden example goes to its split', async () => {
  await using server = await openServer()
  const { ray, cus } = server
  await add(cus, 'letters', [{ id: 'a', text: letter(1), split: 'audit' }])
  await writeReviewSettings(server.store, { splitShares: { evaluation: 0, test: 1, audit: 0 } })
  const brought = await bring(server, ray, letter(2))
  expect(brought.split).toBe('test')
  await writeReviewSettings(server.store, { splitShares: { evaluation: 1, test: 0, audit: 0 } })
  await add(cus, 'others', [
    { id: 'version of an example', text: versionOf(letter(1)) },
    { id: 'page of a document', text: pageOf(letter(2)) },
    { id: 'new', text: letter(3) },
  ])
  expect(await splitsIn(server, 'others')).toEqual({
    'version of an example': 'audit',
    'page of a document': 'test',
    new: 'evaluation',
  })
  // Who may see all of it may show it, and says so.
  const open: Lines = [{ id: 'b', text: versionOf(letter(2)), split: 'evaluation' }]
  const refused = await send(cus, 'shown', open)
  expect(refused.status).toBe(409)
  expect(await refused.json()).toMatchObject({ code: 'hidden-shown' })
  const [entry] = await server.store.audit.list({ subject: 'shown', limit: 9 })
  expect(entry).toMatchObject({ actor: cus.id, action: 'hidden-read' })
  const nameOf = await hiddenNames(server.store)
  const hashOf = async (dataset: string, id: string) => {
    const version = await server.store.datasets.version('everything', { dataset })
    return (await server.store.datasets.example('everything', version?.id ?? '', id))?.hash ?? ''
  }
  const page = await hashOf('others', 'page of a document')
  const which = [nameOf(brought.sha256), nameOf(page)]
  expect(JSON.parse(entry?.details ?? '')).toEqual({ rows: 2, test: 2, which })
  const ofExample: Lines = [{ id: 'c', text: letter(1), split: 'evaluation' }]
  expect((await send(cus, 'shown', ofExample)).status).toBe(409)
  const [second] = await server.store.audit.list({ subject: 'shown', limit: 1 })
  const copied = [await hashOf('letters', 'a'), await hashOf('others', 'version of an example')]
  expect(JSON.parse(second?.details ?? '').which).toEqual(copied.map((hash) => nameOf(hash)))
  const confirmed = await show(cus, 'shown', open)
  const shown = [null, 'others'].map((dataset) => ({ id: 'b', dataset, split: 'test' }))
  expect(await confirmed.json()).toMatchObject({ added: true, shown })
  const told = (await server.store.audit.list({ subject: 'shown', limit: 2 })).map(
    ({ action, details }) => [action, JSON.parse(details ?? '').which],
  )
  expect(told).toEqual([
    ['dataset-changed', undefined],
    ['hidden-read', which],
  ])
  expect(await splitsIn(server, 'shown')).toEqual({ b: 'evaluation' })
})

test('what is hidden stays when an engineer brings a copy of it: no test set tells which guess was right', async () => {
  await using server = await openServer()
  const { eve, cus, store } = server
  const hidden = [1, 2].map((i) => ({ id: `t${i}`, text: letter(i), split: 'test' as const }))
  await add(cus, 'letters', [...hidden, { id: 'e', text: letter(3), split: 'evaluation' }])
  const testSet = async () => {
    const version = await store.datasets.version('everything', { dataset: 'letters' })
    return version?.splits.find(({ split }) => split === 'test')
  }
  const before = await testSet()
  await bring(server, eve, versionOf(letter(1)))
  await bring(server, eve, letter(2))
  await add(cus, 'letters', [{ id: 'f', text: letter(4), split: 'evaluation' }])
  expect(await testSet()).toEqual(before)
  // All of it again, as a folder that is sent whole.
  const form = formOf('letters', [...hidden, { id: 'f', text: letter(4), split: 'evaluation' }])
  form.set('mode', 'replace')
  const again = await cus.ask('POST', '/api/datasets/letters/versions', form)
  expect(await again.json()).toMatchObject({ leftOut: [], added: true })
  expect(await testSet()).toEqual(before)
  // What is hidden nowhere yet cannot be any more.
  const known = { id: 'known', text: letter(5), split: 'test' as const }
  await bring(server, eve, versionOf(letter(5)))
  const late = await send(cus, 'letters', [known])
  expect(await late.json()).toMatchObject({ code: 'group-shown' })
})

test('what a dataset has in one hidden split comes into no other one elsewhere', async () => {
  await using server = await openServer()
  const { cus, store } = server
  await add(cus, 'letters', [
    { id: 'a', text: letter(1), split: 'test' },
    { id: 'b', text: letter(2), split: 'audit' },
  ])
  const version = await store.datasets.version('everything', { dataset: 'letters' })
  const [first] = await store.datasets.entries('everything', version?.id ?? '', { limit: 1 })
  for (const text of [letter(1), versionOf(letter(1))]) {
    const refused = await send(cus, 'others', [{ id: 'x', text, split: 'audit' }])
    expect(await refused.json()).toMatchObject({
      code: 'split-taken',
      message: expect.stringContaining('The example "x" is in test of letters') as string,
    })
    const [entry] = await store.audit.list({ subject: 'others', limit: 1 })
    expect(entry).toMatchObject({ actor: cus.id, action: 'hidden-read' })
    const which = [(await hiddenNames(store))(first?.hash ?? '')]
    expect(JSON.parse(entry?.details ?? '')).toMatchObject({ which })
  }
  expect(await store.datasets.version('everything', { dataset: 'others' })).toBeNull()
  expect(await store.datasets.owners(['others'])).toEqual(new Map())
  // In its own dataset it is said in the open that it moves.
  await add(cus, 'letters', [{ id: 'a', text: letter(1), split: 'audit' }])
  expect(await splitsIn(server, 'letters')).toEqual({ a: 'audit', b: 'audit' })
})

test('nor does a near copy of it that is known as a document already', async () => {
  await using server = await openServer()
  const { ray, cus, store } = server
  await writeReviewSettings(store, { splitShares: { evaluation: 0, test: 1, audit: 0 } })
  await add(cus, 'letters', [{ id: 'a', text: letter(1), split: 'test' }])
  const document = await bring(server, ray, letter(2))
  const { sha256 } = document
  expect((await cus.ask('POST', '/api/datasets/letters/documents', { sha256 })).status).toBe(200)
  const near = [
    await bring(server, ray, versionOf(letter(1))),
    await bring(server, ray, versionOf(letter(2))),
  ]
  expect(near.map(({ split, group }) => [split, group === document.group])).toEqual([
    ['test', false],
    ['test', true],
  ])
  const named = near.map((one) => ({ document: one.sha256 }))
  const texts = [1, 2].map((i) => ({ paragraphs: [versionOf(letter(i))] }))
  for (const line of [...named, ...texts]) {
    const content = JSON.stringify({ id: 'x', split: 'audit', issues: [], ...line })
    const form = formWith(content, 'others.jsonl')
    form.set('splits', 'given')
    const refused = await cus.ask('POST', '/api/datasets/others/versions', form)
    expect(await refused.json()).toMatchObject({
      code: 'split-taken',
      message: expect.stringContaining('The example "x" is in test of letters') as string,
    })
    const [entry] = await store.audit.list({ subject: 'others', limit: 1 })
    expect(entry).toMatchObject({ actor: cus.id, action: 'hidden-read' })
  }
  expect(await store.datasets.version('everything', { dataset: 'others' })).toBeNull()
})

test('so it is with a copy of a document that became an example, and with what belongs to something of another one', async () => {
  await using server = await openServer()
  const { ray, cus } = server
  await writeReviewSettings(server.store, { splitShares: { evaluation: 0, test: 1, audit: 0 } })
  const { sha256 } = await bring(server, ray, letter(6))
  expect((await cus.ask('POST', '/api/datasets/letters/documents', { sha256 })).status).toBe(200)
  const near = await send(cus, 'others', [{ id: 'x', text: versionOf(letter(6)), split: 'audit' }])
  expect(await near.json()).toMatchObject({ code: 'split-taken' })

  await add(cus, 'memos', [{ id: 'y', text: letter(7), split: 'audit' }])
  const lines = [letter(6), letter(7)].map((text, i) =>
    JSON.stringify({ id: `${i}`, group: 'book', paragraphs: [text], issues: [] }),
  )
  const form = formWith(lines.join('\n'), 'both.jsonl')
  const both = await cus.ask('POST', '/api/datasets/others/versions', form)
  expect(await both.json()).toMatchObject({ code: 'split-taken' })
  expect(await server.store.datasets.owners(['others'])).toEqual(new Map())
})

test('a copy of what a custodian has moved goes where it is now', async () => {
  await using server = await openServer()
  const { cus } = server
  await add(cus, 'letters', [
    { id: 'a', text: letter(1), split: 'test' },
    { id: 'b', text: letter(2), split: 'test' },
  ])
  await add(cus, 'letters', [{ id: 'a', text: letter(1), split: 'audit' }])
  const copies = [1, 2].map((i) => ({ id: `${i}`, text: versionOf(letter(i)) }))
  await add(cus, 'others', copies)
  expect(await splitsIn(server, 'others')).toEqual({ 1: 'audit', 2: 'test' })
})

test('a near copy in another dataset asks as well as the same text, also of what is known', async () => {
  await using server = await openServer()
  const { cus, store } = server
  const texts = [1, 2, 3]
  const hide = (name: string, change: (text: string) => string): Lines =>
    texts.map((i) => ({ id: `${name}${i}`, text: change(letter(i)), split: 'test' }))
  await add(cus, 'letters', hide('l', String))
  await add(cus, 'copies', hide('c', versionOf))
  await add(cus, 'pages', hide('p', pageOf))
  const rotate = { reviews: [], rotate: true, showHidden: false }
  const merge = '/api/datasets/letters/proposals/merge'
  const rotated = await cus.ask('POST', merge, rotate)
  expect(await rotated.json()).toMatchObject({ status: 409, code: 'hidden-shown' })
  expect(Object.values(await splitsIn(server, 'letters'))).toEqual(['test', 'test', 'test'])
  const shown = await show(cus, 'letters', [{ id: 'l1', text: letter(1), split: 'evaluation' }])
  expect(((await shown.json()) as Added).shown).toEqual(
    ['letters', 'pages', 'copies'].map((dataset) => ({ id: 'l1', dataset, split: 'test' })),
  )
  const reads = await store.audit.list({ subject: 'letters', action: 'hidden-read', limit: 9 })
  const [named] = reads.map(({ details }) => JSON.parse(details ?? '') as { which: string[] })
  const hashes = await Promise.all(['letters', 'pages', 'copies'].map(firstHash))
  const nameOf = await hiddenNames(store)
  expect(named?.which).toEqual(hashes.map((hash) => nameOf(hash)))
  // What retires is hidden nowhere else any more, and asks nobody.
  for (const dataset of ['copies', 'pages']) {
    const form = formOf(dataset, [{ id: 'other', text: letter(9), split: 'test' }])
    form.set('mode', 'replace')
    expect((await cus.ask('POST', `/api/datasets/${dataset}/versions`, form)).status).toBe(201)
  }
  const again = await cus.ask('POST', merge, rotate)
  expect(await again.json()).toMatchObject({ retired: 1, shown: [] })

  async function firstHash(dataset: string): Promise<string> {
    const version = await store.datasets.version('everything', { dataset })
    const [first] = await store.datasets.entries('everything', version?.id ?? '', { limit: 1 })
    return first?.hash ?? ''
  }
})

test('a hidden example that was shown since hides nothing any more', async () => {
  await using server = await openServer()
  const { ray, cus } = server
  await add(cus, 'letters', [{ id: 'a', text: letter(1), split: 'test' }])
  const open: Lines = [{ id: 'a', text: letter(1), split: 'evaluation' }]
  expect((await show(cus, 'letters', open)).status).toBe(201)
  expect((await bring(server, ray, versionOf(letter(1)))).split).toBe('evaluation')
})

test('hidden examples from before there were signatures get one', async () => {
  await using server = await openServer()
  const { store, ray, cus } = server
  await add(cus, 'letters', [{ id: 'a', text: letter(1), split: 'test' }])
  for (const table of ['example_shingles', 'example_signatures']) {
    await sql`delete from ${sql.table(table)}`.execute(store.accountTables.db)
  }
  await signExamples({ store }, new AbortController().signal)
  expect((await bring(server, ray, versionOf(letter(1)))).split).toBe('test')
})

test('a check tells custodians which hidden examples engineers can read elsewhere, and nobody else', async () => {
  await using server = await openServer()
  const { eve, cus } = server
  const hidden = [1, 2, 3, 4].map((i) => ({ id: `${i}`, text: letter(i), split: 'test' as const }))
  await add(cus, 'letters', [...hidden, { id: '5', text: letter(5), split: 'evaluation' }])
  await bring(server, eve, letter(1))
  await bring(server, eve, versionOf(letter(2)))
  const open = { id: '1', text: versionOf(letter(3)), split: 'evaluation' as const }
  expect((await show(cus, 'others', [open])).status).toBe(201)
  const found = async ({ ask }: Person) => {
    const answer = await ask('GET', '/api/datasets/letters/versions/newest/check')
    const { counts, elsewhere } = (await answer.json()) as DatasetCheck
    expect(counts.straddling).toBe(counts.elsewhere === null ? null : 0)
    return { count: counts.elsewhere, elsewhere }
  }
  expect(await found(cus)).toEqual({
    count: 3,
    elsewhere: [
      { id: '1', split: 'test', dataset: null },
      { id: '2', split: 'test', dataset: null },
      { id: '3', split: 'test', dataset: 'others' },
    ],
  })
  expect(await found(eve)).toEqual({ count: null, elsewhere: [] })
})

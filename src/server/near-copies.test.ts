import { countCalls } from '../../test/helpers/count-calls.ts'
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { copiesInEvaluation } from '../dataset/copies-in-evaluation.ts'
import { signDocuments } from '../review/sign-documents.ts'
import type { StoredDocument } from '../schema/stored-document.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Ask = Server['solo']

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** No run of five words is the same in two of them. */
const letter = (i: number, words = 100) =>
  Array.from({ length: words }, (_, at) => `letter${i}word${at}`).join(' ')
const version = (text: string, number: number) =>
  `Version ${number}. ${text.replaceAll(/word(\d)7/g, `word$1x${number}`)}`

/** Brings a text and waits until it is read; of several that share it, the uploader's. */
async function bring(server: Server, { id, ask }: { id: string; ask: Ask }, text: string) {
  await ask('POST', '/api/documents', formWith(text))
  const own = async (): Promise<StoredDocument | undefined> =>
    (await server.store.documents.sharing([hashOf(text)])).find(({ uploader }) => uploader === id)
  await server.until(async () => !['reading', undefined].includes((await own())?.state))
  const document = await own()
  if (document === undefined) throw new Error('It was not kept.')
  return document
}

/** The first letter that the key draws for a hidden split. */
async function hiddenLetter(server: Server, by: { id: string; ask: Ask }) {
  for (let i = 0; ; i += 1) {
    const document = await bring(server, by, letter(i))
    if (document.split !== 'evaluation') return { text: letter(i), document }
  }
}

const exampleOf = (text: string) => ({
  id: 'example',
  document: { sha256: hashOf(text), paragraphs: [{ text }] },
})

test('a version or a page that comes later is in the group and split of its document', async () => {
  await using server = await testServer({ work: true })
  const ray = await server.person('ray', ['reviewer'])
  const { text, document } = await hiddenLetter(server, ray)
  const page = text.split(' ').slice(20, 85).join(' ')
  for (const copy of [version(text, 2), version(text, 3), page, `${text}\n\n${letter(900)}`]) {
    const { group, split } = await bring(server, ray, copy)
    expect({ group, split }).toEqual({ group: document.group, split: document.split })
  }
  expect((await bring(server, ray, letter(901))).group).not.toBe(document.group)
})

test('of a short text, too: versions are in its group, and lie in one split', async () => {
  await using server = await testServer({ work: true })
  const ray = await server.person('ray', ['reviewer'])
  const splits = new Set<string>()
  for (let i = 0; i < 8; i += 1) {
    const text = letter(i, 45)
    const { group, split } = await bring(server, ray, text)
    splits.add(split)
    const edited = await bring(server, ray, text.replace('word22', 'another'))
    expect({ group: edited.group, split: edited.split }).toEqual({ group, split })
  }
  expect(splits.size).toBeGreaterThan(1)
})

test('versions that are read at the same time are one group', async () => {
  await using server = await testServer({ work: true })
  const ray = await server.person('ray', ['reviewer'])
  const texts = [1, 2, 3, 4, 5, 6].map((number) => version(letter(1), number))
  const documents = await Promise.all(texts.map((text) => bring(server, ray, text)))
  expect(new Set(documents.map(({ group }) => group)).size).toBe(1)
})

test('an engineer who brings a version of what is hidden sees it, and moves nothing else', async () => {
  await using server = await testServer({ work: true })
  const { store } = server
  const [ray, eve] = [
    await server.person('ray', ['reviewer']),
    await server.person('eve', ['engineer']),
  ]
  const { text, document } = await hiddenLetter(server, ray)
  const own = await bring(server, eve, version(text, 2))
  expect(own.split).toBe('evaluation')
  expect(own.group).not.toBe(document.group)
  const answer = await eve.ask('GET', `/api/documents/${hashOf(version(text, 2))}`)
  expect(answer.status).toBe(200)
  expect((await eve.ask('GET', `/api/documents/${hashOf(text)}`)).status).toBe(404)
  // Not even the same words again, or the next version, are drawn to where engineers look.
  for (const later of [version(text, 2), version(text, 3)]) {
    expect((await bring(server, ray, later)).group).toBe(document.group)
  }
  expect(await store.groups.get(document.group)).toMatchObject({
    split: document.split,
    shownToEngineer: false,
  })
  // But the text has been shown: this keeps it out of the next version of a hidden split.
  const found = await copiesInEvaluation(server.host, [exampleOf(text)])
  expect(found).toMatchObject([{ group: { id: own.group, shownToEngineer: true } }])
  expect(await copiesInEvaluation(server.host, [exampleOf(letter(902))])).toEqual([])
})

test('what an engineer brought stays known as shown when the document is forgotten', async () => {
  await using server = await testServer({ work: true })
  const [ray, eve] = [
    await server.person('ray', ['reviewer']),
    await server.person('eve', ['engineer']),
  ]
  const first = await bring(server, eve, letter(1))
  const second = await bring(server, eve, version(letter(1), 2))
  expect(second.group).toBe(first.group)
  for (const text of [letter(1), version(letter(1), 2)]) {
    expect((await eve.ask('DELETE', `/api/documents/${hashOf(text)}`)).status).toBe(200)
  }
  const found = await copiesInEvaluation(server.host, [exampleOf(version(letter(1), 2))])
  expect(found).toMatchObject([{ group: { shownToEngineer: true }, contained: 1 }])
  expect((await bring(server, ray, version(letter(1), 2))).split).toBe('evaluation')
  // Of short texts, too.
  await bring(server, eve, 'Will always pay.')
  const short = await copiesInEvaluation(server.host, [exampleOf('will  ALWAYS pay.')])
  expect(short).toMatchObject([{ group: { shownToEngineer: true } }])
})

test('short texts of many hidden examples are looked up together', async () => {
  await using server = await testServer({ work: true })
  const eve = await server.person('eve', ['engineer'])
  await bring(server, eve, 'Will always pay.')
  const { store } = server
  const [groups, signatures] = [countCalls(store.groups), countCalls(store.signatures)]
  const counted = { ...store, groups: groups.counted, signatures: signatures.counted }
  const texts = Array.from({ length: 50 }, (_, i) => exampleOf(`Will never pay ${i}.`))
  const place = { store: counted, splitKey: server.host.splitKey }
  const found = await copiesInEvaluation(place, [...texts, exampleOf('will  ALWAYS pay.')])
  expect(found).toMatchObject([{ group: { shownToEngineer: true } }])
  expect([...groups.calls]).toEqual([['many', 1]])
  expect([...signatures.calls]).toEqual([])
})

test('documents from before there were signatures get one', async () => {
  await using server = await testServer({ work: true })
  const { store } = server
  const ray = await server.person('ray', ['reviewer'])
  const { text, document } = await hiddenLetter(server, ray)
  for (const table of ['document_shingles', 'document_signatures']) {
    await sql`delete from ${sql.table(table)}`.execute(store.accountTables.db)
  }
  expect(await store.signatures.missing(9)).not.toEqual([])
  await signDocuments({ store }, new AbortController().signal)
  expect(await store.signatures.missing(9)).toEqual([])
  expect((await bring(server, ray, version(text, 2))).group).toBe(document.group)
  // Those from before passages were looked up get another.
  await sql`update document_signatures set has_passages = 0`.execute(store.accountTables.db)
  await sql`delete from document_shingles`.execute(store.accountTables.db)
  await signDocuments({ store }, new AbortController().signal)
  expect(await store.signatures.missing(9)).toEqual([])
  const passage = text.split(' ').slice(30, 55).join(' ')
  expect((await bring(server, ray, passage)).group).toBe(document.group)
})

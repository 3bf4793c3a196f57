import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { hiddenNames } from '../access/hidden-names.ts'
import { writeReviewSettings } from '../review/review-settings.ts'
import type { Split } from '../schema/access.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Person = Awaited<ReturnType<Server['person']>>

/** No run of five words is the same in two of them. */
const letter = (i: number) =>
  Array.from({ length: 100 }, (_, at) => `letter${i}word${at}`).join(' ')
const versionOf = (text: string) => `Version 2. ${text.replaceAll(/word(\d)7/g, 'word$1x')}`

/** Everything that comes is hidden. */
async function hidingServer() {
  const server = await testServer({ work: true })
  await writeReviewSettings(server.store, { splitShares: { evaluation: 0, test: 1, audit: 0 } })
  const [ray, cus] = [
    await server.person('ray', ['reviewer']),
    await server.person('cus', ['custodian']),
  ]
  return { ...server, ray, cus, nameOf: await hiddenNames(server.store) }
}

/** @returns its SHA-256 */
async function bring({ store, until }: Server, { ask }: Person, text: string): Promise<string> {
  await ask('POST', '/api/documents', formWith(text))
  const sha256 = createHash('sha256').update(text).digest('hex')
  await until(async () => (await store.documents.sharing([sha256]))[0]?.state === 'ready')
  return sha256
}

type Line = { id: string; text?: string; document?: string; split?: Split; issues?: unknown[] }

/** Adds to `letters`. */
function send({ ask }: Person, ...lines: Line[]): Promise<Response> {
  const content = lines.map(({ text, issues = [], ...line }) =>
    JSON.stringify({ ...line, issues, ...(text !== undefined && { paragraphs: [text] }) }),
  )
  const form = formWith(content.join('\n'), 'letters.jsonl')
  form.set('mode', 'add')
  form.set('splits', 'given')
  return ask('POST', '/api/datasets/letters/versions', form)
}

/** What the log has of somebody's reads since they were asked for last, oldest first. */
function newReads({ store }: Server, { id }: Person) {
  let seen = 0
  return async (): Promise<{ subject: string | null; details: unknown }[]> => {
    const reads = await store.audit.list({ actor: id, action: 'hidden-read', limit: 99 })
    const fresh = reads.filter(({ sequence }) => sequence > seen)
    seen = Math.max(seen, ...reads.map(({ sequence }) => sequence))
    return fresh
      .map(({ subject, details }) => ({ subject, details: JSON.parse(details ?? '{}') as unknown }))
      .toReversed()
  }
}

test('a hidden document that an import names is in the log, also when the import is refused', async () => {
  await using server = await hidingServer()
  const { ray, cus, nameOf } = server
  const reads = newReads(server, cus)
  const document = await bring(server, ray, letter(1))
  const read = { subject: nameOf(document), details: { split: 'test' } }
  const outside = { type: 'Tone', text: 'letter1word1', location: { paragraph: 9 } }
  const refused = await send(cus, { id: 'a', document, split: 'test', issues: [outside] })
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('outside')])
  expect(await reads()).toEqual([read])
  expect((await send(cus, { id: 'a', document, split: 'test' })).status).toBe(201)
  expect(await reads()).toEqual([read])
})

test('hidden examples that an import names as copies of what came are in the log', async () => {
  await using server = await hidingServer()
  const { ray, cus, store, nameOf } = server
  const reads = newReads(server, cus)
  const hashes = async () => {
    const version = await store.datasets.version('everything', { dataset: 'letters' })
    const entries = await store.datasets.entries('everything', version?.id ?? '', { limit: 9 })
    return { version: version?.hash, of: new Map(entries.map(({ id, hash }) => [id, hash])) }
  }
  const readOf = async (...ids: string[]) => {
    const { version, of } = await hashes()
    const examples = ids.map((id) => nameOf(of.get(id) ?? id))
    return { subject: version, details: { dataset: 'letters', split: 'test', examples } }
  }
  await send(cus, { id: 'a', text: letter(1), split: 'test' })
  expect(await reads()).toEqual([])
  const near = { id: 'b', text: versionOf(letter(1)), split: 'test' } as const
  const copies = { sets: 1, found: [{ examples: [{ id: 'b' }, { id: 'a' }] }] }
  expect(await (await send(cus, near)).json()).toMatchObject({ added: true, copies })
  expect(await reads()).toEqual([await readOf('a', 'b')])
  expect(await (await send(cus, near)).json()).toMatchObject({ added: false, copies })
  const [sizes, again] = await reads()
  expect(sizes).toMatchObject({ subject: 'letters', details: { rows: 1, test: 1 } })
  expect(again).toEqual(await readOf('a', 'b'))

  await send(cus, { id: 'c', text: letter(2), split: 'test' })
  const sha256 = await bring(server, ray, versionOf(letter(2)))
  await reads()
  const added = await cus.ask('POST', '/api/datasets/letters/documents', { sha256 })
  const { id, copies: ofDocument } = (await added.json()) as { id: string; copies: unknown }
  expect(ofDocument).toMatchObject({ sets: 1 })
  const ofText = { subject: nameOf(sha256), details: { split: 'test' } }
  expect(await reads()).toEqual([ofText, await readOf('c', id)])
})

test('an import that is refused for what goes together names what was sent, and nothing hidden beside it', async () => {
  await using server = await hidingServer()
  const { cus } = server
  const reads = newReads(server, cus)
  await send(cus, { id: 'secret', text: letter(1), split: 'test' })
  const refused = await send(
    cus,
    { id: 'a', text: versionOf(letter(1)), split: 'test' },
    { id: 'b', text: versionOf(letter(1)), split: 'audit' },
  )
  const { code, message } = (await refused.json()) as { code: string; message: string }
  expect(code).toBe('group-straddles')
  expect(message).toContain('The examples "a", "b" belong together')
  expect(await reads()).toEqual([])
})

test('a hidden example that is told to be that of an open document is in the log', async () => {
  await using server = await hidingServer()
  const { ray, cus, store, nameOf } = server
  const reads = newReads(server, cus)
  const sha256 = await bring(server, ray, letter(1))
  const add = (document: string) =>
    cus.ask('POST', '/api/datasets/letters/documents', { sha256: document })
  expect((await add(sha256)).status).toBe(200)
  const eve = await server.person('eve', ['engineer'])
  const open = await bring(server, eve, `${letter(1)}\n`)
  const version = await store.datasets.version('everything', { dataset: 'letters' })
  const [entry] = await store.datasets.entries('everything', version?.id ?? '', { limit: 1 })
  const { id = '', hash = '' } = entry ?? {}
  const details = { dataset: 'letters', split: 'test', examples: [nameOf(hash)] }
  const read = { subject: version?.hash, details }
  const sizes = (subject: string) => ({
    subject,
    details: { rows: 1, test: 1, which: [version?.hash] },
  })
  await reads()
  const told = await cus.ask('GET', `/api/documents/${open}/examples`)
  expect(await told.json()).toEqual({ items: [{ dataset: 'letters', id }] })
  expect(await reads()).toEqual([sizes('datasets'), read])
  expect(await (await add(open)).json()).toMatchObject({ added: false, id })
  expect(await reads()).toEqual([sizes('letters'), read])
})

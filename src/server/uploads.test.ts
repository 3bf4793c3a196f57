import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { scanOf } from '../../test/helpers/scan-of.ts'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { writePdf } from '../../test/helpers/write-pdf.ts'
import type { DocumentEntry, ReviewedIssue, ReviewEntry } from '../schema/workplace.ts'

type Server = Awaited<ReturnType<typeof testServer>>

const encrypted = 'test/fixtures/documents/qpdf__enc-R3_V2_U_view_O_master.pdf'
const sentence = 'The plan always covers preventive care.'
const printed = writePdf([{ cropBox: [0, 600, 400, 700], texts: [text(660, sentence)] }])

function text(y: number, words: string) {
  return { x: 40, y, text: words, size: 14 }
}

function form(content: Uint8Array, fields: object): FormData {
  const all = formWith(new Uint8Array(content), 'document.pdf')
  for (const [field, value] of Object.entries(fields)) all.set(field, String(value))
  return all
}

async function json<T>(response: Promise<Response>): Promise<T> {
  return (await (await response).json()) as T
}

async function upload({ solo }: Server, content: Uint8Array, fields = {}): Promise<DocumentEntry> {
  return json(solo('POST', '/api/documents', form(content, fields)))
}

async function whenRead({ solo, until }: Server, sha256: string): Promise<DocumentEntry> {
  const now = (): Promise<DocumentEntry> => json(solo('GET', `/api/documents/${sha256}`))
  await until(async () => (await now()).state !== 'reading')
  return now()
}

test('an encrypted PDF is read as soon as its password comes', async () => {
  await using server = await testServer({ work: true })
  const { sha256 } = await upload(server, await readFile(encrypted))
  const failed = await whenRead(server, sha256)
  expect(failed).toMatchObject({ state: 'failed', error: { code: 'document-encrypted' } })
  const read = (password: string): Promise<DocumentEntry> =>
    json(server.solo('POST', `/api/documents/${sha256}/read`, { password }))
  expect(await read('wrong')).toMatchObject({ error: { code: 'document-password-wrong' } })
  expect(await read('view')).toMatchObject({ state: 'ready', pages: 30, error: null })

  const { id } = await json<ReviewEntry>(server.solo('POST', '/api/reviews', { document: sha256 }))
  await server.until(async () => (await server.store.reviews.get(id))?.endedAt !== null)
  expect(await json(server.solo('GET', `/api/reviews/${id}/export/pdf`))).toMatchObject({
    code: 'export-encrypted',
  })
})

test('a file whose upload was cut off before it had a job is read when it is uploaded again', async () => {
  await using server = await testServer({ work: true })
  const { jobs } = server.host
  const add = jobs.add.bind(jobs)
  jobs.add = () => Promise.reject(new Error('cut off'))
  const cutOff = await server.solo('POST', '/api/documents', form(printed, {}))
  expect(cutOff.status).toBe(500)
  jobs.add = add
  const { sha256 } = await upload(server, printed)
  expect(await whenRead(server, sha256)).toMatchObject({ state: 'ready' })
})

test('a password that comes with the file is in no table, file, log line or audit entry', async () => {
  await using server = await testServer({ work: true })
  const secret = 'a wrong password that nobody keeps'
  const content = await readFile(encrypted)
  const first = await upload(server, content, { password: secret })
  expect(first).toMatchObject({ state: 'failed', error: { code: 'document-password-wrong' } })
  const second = await upload(server, content, { password: 'view' })
  expect(second).toMatchObject({ sha256: first.sha256, state: 'ready' })
  const too = { password: secret.repeat(40) }
  expect(await upload(server, content, too)).toMatchObject({ code: 'upload-malformed' })
  const files = await readdir(server.dataFolder, { recursive: true, withFileTypes: true })
  const kept = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map((file) => readFile(path.join(file.parentPath, file.name))),
  )
  expect(kept.length).toBeGreaterThan(2)
  expect(kept.some((bytes) => bytes.includes(first.sha256))).toBe(true)
  for (const bytes of [...kept, ...server.lines]) expect(bytes.includes(secret)).toBe(false)
})

test('of an upload that is refused nothing is kept', async () => {
  await using server = await testServer()
  const [refused, taken] = ['A refused text.', 'A text that is taken.']
  const send = async (content: string, fields: object): Promise<number> =>
    (await server.solo('POST', '/api/documents', form(Buffer.from(content), fields))).status
  expect(await send(refused, { ocr: 'perhaps' })).toBe(400)
  expect(await send(refused, { splt: 'test' })).toBe(400)
  expect(await send(taken, { ocr: 'false' })).toBe(201)
  const files = await readdir(server.dataFolder, { recursive: true, withFileTypes: true })
  const blobs = files.filter((file) => file.isFile() && file.parentPath.includes('blobs'))
  const kept = await Promise.all(
    blobs.map((file) => readFile(path.join(file.parentPath, file.name), 'utf8')),
  )
  expect(kept).toContain(taken)
  expect(kept).not.toContain(refused)
})

test('a scan is read by OCR when its upload says so', async () => {
  await using server = await testServer({ work: true })
  const { sha256 } = await upload(server, await scanOf(printed), { ocr: 'true' })
  const read = await whenRead(server, sha256)
  expect(read).toMatchObject({ state: 'ready', pagesWithoutText: 1, pagesReadByOcr: 1 })
  const { paragraphs } = await json<{ paragraphs: { text: string }[] }>(
    server.solo('GET', `/api/documents/${sha256}/text`),
  )
  expect(paragraphs.map((paragraph) => paragraph.text)).toEqual([sentence])
})

test('a review reads a scan by OCR first when it is asked to', async () => {
  await using server = await testServer({ work: true })
  const { sha256 } = await upload(server, await scanOf(printed))
  expect(await whenRead(server, sha256)).toMatchObject({ pagesWithoutText: 1, pagesReadByOcr: 0 })
  const request = { document: sha256, agents: ['definitive-language'], ocr: true }
  const { id } = await json<ReviewEntry>(server.solo('POST', '/api/reviews', request))
  const again = await server.solo('POST', '/api/reviews', request)
  expect(again.status, 'while it is being read').toBe(201)
  await server.until(async () => (await server.store.reviews.get(id))?.endedAt !== null)
  const { issues } = await json<{ issues: ReviewedIssue[] }>(
    server.solo('GET', `/api/reviews/${id}/issues`),
  )
  expect(issues.map(({ issue }) => issue.text)).toEqual(['always'])
  expect(await whenRead(server, sha256)).toMatchObject({ state: 'ready', pagesReadByOcr: 1 })
})

test('while a document is being reviewed its text stays as it is', async () => {
  await using server = await testServer()
  const { host, store } = server
  const { sha256 } = await upload(server, await scanOf(printed))
  const file = path.join(server.dataFolder, 'scan.pdf')
  await writeFile(file, await scanOf(printed))
  await store.documents.markReady(sha256, await host.flows.documents.read(file))
  const request = { document: sha256, agents: ['definitive-language'] }
  expect((await server.solo('POST', '/api/reviews', request)).status).toBe(201)
  const refused = await server.solo('POST', '/api/reviews', { ...request, ocr: true })
  expect(refused.status).toBe(409)
  expect(await refused.json()).toMatchObject({ code: 'document-busy' })
})

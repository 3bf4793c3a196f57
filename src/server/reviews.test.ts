import { readFile } from 'node:fs/promises'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { expect, test } from 'vitest'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { contract } from '../schema/api/contract.ts'
import { reviewedIssues } from '../review/reviewed-issues.ts'
import { DocumentText } from '../schema/workplace.ts'
import type { DocumentEntry, ReviewedIssue, ReviewEntry, ReviewEvent } from '../schema/workplace.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Ask = Server['solo']
type Issues = { issues: ReviewedIssue[]; lastEvent: number; review: ReviewEntry }

const text =
  'This plan always covers every cost of your care.\n\nAll members are guaranteed a refund.'

async function json<T>(response: Response | Promise<Response>): Promise<T> {
  return (await (await response).json()) as T
}

async function upload(ask: Ask, content: string, name?: string): Promise<DocumentEntry> {
  const response = await ask('POST', '/api/documents', formWith(content, name))
  expect(response.status).toBe(201)
  return json(response)
}

async function ready(server: Server, ask: Ask, content: string): Promise<DocumentEntry> {
  const { sha256 } = await upload(ask, content)
  await server.until(async () => (await server.store.documents.get(sha256))?.state !== 'reading')
  return json(ask('GET', `/api/documents/${sha256}`))
}

/** A review by rules alone, done. */
async function reviewed(server: Server, ask: Ask, content = text): Promise<ReviewEntry> {
  const { sha256 } = await upload(ask, content)
  const request = { document: sha256, agents: ['definitive-language'] }
  const { id } = await json<ReviewEntry>(ask('POST', '/api/reviews', request))
  await server.until(async () => (await server.store.reviews.get(id))?.endedAt !== null)
  return json(ask('GET', `/api/reviews/${id}`))
}

test('a document is uploaded, reviewed, judged and counted', async () => {
  await using server = await testServer({ work: true })
  const ask = server.solo
  const review = await reviewed(server, ask)
  expect(review).toMatchObject({
    state: 'done',
    agents: [{ name: 'definitive-language', status: 'done', partsDone: 1, parts: 1 }],
  })
  const { issues } = await json<Issues>(ask('GET', `/api/reviews/${review.id}/issues`))
  expect(issues.length).toBeGreaterThan(0)
  const [first] = issues
  const address = `/api/reviews/${review.id}/issues/${first?.issue.id}/verdicts`
  const accept = { version: 0, judgement: { kind: 'accepted' } }
  expect((await ask('POST', address, accept)).status).toBe(201)
  const { items } = await json<{ items: DocumentEntry[] }>(ask('GET', '/api/documents?limit=9'))
  expect(items[0]?.newestReview?.issues).toMatchObject({ accepted: 1, open: issues.length - 1 })
})

test('who judges an issue that somebody judged meanwhile is shown how it is now', async () => {
  await using server = await testServer({ work: true })
  const review = await reviewed(server, server.solo)
  const { issues } = await json<Issues>(server.solo('GET', `/api/reviews/${review.id}/issues`))
  const address = `/api/reviews/${review.id}/issues/${issues[0]?.issue.id}/verdicts`
  const both = await Promise.all(
    ['accepted', 'undone'].map((kind) =>
      server.solo('POST', address, { version: 0, judgement: { kind } }),
    ),
  )
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
  const refused = both.find(({ status }) => status === 409)
  expect(await refused?.json()).toMatchObject({ data: { issue: { version: 1 } } })
})

test('an issue that a person adds gets the text and the place of its offsets, and can be undone', async () => {
  await using server = await testServer({ work: true })
  const review = await reviewed(server, server.solo)
  const address = `/api/reviews/${review.id}/issues`
  const missed = {
    type: 'Tone',
    paragraph: 1,
    start: 0,
    end: 11,
    explanation: 'Blunt.',
    suggestedFix: null,
  }
  const added = await json<ReviewedIssue>(server.solo('POST', address, missed))
  expect(added).toMatchObject({
    origin: 'person',
    status: 'accepted',
    issue: { text: 'All members' },
  })
  const nowhere = await server.solo('POST', address, { ...missed, end: 5000 })
  expect(await nowhere.json()).toMatchObject({ code: 'place-unknown' })
  await server.solo('POST', `${address}/${added.issue.id}/verdicts`, {
    version: 1,
    judgement: { kind: 'undone' },
  })
  const { issues } = await json<Issues>(server.solo('GET', address))
  expect(issues.map(({ issue }) => issue.id)).not.toContain(added.issue.id)
})

test('text and issues are passed on as the API page describes them', async () => {
  await using server = await testServer({ work: true })
  const ask = server.solo
  const { id, document } = await reviewed(server, ask)
  const address = `/api/reviews/${id}/issues`
  const before = await json<Issues>(ask('GET', address))
  const [first, second] = before.issues
  const judge = (issue: ReviewedIssue | undefined, judgement: object) =>
    ask('POST', `${address}/${issue?.issue.id}/verdicts`, { version: 0, judgement })
  await judge(first, { kind: 'edited', edit: { suggestedFix: 'often' } })
  await judge(second, { kind: 'dismissed', reason: { kind: 'other', text: 'No.' } })
  const place = { paragraph: 0, start: 0, end: 4, explanation: 'Blunt.', suggestedFix: null }
  await ask('POST', address, { type: 'Tone', ...place })
  const answer = await json<Issues>(ask('GET', address))
  const IssuesAnswer = contract.reviews.issues['~orpc'].outputSchema
  expect(answer).toEqual(IssuesAnswer?.parse(answer))
  expect(answer.issues).toEqual(
    await reviewedIssues(server.store, { review: id, order: 'document' }),
  )
  expect(answer.issues.slice(0, 3)).toMatchObject([
    { issue: { text: 'This' }, origin: 'person', status: 'accepted' },
    { ...first, status: 'edited', version: 1, verdicts: [{ judgement: { kind: 'edited' } }] },
    { issue: second?.issue, status: 'dismissed', version: 1 },
  ])
  expect(answer.lastEvent).toBeGreaterThan(before.lastEvent)
  const told = await json<DocumentText>(ask('GET', `/api/documents/${document.sha256}/text`))
  expect(told).toEqual(DocumentText.parse(told))
  expect(told.paragraphs.map((paragraph) => paragraph.text).join('\n\n')).toBe(text)
})

test('who reads after a verdict gets it, though the answer of who read before is still made', async () => {
  await using server = await testServer({ work: true })
  const { id } = await reviewed(server, server.solo)
  const address = `/api/reviews/${id}/issues`
  const { issues } = await json<Issues>(server.solo('GET', address))
  const { verdicts } = server.store
  const list = verdicts.list.bind(verdicts)
  const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  verdicts.list = async (review) => {
    const found = await list(review)
    begun.resolve()
    await held.promise
    return found
  }
  const before = server.solo('GET', address)
  await begun.promise
  verdicts.list = list
  const verdict = { version: 0, judgement: { kind: 'accepted' } }
  await server.solo('POST', `${address}/${issues[0]?.issue.id}/verdicts`, verdict)
  const after = await server.solo('GET', address)
  held.resolve()
  expect((await before).headers.get('etag')).not.toBe(after.headers.get('etag'))
  expect((await json<Issues>(after)).issues[0]).toMatchObject({ status: 'accepted' })
})

test('the same bytes are one document, and a copy of a text is in its group', async () => {
  await using server = await testServer({ work: true })
  const one = await ready(server, server.solo, text)
  expect((await upload(server.solo, text, 'again.txt')).name).toBe(one.name)
  const copy = await ready(server, server.solo, text.replace('always', ' ALWAYS '))
  const groups = await Promise.all(
    [one, copy].map(async ({ sha256 }) => (await server.store.documents.get(sha256))?.group),
  )
  expect(groups[0]).toBe(groups[1])
})

test('what is wrong with a file is told, and it cannot be reviewed', async () => {
  await using server = await testServer({ work: true })
  const broken = await ready(server, server.solo, '%PDF-1.7 nothing')
  expect(broken).toMatchObject({ state: 'failed', error: { code: 'document-broken' } })
  const refused = await server.solo('POST', '/api/reviews', { document: broken.sha256 })
  expect(await refused.json()).toMatchObject({ code: 'document-not-readable' })
  const empty = await server.solo('POST', '/api/documents', formWith(''))
  expect(await empty.json()).toMatchObject({ code: 'document-empty', status: 422 })
})

test('a forgotten document leaves its counts and nothing that can be read', async () => {
  await using server = await testServer({ work: true })
  const { document, id } = await reviewed(server, server.solo)
  const address = `/api/documents/${document.sha256}`
  expect((await server.solo('GET', `${address}/file`)).status).toBe(200)
  expect((await server.solo('DELETE', address)).status).toBe(200)
  expect((await server.solo('GET', `${address}/file`)).status).toBe(404)
  expect((await server.solo('GET', `${address}/text`)).status).toBe(422)
  expect(await json<Issues>(server.solo('GET', `/api/reviews/${id}/issues`))).toMatchObject({
    issues: [],
  })
  expect(await server.host.blobs.has(document.sha256)).toBe(false)
})

test('a file that people uploaded is handed out as something to save, never as a page', async () => {
  await using server = await testServer({ work: true })
  const { sha256 } = await upload(server.solo, '<script>alert(1)</script>', 'a.html')
  const { headers } = await server.solo('GET', `/api/documents/${sha256}/file`)
  expect(headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''a.html")
  expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
})

test('a review is exported as CSV with what people said, as JSON, and as a PDF only of a PDF', async () => {
  await using server = await testServer({ work: true })
  const { id } = await reviewed(server, server.solo)
  const address = `/api/reviews/${id}/issues`
  const missed = { type: 'Tone', paragraph: 1, start: 0, end: 11, suggestedFix: '=cmd()' }
  await server.solo('POST', address, { ...missed, explanation: 'Blunt, or "rude".' })
  const csv = await server.solo('GET', `/api/reviews/${id}/export/csv`)
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(await csv.text()).toContain('All members,"Blunt, or ""rude"".",\'=cmd(),')
  const { issues } = await json<Issues>(server.solo('GET', `/api/reviews/${id}/export/json`))
  expect(issues).toEqual((await json<Issues>(server.solo('GET', address))).issues)
  expect(await json(server.solo('GET', `/api/reviews/${id}/export/pdf`))).toMatchObject({
    code: 'export-needs-pdf',
  })
  expect((await server.solo('GET', `/api/reviews/${id}/export/exe`)).status).toBe(404)
})

test('the PDF of a review has its issues as highlights', async () => {
  await using server = await testServer({ work: true })
  const file = await readFile('examples/document-review/documents/benefit-options.pdf')
  const form = formWith(new Uint8Array(file), 'benefit options.pdf')
  const { sha256 } = await json<DocumentEntry>(server.solo('POST', '/api/documents', form))
  const request = { document: sha256, agents: ['definitive-language'] }
  const { id } = await json<ReviewEntry>(server.solo('POST', '/api/reviews', request))
  await server.until(async () => (await server.store.reviews.get(id))?.endedAt !== null)
  const answer = await server.solo('GET', `/api/reviews/${id}/export/pdf`)
  expect(answer.headers.get('content-disposition')).toContain('benefit%20options%20(reviewed).pdf')
  const task = getDocument({ data: new Uint8Array(await answer.arrayBuffer()), verbosity: 0 })
  const page = await (await task.promise).getPage(3)
  const marks = (await page.getAnnotations()).filter(({ subtype }) => subtype === 'Highlight')
  expect(marks.map(({ contentsObj }) => contentsObj.str)).toEqual([
    expect.stringMatching(/^Definitive Language\n.*\nFix: generally covers\n\(open\)$/s),
  ])
  await task.destroy()
})

/** Reads a stream until an event of the type comes. */
async function readUntil(response: Response, type: ReviewEvent['type']) {
  const events: { id: number; data: ReviewEvent }[] = []
  let rest = ''
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { done: true }
    if (done) throw new Error('The stream ended.')
    const blocks = (rest + value).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const id = /^id: (\d+)$/m.exec(block)?.[1]
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (id !== undefined && data !== undefined)
        events.push({ id: Number(id), data: JSON.parse(data) })
    }
    if (events.some(({ data }) => data.type === type)) {
      await reader?.cancel()
      return events
    }
  }
}

test('who follows a review hears everything in order, and goes on where they were', async () => {
  await using server = await testServer({ work: true })
  const { id } = await reviewed(server, server.solo)
  const address = `/api/reviews/${id}/events`
  const all = await readUntil(await server.solo('GET', address), 'complete')
  expect(all.map((event) => event.id)).toEqual(all.map((_, i) => i + 1))
  expect(new Set(all.map(({ data }) => data.type))).toEqual(
    new Set(['issues', 'agent', 'progress', 'complete']),
  )
  const rest = await readUntil(await server.solo('GET', `${address}?after=2`), 'complete')
  expect(rest).toEqual(all.slice(2))

  const { issues, lastEvent } = await json<Issues>(server.solo('GET', `/api/reviews/${id}/issues`))
  expect(lastEvent).toBe(all.length)
  const heard = readUntil(await server.solo('GET', `${address}?after=${lastEvent}`), 'verdict')
  await server.solo('POST', `/api/reviews/${id}/issues/${issues[0]?.issue.id}/verdicts`, {
    version: 0,
    judgement: { kind: 'dismissed', reason: { kind: 'other', text: 'fine' } },
  })
  expect(await heard).toMatchObject([
    { id: lastEvent + 1, data: { type: 'verdict', issue: { status: 'dismissed', version: 1 } } },
  ])
  const marked = readUntil(await server.solo('GET', `${address}?after=${lastEvent + 1}`), 'read')
  const path = `/api/reviews/${id}/read-marks/${'a'.repeat(16)}`
  const read = await json(server.solo('PUT', path, { kind: 'read' }))
  expect(await marked).toEqual([{ id: lastEvent + 2, data: { type: 'read', read } }])
})

test('a review that is stopped keeps what is done and never ends twice', async () => {
  await using server = await testServer()
  const { sha256 } = await upload(server.solo, text)
  const { id } = await json<ReviewEntry>(server.solo('POST', '/api/reviews', { document: sha256 }))
  const stopped = await json<ReviewEntry>(server.solo('POST', `/api/reviews/${id}/stop`))
  expect(stopped).toMatchObject({ state: 'stopped' })
  const events = await readUntil(await server.solo('GET', `/api/reviews/${id}/events`), 'complete')
  expect(events).toHaveLength(1)
  await server.solo('POST', `/api/reviews/${id}/stop`)
  expect((await server.store.reviews.get(id))?.lastEvent).toBe(1)
})

test('a batch is a queue of reviews, listed newest first', async () => {
  await using server = await testServer()
  const one = await upload(server.solo, text)
  const two = await upload(server.solo, 'Another text.')
  const documents = [one.sha256, two.sha256]
  const { reviews } = await json<{ reviews: string[] }>(
    server.solo('POST', '/api/reviews/batch', { documents }),
  )
  const page = await json<{ items: ReviewEntry[]; next: string }>(
    server.solo('GET', '/api/reviews?active=true&limit=1'),
  )
  expect(page.items.map(({ id }) => id)).toEqual(reviews.slice(1))
  const rest = await json<{ items: ReviewEntry[] }>(
    server.solo('GET', `/api/reviews?limit=5&after=${page.next}`),
  )
  expect(rest.items.map(({ id }) => id)).toEqual(reviews.slice(0, 1))
})

test('a file comes whole, or the part of it that is asked for', async () => {
  await using server = await testServer()
  const { sha256 } = await upload(server.solo, 'abcdefghij')
  const get = async (headers: Record<string, string>) => {
    const cookie = { host: 'localhost:4310', cookie: server.cookie }
    const address = `http://localhost:4310/api/documents/${sha256}/file`
    const answer = await server.app.request(address, { headers: { ...cookie, ...headers } })
    return {
      status: answer.status,
      range: answer.headers.get('content-range'),
      length: answer.headers.get('content-length'),
      text: await answer.text(),
      tag: answer.headers.get('etag') ?? '',
      accepts: answer.headers.get('accept-ranges'),
    }
  }
  const whole = { status: 200, range: null, length: '10', text: 'abcdefghij', accepts: 'bytes' }
  const { tag, ...first } = await get({})
  expect(first).toEqual(whole)
  const part = { status: 206, range: 'bytes 2-4/10', length: '3', text: 'cde', accepts: 'bytes' }
  expect(await get({ range: 'bytes=2-4' })).toMatchObject(part)
  expect(await get({ range: 'bytes=2-4', 'if-range': tag })).toMatchObject(part)
  expect(await get({ range: 'bytes=2-4', 'if-range': '"other"' })).toMatchObject(whole)
  expect(await get({ range: 'bytes=10-' })).toMatchObject({
    status: 416,
    range: 'bytes */10',
    text: '',
  })
})

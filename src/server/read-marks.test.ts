import { expect, test } from 'vitest'
import { reviewed, reviewedAgain } from '../../test/helpers/reviewed-document.ts'
import { testServer } from '../../test/helpers/test-server.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { DocumentEntry, ReadState, ReviewEntry } from '../schema/workplace.ts'

type Ask = Awaited<ReturnType<typeof testServer>>['solo']

type Marked = { kind: string; id?: string }

async function mark(ask: Ask, review: string, { kind, id = timeOrderedId() }: Marked) {
  const answer = await ask('PUT', `/api/reviews/${review}/read-marks/${id}`, { kind })
  return { status: answer.status, body: (await answer.json()) as ReadState & { code?: string } }
}

async function listed(ask: Ask, filter: string): Promise<string[]> {
  const answer = await ask('GET', `/api/documents?${filter}`)
  const { items } = (await answer.json()) as { items: DocumentEntry[] }
  return items.map(({ name }) => name)
}

function names({ by }: ReadState): string[] {
  return by.map(({ person }) => person.name)
}

test('a reviewer says that they have read all of a document, which holds for its later reviews, and takes it back', async () => {
  await using server = await testServer()
  const ray = await server.person('ray', ['reviewer'])
  const cleo = await server.person('cleo', ['custodian'])
  const { review, sha256 } = await reviewed(server, 'memo.txt', { read: false })
  await server.store.documents.assign(sha256, ray.id)
  const id = timeOrderedId()
  const marked = await mark(ray.ask, review, { kind: 'read', id })
  expect(marked).toMatchObject({ status: 200, body: { version: 1 } })
  expect(names(marked.body)).toEqual(['ray'])
  expect((await mark(ray.ask, review, { kind: 'read', id })).body).toEqual(marked.body)

  const later = await reviewedAgain(server, sha256)
  for (const one of [review, later.review]) {
    const answer = await cleo.ask('GET', `/api/reviews/${one}`)
    expect(((await answer.json()) as ReviewEntry).read).toEqual(marked.body)
  }
  const document = await cleo.ask('GET', `/api/documents/${sha256}`)
  expect(((await document.json()) as DocumentEntry).read).toEqual(marked.body)

  const withdrawn = await mark(ray.ask, later.review, { kind: 'withdrawn' })
  expect(withdrawn.body).toEqual({ by: [], version: 2 })
  // What comes a second time after that says nothing new.
  expect((await mark(ray.ask, review, { kind: 'read', id })).body).toEqual(withdrawn.body)
})

test('who may not judge may not mark, and what a mark is called is looked at', async () => {
  await using server = await testServer()
  const { review } = await reviewed(server, 'memo.txt', { split: 'evaluation', read: false })
  for (const role of ['engineer', 'custodian'] as const) {
    const { ask } = await server.person(role, [role])
    expect((await mark(ask, review, { kind: 'read' })).status).toBe(403)
  }
  expect((await mark(server.solo, review, { kind: 'read', id: 'short' })).status).toBe(400)
  expect((await mark(server.solo, review, { kind: 'skimmed' })).status).toBe(400)
  const read = await server.solo('GET', `/api/reviews/${review}`)
  expect(((await read.json()) as ReviewEntry).read).toEqual({ by: [], version: 0 })
})

test('documents that nobody has read whole are listed by themselves, once their agents are done', async () => {
  await using server = await testServer()
  const accepted = [[{ kind: 'accepted' as const }]]
  await reviewed(server, 'read', { said: accepted })
  await reviewed(server, 'judged', { said: accepted, read: false })
  await reviewed(server, 'quiet', { read: false })
  await reviewed(server, 'open', { said: [[]], read: false })
  const { sha256: document } = await reviewed(server, 'again', { read: false })
  const { hash: flowVersion } = await server.host.flows.current()
  const asked = { issueOrder: 'document' as const, fullReview: false, requester: 'rita' }
  await server.store.reviews.create({ id: timeOrderedId(), document, flowVersion, ...asked })
  expect((await listed(server.solo, 'unread=true')).toSorted()).toEqual(['judged', 'open', 'quiet'])
  expect(await listed(server.solo, 'unread=true&open=true')).toEqual(['open'])
  expect(await listed(server.solo, 'unread=true&limit=1')).toHaveLength(1)
})

test('a mark is made in a review of the document, not where a draft is tried nor where the text is gone', async () => {
  await using server = await testServer()
  const { review, sha256: document } = await reviewed(server, 'memo.txt', { read: false })
  const { hash: flowVersion } = await server.host.flows.current()
  const asked = { issueOrder: 'document' as const, fullReview: false, requester: 'rita' }
  const trial = { id: timeOrderedId(), document, flowVersion, ...asked, trial: true }
  await server.store.reviews.create(trial)
  expect(await mark(server.solo, trial.id, { kind: 'read' })).toMatchObject({
    status: 400,
    body: { code: 'review-trial' },
  })
  await server.store.documents.forget(document)
  expect(await mark(server.solo, review, { kind: 'read' })).toMatchObject({
    status: 422,
    body: { code: 'document-not-ready' },
  })
})

import { expect, test } from 'vitest'
import { formWith, type testServer } from '../../test/helpers/test-server.ts'
import { permissionsOf } from '../access/permissions.ts'
import { Role, type Permission } from '../schema/access.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { Issue } from '../schema/issue.ts'
import type { Store } from '../store/store.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import { listProcedures } from './list-procedures.ts'

const secret = 'Zanzibar'

function textOf(sha256: string): ReviewDocument {
  const page = { number: 1, width: null, height: null, hasText: true }
  const body = { index: 0, page: 1, text: `${secret} pays.`, role: 'body' as const, words: [] }
  return { sha256, name: `${secret}.txt`, pages: [page], paragraphs: [body], language: 'en' }
}

const issue: Issue = {
  id: timeOrderedId(),
  type: 'Tone',
  agent: 'tone',
  text: secret,
  explanation: `${secret} is blunt.`,
  suggestedFix: null,
  score: null,
  unresolved: false,
  location: { sourceSentence: '', page: 1, paragraph: 0, start: 0, end: 8, quads: [] },
}

/** A document of a hidden split with a review that found one issue in it. */
async function addHidden(store: Store, flowVersion: string, assignee: string | null) {
  const sha256 = 'ab'.repeat(32)
  const group = { id: 'hidden', split: 'test' as const, shownToEngineer: false }
  const facts = { mediaType: 'text/plain', bytes: 1, uploader: 'somebody' }
  await store.documents.add({ sha256, name: `${secret}.txt`, ...facts, group })
  await store.documents.markReady(sha256, textOf(sha256))
  await store.documents.assign(sha256, assignee)
  const { id } = await store.reviews.create({
    id: timeOrderedId(),
    document: sha256,
    flowVersion,
    issueOrder: 'document',
    fullReview: false,
    requester: 'somebody',
  })
  await store.parts.plan(id, [{ agent: 'tone', chunk: 0 }])
  const part = { review: id, agent: 'tone', chunk: 0 }
  const events = [{ kind: 'issues', content: { type: 'issues', issues: [] } }]
  await store.parts.finish(part, { issues: [issue], events })
  await store.reviews.end(id, { state: 'done' })
  return { sha256, review: id }
}

type Ids = { sha256: string; review: string }

/** Every procedure that takes the id of a row, and what it asks for. */
function rows({
  sha256,
  review,
}: Ids): [Permission, method: string, path: string, body?: object][] {
  const verdicts = `/api/reviews/${review}/issues`
  const accept = { version: 0, judgement: { kind: 'accepted' } }
  const missed = { type: 'a', paragraph: 0, start: 0, end: 1, explanation: 'a', suggestedFix: null }
  return [
    ['documents:read', 'GET', `/api/documents/${sha256}`],
    ['documents:read', 'GET', `/api/documents/${sha256}/text`],
    ['documents:read', 'GET', `/api/documents/${sha256}/file`],
    ['datasets:write', 'GET', `/api/documents/${sha256}/examples`],
    ['documents:upload', 'POST', `/api/documents/${sha256}/read`, {}],
    ['documents:assign', 'PUT', `/api/documents/${sha256}/assignee`, { person: null }],
    ['documents:forget', 'DELETE', `/api/documents/${sha256}`],
    ['reviews:run', 'POST', '/api/reviews', { document: sha256 }],
    ['reviews:run', 'POST', '/api/reviews/batch', { documents: [sha256] }],
    ['reviews:read', 'GET', `/api/reviews/${review}`],
    ['reviews:read', 'GET', verdicts],
    ['reviews:read', 'GET', `/api/reviews/${review}/events`],
    ['reviews:run', 'POST', `/api/reviews/${review}/stop`],
    ['verdicts:write', 'POST', `${verdicts}/${issue.id}/verdicts`, accept],
    ['verdicts:write', 'POST', verdicts, missed],
    ['verdicts:write', 'PUT', `/api/reviews/${review}/read-marks/${issue.id}`, { kind: 'read' }],
    ['exports:read', 'GET', `/api/reviews/${review}/export/csv`],
  ]
}

/** Who sees which rows, on whatever a server stands. */
export function describeRowRights(startServer: () => ReturnType<typeof testServer>): void {
  test('every address with the id of a document or a review is among those that are asked for', () => {
    // A bundle is its person's, whatever its hash.
    const addresses = listProcedures().map(({ method, path }) => `${method} ${path}`)
    const withId = addresses.filter((address) => /(?<!bundles\/)\{(sha256|review)\}/.test(address))
    const asked = rows({ sha256: '{sha256}', review: '{review}' }).map(([, method, path]) =>
      `${method} ${path}`
        .replace(`marks/${issue.id}`, 'marks/{mark}')
        .replace(issue.id, '{issue}')
        .replace(/csv$/, '{format}'),
    )
    expect(withId.length).toBeGreaterThan(10)
    expect(withId.filter((address) => !asked.includes(address))).toEqual([])
  })

  test.each(Role.options.filter((role) => role !== 'custodian'))(
    'a hidden document of others is to the role %s as if it were not there',
    async (role) => {
      await using server = await startServer()
      const hidden = await addHidden(server.store, (await server.host.flows.current()).hash, null)
      const { ask } = await server.person('somebody', [role])
      const none = { sha256: 'cd'.repeat(32), review: timeOrderedId() }
      for (const [i, [permission, method, path, body]] of rows(hidden).entries()) {
        const answer = await ask(method, path, body)
        const told = (await answer.text()).replaceAll(hidden.sha256, none.sha256)
        const missing = rows(none)[i]
        const other = await ask(method, missing?.[2] ?? '', missing?.[3])
        expect([path, answer.status, told]).toEqual([path, other.status, await other.text()])
        expect([path, answer.status]).toEqual([
          path,
          permissionsOf([role]).has(permission) ? 404 : 403,
        ])
      }
      for (const list of ['documents', `documents?search=${secret}`, 'reviews', 'agents', 'flow']) {
        const answer = await ask('GET', `/api/${list}`)
        if (answer.status === 403) continue
        expect(answer.status).toBe(200)
        const text = await answer.text()
        for (const trace of [secret, hidden.sha256, hidden.review, '"tone"']) {
          expect([list, text.includes(trace)]).toEqual([list, false])
        }
      }
    },
  )

  test('a reviewer sees what is assigned to them, without its split, and a custodian sees all', async () => {
    await using server = await startServer()
    const ray = await server.person('ray', ['reviewer'])
    const cus = await server.person('cus', ['custodian'])
    const { sha256, review } = await addHidden(
      server.store,
      (await server.host.flows.current()).hash,
      ray.id,
    )
    const mine = await (await ray.ask('GET', '/api/documents?assigned=me')).json()
    expect(mine).toMatchObject({ items: [{ sha256, split: null, newestReview: { id: review } }] })
    const all = await (await cus.ask('GET', '/api/documents')).json()
    expect(all).toMatchObject({ items: [{ sha256, split: 'test' }] })
    expect(await (await cus.ask('GET', '/api/agents')).json()).toMatchObject({
      agents: [{ agent: 'tone', issues: 1 }],
    })
  })

  test('who did not bring a document has no right to have it forgotten', async () => {
    await using server = await startServer()
    const ann = await server.person('ann', ['engineer'])
    const bob = await server.person('bob', ['engineer'])
    const uploaded = await ann.ask('POST', '/api/documents', formWith('A text of Ann.'))
    const { sha256 } = (await uploaded.json()) as { sha256: string }
    const refused = await bob.ask('DELETE', `/api/documents/${sha256}`)
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ code: 'document-not-yours' })
    expect((await ann.ask('DELETE', `/api/documents/${sha256}`)).status).toBe(200)
  })
}

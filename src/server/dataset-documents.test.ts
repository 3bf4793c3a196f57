import { expect, test } from 'vitest'
import { reviewed } from '../../test/helpers/reviewed-document.ts'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { hiddenNames } from '../access/hidden-names.ts'
import type { Added } from '../schema/api/dataset-version.ts'
import type { DatasetExample } from '../schema/api/datasets.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Ask = Server['solo']

const accepted = { kind: 'accepted' } as const
const dismissed = { kind: 'dismissed', reason: null } as const

async function json<Body>(answering: Response | Promise<Response>): Promise<Body> {
  return (await (await answering).json()) as Body
}

function addTo(ask: Ask, dataset: string, sha256: string): Promise<Added & { id: string }> {
  return json(ask('POST', `/api/datasets/${dataset}/documents`, { sha256 }))
}

async function examplesOf(ask: Ask, sha256: string) {
  const answer = ask('GET', `/api/documents/${sha256}/examples`)
  return (await json<{ items: { dataset: string; id: string | null }[] }>(answer)).items
}

async function exampleOf(ask: Ask, id: string): Promise<DatasetExample> {
  const query = new URLSearchParams({ id })
  return json(ask('GET', `/api/datasets/letters/versions/newest/example?${query.toString()}`))
}

test('a document becomes an example with what people said of it so far, in its own split', async () => {
  await using server = await testServer()
  const { ask } = await server.person('cleo', ['custodian'])
  const said = [[accepted], [dismissed], []]
  const { sha256, review } = await reviewed(server, 'memo.txt', { said, read: false })
  expect(await examplesOf(ask, sha256)).toEqual([])
  const added = await addTo(ask, 'letters', sha256)
  expect(added).toMatchObject({
    id: 'memo.txt',
    added: true,
    leftOut: [],
    provenance: { source: 'document' },
    splits: [{ split: 'test', examples: 1, issues: 1 }],
  })
  expect(await examplesOf(ask, sha256)).toEqual([{ dataset: 'letters', id: 'memo.txt' }])
  const { labels, file, hash } = await exampleOf(ask, 'memo.txt')
  expect(labels).toMatchObject([{ type: 'Tone', text: 'plan' }])
  expect(file).toEqual({ name: 'memo.txt', sha256 })
  const entry = await server.store.datasets.version('everything', { dataset: 'letters' })
  const [stored] = await server.store.datasets.entries('everything', entry?.id ?? '', { limit: 1 })
  expect(stored?.provenance).toMatchObject({
    source: sha256,
    review: { id: review, accepted: 1, dismissed: 1, missed: 0 },
  })

  const issues = [{ ...labels?.[0], ignore: true }]
  await json(ask('POST', '/api/datasets/letters/labels', { id: 'memo.txt', hash, issues }))
  expect(await addTo(ask, 'letters', sha256)).toMatchObject({ id: 'memo.txt', added: false })
  expect((await exampleOf(ask, 'memo.txt')).labels).toMatchObject([{ ignore: true }])
  const told = await server.store.audit.list({ action: 'dataset-changed', limit: 9 })
  const name = (await hiddenNames(server.store))(sha256)
  const details = { document: name, mode: 'add-document', version: added.hash, 'added.test': 1 }
  // The second time nothing was new.
  const adding = told.filter((one) => one.details.includes('add-document'))
  expect(adding.map((one) => JSON.parse(one.details) as unknown)).toEqual([details])
})

test('an example of the same text that came as a file is the example of the document', async () => {
  await using server = await testServer()
  const { ask } = await server.person('cleo', ['custodian'])
  const text = 'Our office is closed on the first of May.'
  const line = { id: 'closed', split: 'test', paragraphs: [{ page: 1, text }], issues: [] }
  const form = formWith(JSON.stringify(line), 'letters.jsonl')
  form.set('splits', 'given')
  expect((await ask('POST', '/api/datasets/letters/versions', form)).status).toBe(201)
  const { sha256 } = await reviewed(server, 'office.txt', { text })
  expect(await examplesOf(ask, sha256)).toEqual([{ dataset: 'letters', id: 'closed' }])
  expect(await addTo(ask, 'letters', sha256)).toMatchObject({ id: 'closed', added: false })
})

test('a document whose name another example has gets a name of its own, and others stay', async () => {
  await using server = await testServer()
  const { ask } = await server.person('cleo', ['custodian'])
  const line = { id: 'memo.txt', split: 'test', paragraphs: ['Another text.'], issues: [] }
  const form = formWith(JSON.stringify(line), 'letters.jsonl')
  form.set('splits', 'given')
  expect((await ask('POST', '/api/datasets/letters/versions', form)).status).toBe(201)
  const { sha256 } = await reviewed(server, 'memo.txt')
  const added = await addTo(ask, 'letters', sha256)
  expect(added).toMatchObject({ id: `memo.txt ${sha256}`, splits: [{ examples: 2 }] })
})

test('nobody but a custodian is told of examples or makes them, hidden or not', async () => {
  await using server = await testServer()
  const { sha256 } = await reviewed(server, 'memo.txt', { split: 'evaluation' })
  for (const role of ['engineer', 'reviewer', 'approver', 'operator', 'admin'] as const) {
    const { ask } = await server.person(role, [role])
    for (const [method, path, body] of [
      ['GET', `/api/documents/${sha256}/examples`, undefined],
      ['POST', '/api/datasets/letters/documents', { sha256 }],
    ] as const) {
      expect([role, path, (await ask(method, path, body)).status]).toEqual([role, path, 403])
    }
  }
  const { ask } = await server.person('cleo', ['custodian'])
  const none = 'ab'.repeat(32)
  expect(await json(ask('GET', `/api/documents/${none}/examples`))).toMatchObject({
    code: 'document-not-found',
  })
})

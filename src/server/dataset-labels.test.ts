import { expect, test } from 'vitest'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { hiddenNames } from '../access/hidden-names.ts'
import type { DatasetExample } from '../schema/api/datasets.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Ask = Server['solo']

const always = { type: 'Tone', text: 'always', location: { paragraph: 0, start: 3, end: 9 } }
const lines = ['a', 'b'].map((id) => ({
  id,
  split: id === 'a' ? 'evaluation' : 'test',
  paragraphs: [`We always pay ${id}.`],
  issues: [{ ...always, id: `of ${id}`, mood: 'sour' }],
}))

async function withLetters(): Promise<Server & { cleo: Ask }> {
  const server = await testServer()
  const { ask } = await server.person('cleo', ['custodian'])
  const form = formWith(lines.map((line) => JSON.stringify(line)).join('\n'), 'letters.jsonl')
  form.set('splits', 'given')
  expect((await ask('POST', '/api/datasets/letters/versions', form)).status).toBe(201)
  return { ...server, cleo: ask }
}

async function exampleOf(ask: Ask, id: string): Promise<DatasetExample> {
  const answer = await ask('GET', `/api/datasets/letters/versions/newest/example?id=${id}`)
  return (await answer.json()) as DatasetExample
}

type Labelling = Pick<DatasetExample, 'id' | 'hash'> & { showHidden?: boolean }

function label(ask: Ask, { id, hash, showHidden }: Labelling, issues: object[]) {
  const labels = { id, hash, issues, note: 'Read again.', showHidden }
  return ask('POST', '/api/datasets/letters/labels', labels)
}

type Line = { id: string; split: string; paragraphs: string[]; group?: string }

async function add(ask: Ask, dataset: string, added: Line[]): Promise<Response> {
  const content = added.map((line) => JSON.stringify({ issues: [], ...line })).join('\n')
  const form = formWith(content, 'more.jsonl')
  const fields = { mode: 'add', splits: 'given', showHidden: 'true' }
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return ask('POST', `/api/datasets/${dataset}/versions`, form)
}

test('an example gets other labels in a new version, and all else stays', async () => {
  await using server = await withLetters()
  const { cleo } = server
  const [open, hidden] = [await exampleOf(cleo, 'a'), await exampleOf(cleo, 'b')]
  const pay = {
    type: 'Grammar',
    text: 'pay',
    suggestedFix: 'pays',
    ignore: true,
    location: { paragraph: 0, start: 10, end: 13 },
  }
  const answer = await label(cleo, hidden, [...(hidden.labels ?? []), pay])
  expect(await answer.json()).toMatchObject({
    added: true,
    createdBy: { name: 'cleo' },
    provenance: { source: 'labels', note: 'Read again.', groups: { kept: 2, drawn: 0, chosen: 0 } },
    splits: [
      { split: 'evaluation', examples: 1, issues: 1 },
      { split: 'test', examples: 1, issues: 2, types: [{ type: 'Grammar' }, { type: 'Tone' }] },
    ],
  })
  expect(await exampleOf(cleo, 'a')).toEqual(open)
  const now = await exampleOf(cleo, 'b')
  expect(now).toMatchObject({ split: 'test', group: hidden.group, document: hidden.document })
  expect(now.labels).toEqual([
    { ...always, id: 'of b', extra: { mood: 'sour' } },
    { ...pay, explanation: undefined },
  ])
  const back = await label(cleo, now, hidden.labels ?? [])
  expect(await back.json()).toMatchObject({ added: true })
  const labelled = { by: [{ id: expect.any(String), name: 'cleo' }], settledBy: null }
  expect(hidden.labelled).toBeNull()
  expect(await exampleOf(cleo, 'b')).toEqual({ ...hidden, labelled })
  const same = await label(cleo, hidden, hidden.labels ?? [])
  expect(await same.json()).toMatchObject({ added: false })
  const entries = await server.store.audit.list({ action: 'dataset-changed', limit: 9 })
  const name = (await hiddenNames(server.store))(hidden.hash)
  const told = entries.map(({ action, details }) => `${action} ${details}`)
  const { items } = (await (await server.cleo('GET', '/api/datasets/letters/versions')).json()) as {
    items: { hash: string }[]
  }
  const details = { example: name, mode: 'label', relabelled: 1, version: items[1]?.hash }
  expect(told).toContain(`dataset-changed ${JSON.stringify(details)}`)
})

test('what another dataset has shown goes into evaluation with the next label, and its group with it', async () => {
  await using server = await withLetters()
  const { cleo, store } = server
  const more = ['c', 'd', 'e'].map((id) => ({
    id,
    split: 'test',
    paragraphs: [`We always pay ${id}.`],
    ...(id !== 'e' && { group: 'both' }),
  }))
  expect((await add(cleo, 'letters', more)).status).toBe(201)
  const open = more.slice(0, 1).map((line) => ({ ...line, split: 'evaluation' }))
  expect((await add(cleo, 'open', open)).status).toBe(201)
  const hidden = await exampleOf(cleo, 'b')
  const answer = await label(cleo, { ...hidden, showHidden: true }, [])
  expect(await answer.json()).toMatchObject({
    added: true,
    shown: [{ id: 'd', dataset: 'letters', split: 'test' }],
    provenance: { groups: { kept: 4 } },
    splits: [
      { split: 'evaluation', examples: 3, issues: 1 },
      { split: 'test', examples: 2, issues: 0 },
    ],
  })
  const version = await store.datasets.version('everything', { dataset: 'letters' })
  const entries = await store.datasets.entries('everything', version?.id ?? '', { limit: 9 })
  expect(entries.map(({ id, split, issues }) => [id, split, issues])).toEqual([
    ['a', 'evaluation', 1],
    ['b', 'test', 0],
    ['c', 'evaluation', 0],
    ['d', 'evaluation', 0],
    ['e', 'test', 0],
  ])
  const [entry] = await store.audit.list({ action: 'dataset-changed', limit: 1 })
  expect(JSON.parse(entry?.details ?? '')).toMatchObject({
    mode: 'label',
    'moved.test.evaluation': 2,
    relabelled: 1,
  })
  // Its own labels, too, and nothing else moves any more.
  const shown = await exampleOf(cleo, 'c')
  const again = await label(cleo, shown, [always])
  expect(await again.json()).toMatchObject({ splits: [{ issues: 2 }, { examples: 2 }] })
})

test('what is hidden itself and goes with what was shown is shown by no label unasked', async () => {
  await using server = await withLetters()
  const { cleo, store } = server
  const [c, d] = ['c', 'd'].map((id) => ({
    id,
    split: 'test',
    paragraphs: [`We always pay ${id}.`],
  }))
  if (c === undefined || d === undefined) throw new Error('There are two.')
  const both = [c, d].map((line) => ({ ...line, group: 'both' }))
  expect((await add(cleo, 'letters', both)).status).toBe(201)
  expect((await add(cleo, 'others', [{ ...d, id: 'same' }])).status).toBe(201)
  expect((await add(cleo, 'open', [{ ...c, split: 'evaluation' }])).status).toBe(201)
  const changes = async () => store.audit.list({ action: 'dataset-changed', limit: 9 })
  const before = await changes()
  const example = await exampleOf(cleo, 'a')
  const refused = await label(cleo, example, [])
  expect(await refused.json()).toMatchObject({
    status: 409,
    code: 'hidden-shown',
    message: expect.stringMatching(
      /"d" .* in letters \(test\), in others \(test\).* Leave the labels as they are, or confirm it/,
    ) as string,
  })
  expect(await changes()).toEqual(before)
  const reads = async () => {
    const entries = await store.audit.list({ action: 'hidden-read', subject: 'letters', limit: 1 })
    return entries.map(({ details }) => JSON.parse(details ?? '') as unknown)
  }
  const nameOf = await hiddenNames(store)
  const hashes = [await hashOf('letters', 'd'), await hashOf('others', 'same')]
  const read = { rows: 2, test: 2, which: [...new Set(hashes)].map((hash) => nameOf(hash)) }
  expect(await reads()).toEqual([read])
  const shown = ['letters', 'others'].map((dataset) => ({ id: 'd', dataset, split: 'test' }))
  const confirmed = await label(cleo, { ...example, showHidden: true }, [])
  expect(await confirmed.json()).toMatchObject({ added: true, shown })
  expect(await reads()).toEqual([read])
  expect((await exampleOf(cleo, 'd')).split).toBe('evaluation')

  async function hashOf(dataset: string, id: string): Promise<string> {
    const version = await store.datasets.version('everything', { dataset })
    return (await store.datasets.example('everything', version?.id ?? '', id))?.hash ?? ''
  }
})

test('labels of an example that somebody labelled meanwhile are refused', async () => {
  await using server = await withLetters()
  const before = await exampleOf(server.cleo, 'a')
  expect((await label(server.cleo, before, [])).status).toBe(200)
  const late = await label(server.cleo, before, [always, always])
  expect(late.status).toBe(409)
  expect(await late.json()).toMatchObject({ code: 'example-changed' })
  expect((await exampleOf(server.cleo, 'a')).labels).toEqual([])
})

test('labels that do not fit the text, and examples that are not there, are refused', async () => {
  await using server = await withLetters()
  const example = await exampleOf(server.cleo, 'a')
  for (const [change, reason] of [
    [{ type: ' ' }, /must not be blank/],
    [{ type: '__proto__' }, /__proto__/],
    [{ text: 'never' }, /another text than its place/],
    [{ location: { paragraph: 1, start: 0, end: 1 } }, /does not have/],
    [{ location: { paragraph: 0, start: 3, end: 99 } }, /outside/],
    [{ location: { paragraph: 0, start: 3 } }, /alone/],
    [{ location: { start: 3, end: 9 } }, /in no paragraph/],
  ] as const) {
    const answer = await label(server.cleo, example, [{ ...always, ...change }])
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({
      code: 'label-malformed',
      message: expect.stringMatching(reason),
    })
  }
  const none = await label(server.cleo, { ...example, id: 'z' }, [])
  expect(await none.json()).toMatchObject({ code: 'example-not-found' })
})

test('only custodians label', async () => {
  await using server = await withLetters()
  const example = await exampleOf(server.cleo, 'a')
  for (const role of ['engineer', 'reviewer', 'approver', 'operator', 'admin'] as const) {
    const { ask } = await server.person(role, [role])
    expect((await label(ask, example, [])).status).toBe(403)
  }
  expect((await exampleOf(server.cleo, 'a')).labels).toHaveLength(1)
})

import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import type { Split } from '../schema/access.ts'
import type { DocumentEntry } from '../schema/workplace.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Ask = Server['solo']

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
const letter = (i: number) =>
  `Letter number ${i} of this office speaks of something that is its own.`
/** Long enough for near copies. */
const long = Array.from({ length: 80 }, (_, i) => `word${i}`).join(' ')

async function send(ask: Ask, text: string, split?: Split) {
  const form = formWith(text)
  if (split !== undefined) form.set('split', split)
  const answer = await ask('POST', '/api/documents', form)
  const body = (await answer.json()) as DocumentEntry & { code?: string }
  return { status: answer.status, ...body }
}

async function whenRead({ store, until }: Server, text: string) {
  const get = () => store.documents.get(hashOf(text))
  await until(async () => (await get())?.state !== 'reading')
  return get()
}

test('a custodian says the split of a document, hidden until it is read; the audit log knows', async () => {
  await using server = await testServer({ work: true })
  const { ask, id } = await server.person('cleo', ['custodian'])
  const splits = ['evaluation', 'test', 'audit'] as const
  for (const [i, split] of splits.entries()) {
    const sent = await send(ask, letter(i), split)
    expect(sent).toMatchObject({ status: 201, split: 'audit' })
    expect(await whenRead(server, letter(i))).toMatchObject({ state: 'ready', split })
  }
  const said = await server.store.audit.list({ action: 'split-chosen', limit: 10 })
  const told = said.map(({ actor, subject, details }) => [actor, subject, JSON.parse(details)])
  const hidden = expect.stringMatching(/^hidden:/u)
  expect(told.toReversed()).toEqual([
    [id, hashOf(letter(0)), { split: 'evaluation' }],
    [id, hidden, { split: 'test' }],
    [id, hidden, { split: 'audit' }],
  ])
  const groups = (await server.store.documents.many(splits.map((_, i) => hashOf(letter(i))))).map(
    ({ group }) => group,
  )
  const chosen = await server.store.datasets.chosenSplits(groups)
  expect([...chosen.values()].toSorted((a, b) => (a.split < b.split ? -1 : 1))).toEqual(
    splits.toSorted().map((split) => ({ split, by: id })),
  )
  // The same again is the same document.
  expect(await send(ask, letter(1), 'test')).toMatchObject({ status: 201, split: 'test' })
})

test('nobody else says it, whatever is there, and nothing of what they sent is kept', async () => {
  await using server = await testServer({ work: true })
  const cleo = await server.person('cleo', ['custodian'])
  await send(cleo.ask, letter(1), 'test')
  await whenRead(server, letter(1))
  for (const role of ['reviewer', 'engineer'] as const) {
    const { ask } = await server.person(role, [role])
    for (const text of [letter(1), letter(2)]) {
      const refused = await send(ask, text, 'test')
      expect(refused).toMatchObject({ status: 403, code: 'split-not-yours' })
    }
  }
  expect(await server.store.documents.sharing([hashOf(letter(2))])).toEqual([])
  expect(await send(cleo.ask, letter(3), 'nothing' as Split)).toMatchObject({
    status: 400,
    code: 'upload-malformed',
  })
})

test('who is engineer, too, has seen what they bring: it is not hidden', async () => {
  await using server = await testServer({ work: true })
  const refused = await send(server.solo, letter(2), 'audit')
  expect(refused).toMatchObject({ status: 403, code: 'split-not-yours' })
  expect(await server.store.documents.sharing([hashOf(letter(2))])).toEqual([])
  expect(await send(server.solo, letter(2), 'evaluation')).toMatchObject({ status: 201 })
})

test('a document that is in another split already stays there, and the choice is refused', async () => {
  await using server = await testServer({ work: true })
  const { ask } = await server.person('cleo', ['custodian'])
  await send(ask, letter(1), 'evaluation')
  await whenRead(server, letter(1))
  const refused = { status: 422, code: 'document-split-taken' }
  expect(await send(ask, letter(1), 'test')).toMatchObject(refused)
  expect(await whenRead(server, letter(1))).toMatchObject({ split: 'evaluation' })
  // So is one that an engineer has brought.
  const eve = await server.person('eve', ['engineer'])
  await send(eve.ask, letter(2))
  await whenRead(server, letter(2))
  expect(await send(ask, letter(2), 'audit')).toMatchObject(refused)
})

test('the same text in another file, or a near copy, is told once it is read, and does not move', async () => {
  await using server = await testServer({ work: true })
  const { ask } = await server.person('cleo', ['custodian'])
  await send(ask, long, 'test')
  await whenRead(server, long)
  for (const copy of [`${long} `, long.replace('word40', 'other')]) {
    await send(ask, copy, 'audit')
    expect(await whenRead(server, copy)).toMatchObject({
      state: 'failed',
      error: { code: 'document-split-taken' },
    })
  }
  const version = long.replace('word50', 'other')
  await send(ask, version, 'test')
  expect(await whenRead(server, version)).toMatchObject({ state: 'ready', split: 'test' })
  expect(await whenRead(server, long)).toMatchObject({ split: 'test' })
})

test('a text that a dataset has shown is not hidden by a choice', async () => {
  await using server = await testServer({ work: true })
  const { ask } = await server.person('cleo', ['custodian'])
  const line = { id: 'a', split: 'evaluation', paragraphs: [letter(1)], issues: [] }
  const form = formWith(JSON.stringify(line), 'letters.jsonl')
  form.set('splits', 'given')
  expect((await ask('POST', '/api/datasets/letters/versions', form)).status).toBe(201)
  await send(ask, letter(1), 'test')
  expect(await whenRead(server, letter(1))).toMatchObject({
    state: 'failed',
    error: { code: 'document-split-taken' },
  })
})

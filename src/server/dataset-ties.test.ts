import { describe, expect, test } from 'vitest'
import { reviewed } from '../../test/helpers/reviewed-document.ts'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import type { Added } from '../schema/api/dataset-version.ts'
import type { ProposalEntry } from '../schema/api/dataset-proposals.ts'
import type { Split } from '../schema/access.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Answer = Added & { status: number; code?: string; message?: string }

const accepted = { kind: 'accepted' } as const

async function importLines(
  { solo }: Pick<Server, 'solo'>,
  lines: object[],
  { dataset = 'letters', ...fields }: Record<string, string> = {},
): Promise<Answer> {
  const form = formWith(lines.map((line) => JSON.stringify(line)).join('\n'), 'letters.jsonl')
  for (const [name, value] of Object.entries({ splits: 'given', ...fields })) form.set(name, value)
  const answer = await solo('POST', `/api/datasets/${dataset}/versions`, form)
  return { status: answer.status, ...((await answer.json()) as Added) }
}

type Merge = { reviews: string[]; split?: Split; rotate?: boolean; showHidden?: boolean }

async function merge(
  { solo }: Pick<Server, 'solo'>,
  body: Merge,
  dataset = 'letters',
): Promise<Answer> {
  const answer = await solo('POST', `/api/datasets/${dataset}/proposals/merge`, body)
  return { status: answer.status, ...((await answer.json()) as Added) }
}

async function proposals({ solo }: Pick<Server, 'solo'>): Promise<ProposalEntry[]> {
  const answer = await solo('GET', '/api/datasets/letters/proposals')
  return ((await answer.json()) as { items: ProposalEntry[] }).items
}

async function newest({ store }: Pick<Server, 'store'>) {
  const version = await store.datasets.version('everything', { dataset: 'letters' })
  return store.datasets.examples('everything', version?.id ?? '', { limit: 100 })
}

/** Which examples are in one group, by their ids. */
async function groups(server: Pick<Server, 'store'>): Promise<string[][]> {
  const byGroup = Map.groupBy(await newest(server), ({ group }) => group)
  return [...byGroup.values()].map((some) => some.map(({ id }) => id))
}

const page = (id: string, more: object = {}) => {
  return { id, split: 'test', paragraphs: [`This is ${id} of it.`], issues: [], ...more }
}

describe('what was imported with a group', () => {
  test('keeps it, and its other fields, when its review is merged, and retires with it', async () => {
    await using server = await testServer()
    const { review, sha256 } = await reviewed(server, 'page 1', { said: [[accepted]] })
    await importLines(server, [
      {
        id: 'p1',
        split: 'test',
        group: 'contract 7',
        customer: 'ACME',
        document: sha256,
        issues: [],
      },
      page('p2', { group: 'contract 7' }),
      page('other'),
    ])
    expect(await merge(server, { reviews: [review] })).toMatchObject({ status: 200, added: true })
    expect(await groups(server)).toEqual([['other'], ['p1', 'p2']])
    const one = (await newest(server)).find(({ id }) => id === 'p1')
    expect(one).toMatchObject({ issues: 1, provenance: { group: 'contract 7', source: sha256 } })
    expect(one?.content?.labels.extra).toEqual({ lang: 'en', customer: 'ACME' })
    expect(await proposals(server)).toEqual([])
    await merge(server, { reviews: [], rotate: true })
    const splits = new Map((await newest(server)).map(({ id, split }) => [id, split]))
    expect(splits.get('p1')).toBe(splits.get('p2'))
  })

  test('keeps it when a line corrects its labels and names none, unless it names another', async () => {
    await using server = await testServer()
    const both = [page('p1', { group: 'c7' }), page('p2', { group: 'c7' })]
    await importLines(server, [...both, page('p3')])
    const corrected = page('p1', { issues: [{ type: 'Tone', text: 'This' }] })
    const added = await importLines(server, [corrected], { mode: 'add' })
    expect(added).toMatchObject({ status: 201, added: true, changes: { relabelled: 1 } })
    expect(await groups(server)).toEqual([['p1', 'p2'], ['p3']])
    const moved = page('p1', { group: 'c8' })
    expect(await importLines(server, [moved], { mode: 'add' })).toMatchObject({ added: true })
    expect(await groups(server)).toEqual([['p1'], ['p2'], ['p3']])
  })
})

describe('pages of one document that were uploaded apart', () => {
  const group = 'of the contract'

  test('are one group of a dataset, whenever they come, and retire together', async () => {
    await using server = await testServer()
    const [one, two] = [
      await reviewed(server, 'page 1', { group }),
      await reviewed(server, 'page 2', { group, text: 'Quite another page, which is the second.' }),
    ]
    await importLines(server, [page('other'), page('another')])
    await merge(server, { reviews: [one.review] })
    await merge(server, { reviews: [two.review] })
    const together = [['another'], ['other'], ['page 1', 'page 2']]
    expect(await groups(server)).toEqual(together)
    await importLines(server, [page('more')], { mode: 'add' })
    expect(await groups(server)).toEqual([['another'], ['more'], ['other'], ['page 1', 'page 2']])
  })

  test('do not come into two hidden splits, of one dataset or of two', async () => {
    await using server = await testServer()
    const [one, two] = [
      await reviewed(server, 'page 1', { group }),
      await reviewed(server, 'page 2', { group, text: 'Quite another page, which is the second.' }),
    ]
    await merge(server, { reviews: [two.review] })
    const taken = { status: 409, code: 'split-taken' }
    const audit = { reviews: [one.review], split: 'audit' as const }
    expect(await merge(server, audit)).toMatchObject(taken)
    expect(await merge(server, audit, 'others')).toMatchObject(taken)
    const line = { id: 'p1', split: 'audit', document: one.sha256, issues: [] }
    const refused = await importLines(server, [line], { dataset: 'others' })
    expect(refused).toMatchObject(taken)
    expect(refused.message).toContain('The example "p1" is in test of letters already')
    expect(await merge(server, { reviews: [one.review] })).toMatchObject({ status: 200 })
  })
})

describe('documents of the same bytes', () => {
  test('are an example each, whoever merges them in whatever order', async () => {
    await using server = await testServer()
    const text = 'The plan will always cover you, says the first page of it.'
    const reviews: string[] = []
    const names = ['one', 'two', 'three', 'four']
    for (const [i, name] of names.entries()) {
      const said = Array.from({ length: i }, () => [accepted])
      reviews.push((await reviewed(server, name, { text, said })).review)
    }
    await server.store.accountTables.db
      .updateTable('documents' as never)
      .set({ name: 'memo.txt', sha256: 'ab'.repeat(32) } as never)
      .execute()
    expect(new Set((await proposals(server)).map(({ id }) => id)).size).toBe(4)
    const last = reviews.pop() ?? ''
    expect(await merge(server, { reviews })).toMatchObject({ status: 200 })
    expect(await proposals(server)).toMatchObject([{ review: last, relabels: false }])
    expect(await merge(server, { reviews: [last] })).toMatchObject({ status: 200 })
    expect((await newest(server)).map(({ issues }) => issues)).toEqual(
      expect.arrayContaining([0, 1, 2, 3]),
    )
  })
})

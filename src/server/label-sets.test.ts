import { expect, test } from 'vitest'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import type { DatasetExample, ListedDataset } from '../schema/api/datasets.ts'
import type { DatasetVersionEntry } from '../schema/api/dataset-version.ts'
import type { LabellingExample, LabelProgress } from '../schema/api/label-sets.ts'
import type { LabelledIssue } from '../schema/example.ts'
import type { LabelSetState } from '../schema/label-set.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Person = Awaited<ReturnType<Server['person']>>

const letter = 'We will always pay. You has to write. Thank you.'
const lines = [
  { id: 'a', split: 'evaluation', paragraphs: [letter, 'Goodbye.'], issues: [] },
  { id: 'b', split: 'test', paragraphs: ['Never mind.'], issues: [] },
]

const promise = label('Promise', 'always', 8)
const grammar = label('Grammar', 'has', 24)
const tone = label('Tone', 'has', 24)
const thanks = label('Tone', 'Thank you', 38)

function label(type: string, text: string, start: number): LabelledIssue {
  return { type, text, location: { paragraph: 0, start, end: start + text.length } }
}

async function withLetters() {
  const server = await testServer()
  const [ann, bob, cleo] = [
    await server.person('ann', ['custodian']),
    await server.person('bob', ['custodian']),
    await server.person('cleo', ['custodian']),
  ]
  const form = formWith(lines.map((line) => JSON.stringify(line)).join('\n'), 'letters.jsonl')
  form.set('splits', 'given')
  expect((await ann.ask('POST', '/api/datasets/letters/versions', form)).status).toBe(201)
  return { ...server, ann, bob, cleo }
}

const at = '/api/datasets/letters/label-sets'

async function read({ ask }: Pick<Person, 'ask'>, id = 'a'): Promise<LabellingExample> {
  return (await (await ask('GET', `${at}/example?id=${id}`)).json()) as LabellingExample
}

type Change = { state?: LabelSetState; issues?: LabelledIssue[]; id?: string }

async function save(person: Pick<Person, 'ask'>, change: Change): Promise<Response> {
  const { state = 'draft', issues = [], id = 'a' } = change
  const { document, mine } = await read(person, id)
  const { revision } = mine
  return person.ask('PUT', `${at}/example`, { id, document, revision, state, issues })
}

async function handIn(person: Person, issues: LabelledIssue[]): Promise<void> {
  expect((await save(person, { state: 'handed-in', issues })).status).toBe(200)
}

type Taking = { person: string; number: number }[]

async function settle({ ask }: Person, taken: Taking, people: Person[]): Promise<Response> {
  const { hash } = await read({ ask })
  const ids = people.map(({ id }) => id)
  return ask('POST', `${at}/settle`, { id: 'a', hash, people: ids, taken, note: 'Talked.' })
}

async function codeOf(answer: Response | Promise<Response>): Promise<unknown> {
  const { status } = await answer
  return [status, ((await (await answer).json()) as { code: string }).code]
}

test('nobody sees what others labelled before they have handed in their own', async () => {
  await using server = await withLetters()
  const { ann, bob, cleo } = server
  await save(ann, { issues: [promise] })
  await handIn(bob, [grammar])
  const before = await read(ann)
  expect(before.mine).toMatchObject({ state: 'draft', revision: 1, labels: [promise] })
  expect(before.annotators.map(({ person, state }) => `${person.name} ${state}`)).toEqual(
    expect.arrayContaining(['ann draft', 'bob handed-in']),
  )
  expect(before.comparison).toBeNull()
  expect(JSON.stringify(before)).not.toContain('Grammar')
  const progressOf = async ({ ask }: Person) =>
    (await (await ask('GET', at)).json()) as LabelProgress
  await handIn(cleo, [grammar])
  expect((await progressOf(ann)).agreement.examples).toBe(0)
  expect((await progressOf(cleo)).agreement).toMatchObject({ examples: 1, issues: { things: 1 } })
  expect(await codeOf(settle(ann, [], [bob, cleo]))).toEqual([409, 'labels-not-handed-in'])
  await handIn(ann, [promise])
  expect((await read(ann)).comparison?.sets).toHaveLength(3)
})

test('labels that two people handed in apart are compared, settled and become a version', async () => {
  await using server = await withLetters()
  const { ann, bob, cleo } = server
  await handIn(ann, [promise, grammar])
  await handIn(bob, [thanks, tone, { ...promise, text: 'will always', location: {} }])
  const progress = (await (await ann.ask('GET', at)).json()) as LabelProgress
  expect(progress).toMatchObject({ examples: 2, several: 1, settled: 0 })
  expect(progress.annotators.map(({ handedIn }) => handedIn)).toEqual([1, 1])
  const { agreement } = progress
  expect(agreement.issues).toMatchObject({ things: 3, percent: { value: 1 / 3 } })
  expect(agreement.issues.percent.lower).toBeLessThan(1 / 3)
  expect(agreement.paragraphs).toMatchObject({ things: 2, percent: { value: 1 } })
  expect(agreement.types).toMatchObject({ things: 2, percent: { value: 0.5 } })

  // Who labels nothing may settle, but labels no more.
  expect((await save(cleo, { state: 'abstained' })).status).toBe(200)
  expect(await codeOf(save(cleo, { issues: [promise] }))).toEqual([409, 'label-set-changed'])
  const { comparison } = await read(cleo)
  const places = comparison?.places.map(({ isAgreed, labels }) => [isAgreed, labels.length])
  expect(places).toEqual([
    [true, 2],
    [false, 2],
    [false, 1],
  ])
  const [first, second] = [ann, bob].map(({ id }) => id)
  const both = [
    { person: first ?? '', number: 1 },
    { person: second ?? '', number: 1 },
  ]
  expect(await codeOf(settle(cleo, both, [ann, bob]))).toEqual([400, 'label-taken-twice'])
  const none = [{ person: first ?? '', number: 9 }]
  expect(await codeOf(settle(cleo, none, [ann, bob]))).toEqual([404, 'label-not-found'])
  expect(await codeOf(settle(cleo, [], [ann]))).toEqual([409, 'label-sets-changed'])

  const taken = [{ person: first ?? '', number: 0 }, both[1] ?? { person: '', number: 0 }]
  const version = await settle(cleo, taken, [ann, bob])
  expect(await version.json()).toMatchObject({
    added: true,
    createdBy: { name: 'cleo' },
    provenance: { source: 'label-sets', note: 'Talked.' },
    splits: [{ issues: 2 }, { issues: 0 }],
  })
  const example = await ann.ask('GET', '/api/datasets/letters/versions/newest/example?id=a')
  const { labels, labelled } = (await example.json()) as DatasetExample
  expect(labels).toEqual([promise, tone])
  expect(labelled?.by.map(({ name }) => name).toSorted()).toEqual(['ann', 'bob'])
  expect(labelled?.settledBy?.name).toBe('cleo')
  expect((await read(ann)).settled?.by.name).toBe('cleo')
  expect(await codeOf(settle(cleo, taken, [ann, bob]))).toEqual([409, 'example-settled'])
  const dora = await server.person('dora', ['custodian'])
  expect(await codeOf(save(dora, {}))).toEqual([409, 'example-settled'])
})

test('labels that somebody else settles at the same moment become no version of their own', async () => {
  await using server = await withLetters()
  const { ann, bob, store } = server
  await handIn(ann, [promise])
  await handIn(bob, [grammar])
  const { document } = await read(ann)
  const append = store.audit.append.bind(store.audit)
  store.audit.append = async (events) => {
    const text = { dataset: 'letters', example: 'a', document }
    await store.labelSets.settle(text, { people: [ann.id, bob.id], by: bob.id })
    store.audit.append = append
    return append(events)
  }
  const taken = [{ person: ann.id, number: 0 }]
  expect(await codeOf(settle(ann, taken, [ann, bob]))).toEqual([409, 'label-sets-changed'])
  const versions = await store.datasets.versions('everything', { dataset: 'letters', limit: 9 })
  expect(versions).toHaveLength(1)
  const log = await store.audit.list({ actor: ann.id, limit: 2 })
  expect(log.map(({ action }) => action)).toEqual(['dataset-not-changed', 'dataset-changed'])
})

/** Has something happen when the log is told of the next change, before that is made. */
function beforeNextChange({ store: { audit } }: Server, act: () => Promise<unknown>): void {
  const append = audit.append.bind(audit)
  audit.append = async (events) => {
    if (!events.some(({ action }) => action === 'dataset-changed')) return append(events)
    audit.append = append
    await act()
    return append(events)
  }
}

test('labels that somebody hands in while others are settled are not left out', async () => {
  await using server = await withLetters()
  const { ann, bob, cleo } = server
  await handIn(ann, [promise, grammar])
  await handIn(bob, [promise])
  beforeNextChange(server, () => handIn(cleo, [tone]))
  const taken = [{ person: ann.id, number: 0 }]
  expect(await codeOf(settle(ann, taken, [ann, bob]))).toEqual([409, 'label-sets-changed'])
  expect((await read(ann)).settled).toBeNull()
  expect((await settle(ann, taken, [ann, bob, cleo])).status).toBe(200)
})

test('labels that are handed in while others are settled are refused, not kept beside them', async () => {
  await using server = await withLetters()
  const { ann, bob, cleo } = server
  await handIn(ann, [promise])
  await handIn(bob, [promise])
  const taken = [{ person: ann.id, number: 0 }]
  beforeNextChange(server, async () => {
    expect((await settle(ann, taken, [ann, bob])).status).toBe(200)
  })
  const late = save(cleo, { state: 'handed-in', issues: [tone] })
  expect(await codeOf(late)).toEqual([409, 'example-settled'])
  expect((await read(cleo)).annotators.map(({ person }) => person.name)).toEqual(['ann', 'bob'])
})

test('labels are not saved over others, of another text, or where they are no labels', async () => {
  await using server = await withLetters()
  const { ann } = server
  const { document } = await read(ann)
  const first = { id: 'a', document, revision: 0, state: 'draft', issues: [promise] }
  const put = (more: object) => ann.ask('PUT', `${at}/example`, { ...first, ...more })
  expect((await put({})).status).toBe(200)
  expect(await codeOf(put({}))).toEqual([409, 'label-set-changed'])
  expect(await codeOf(put({ document: 'ab'.repeat(32) }))).toEqual([409, 'example-changed'])
  expect(await codeOf(put({ id: 'z' }))).toEqual([404, 'example-not-found'])
  const wrong = { revision: 1, issues: [{ ...promise, text: 'never' }] }
  expect(await codeOf(put(wrong))).toEqual([400, 'label-malformed'])
  expect(await codeOf(settle(ann, [], [ann]))).toEqual([409, 'labels-not-handed-in'])
  await handIn(ann, [promise])
  expect(await codeOf(settle(ann, [], [ann]))).toEqual([409, 'label-sets-too-few'])
})

test('settled labels that the version has already are no new version, but are settled', async () => {
  await using server = await withLetters()
  const { ann, bob, store } = server
  await handIn(ann, [promise])
  await handIn(bob, [])
  const settled = await settle(ann, [], [ann, bob])
  expect(await settled.json()).toMatchObject({ added: false, splits: [{}, { split: 'test' }] })
  // The answer tells how large the splits are.
  const [entry] = await store.audit.list({ action: 'hidden-read', subject: 'letters', limit: 1 })
  expect(entry).toMatchObject({ actor: ann.id, details: expect.stringContaining('"test":1') })
  expect((await read(bob)).settled?.by.name).toBe('ann')
})

test('what is hidden by itself and goes with what was shown is shown by no settling unasked', async () => {
  await using server = await withLetters()
  const { ann, bob, store } = server
  const both = ['c', 'd'].map((id) => ({ id, paragraphs: [`${id}: we pay.`], issues: [] }))
  const add = async (dataset: string, examples: object[]) => {
    const form = formWith(examples.map((one) => JSON.stringify(one)).join('\n'), 'more.jsonl')
    const fields = { mode: 'add', splits: 'given', showHidden: 'true' }
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    expect((await ann.ask('POST', `/api/datasets/${dataset}/versions`, form)).status).toBe(201)
  }
  await add(
    'letters',
    both.map((one) => ({ ...one, split: 'test', group: 'both' })),
  )
  await add('open', [{ ...both[0], split: 'evaluation' }])
  await handIn(ann, [promise])
  await handIn(bob, [grammar])
  const taken = [{ person: ann.id, number: 0 }]
  expect(await codeOf(settle(ann, taken, [ann, bob]))).toEqual([409, 'hidden-shown'])
  const [entry] = await store.audit.list({ action: 'hidden-read', subject: 'letters', limit: 1 })
  expect(entry).toMatchObject({ actor: ann.id, details: expect.stringContaining('"test":1') })
  const { hash } = await read(ann)
  const confirmed = { id: 'a', hash, people: [ann.id, bob.id], taken, showHidden: true }
  const settled = await ann.ask('POST', `${at}/settle`, confirmed)
  const shown = [{ id: 'd', dataset: 'letters', split: 'test' }]
  expect(await settled.json()).toMatchObject({ added: true, shown })
})

test('examples are listed with how far each is, and hidden ones are known to the audit log', async () => {
  await using server = await withLetters()
  const { ann, bob } = server
  await save(bob, { issues: [promise] })
  await handIn(ann, [promise])
  const answer = await ann.ask('GET', `${at}/examples`)
  expect(await answer.json()).toEqual({
    items: [
      { id: 'a', split: 'evaluation', mine: 'handed-in', drafts: 1, handedIn: 1, isSettled: false },
      { id: 'b', split: 'test', mine: null, drafts: 0, handedIn: 0, isSettled: false },
    ],
    next: null,
  })
  await read(bob, 'b')
  const entries = await server.store.audit.list({ limit: 9 })
  const reads = entries.filter(({ action }) => action === 'hidden-read')
  expect(reads.map(({ actor }) => actor)).toEqual([bob.id, ann.id])
})

test('the audit log tells of labels for a hidden example without its hash', async () => {
  await using server = await withLetters()
  const { ann, bob } = server
  const { hash, document } = await read(ann, 'b')
  for (const person of [ann, bob]) await save(person, { id: 'b', state: 'handed-in' })
  const people = [ann.id, bob.id]
  const settled = { id: 'b', hash, people, taken: [], note: 'Talked.' }
  expect((await ann.ask('POST', `${at}/settle`, settled)).status).toBe(200)
  const issues = [{ type: 'Tone', text: 'somewhere', location: {} }]
  const labels = { id: 'b', hash, issues }
  expect((await ann.ask('POST', '/api/datasets/letters/labels', labels)).status).toBe(200)
  const entries = await server.store.audit.list({ action: 'dataset-changed', limit: 9 })
  const named = entries.filter(({ details }) => details.includes('"hidden:'))
  expect(named).toHaveLength(4)
  const told = JSON.stringify(await server.store.audit.list({ limit: 99 }))
  for (const one of [hash, document]) expect(told).not.toContain(one.slice(0, 12))
})

test('only custodians label, compare and settle', async () => {
  await using server = await withLetters()
  for (const role of ['engineer', 'reviewer', 'approver', 'operator', 'admin'] as const) {
    const { ask } = await server.person(role, [role])
    for (const [method, path] of [
      ['GET', at],
      ['GET', `${at}/examples`],
      ['GET', `${at}/example?id=a`],
      ['PUT', `${at}/example`],
      ['POST', `${at}/settle`],
      ['PUT', '/api/datasets/letters/owner'],
    ] as const) {
      const answer = await ask(method, path, method === 'GET' ? undefined : {})
      expect([role, path, answer.status]).toEqual([role, path, 403])
    }
  }
})

test.each(['command-line', 'nobody'])(
  'what is of %s has no owner until a custodian takes it over',
  async (owner) => {
    await using server = await withLetters()
    const { ann, bob, store } = server
    await store.datasets.handOn({ dataset: 'letters', owner, by: owner })
    const listed = async () => {
      const { items } = (await (await ann.ask('GET', '/api/datasets')).json()) as {
        items: ListedDataset[]
      }
      return items[0]?.owner
    }
    expect(await listed()).toBeNull()
    const taken = await ann.ask('PUT', '/api/datasets/letters/owner', { person: bob.id })
    expect(taken.status).toBe(200)
    expect(await listed()).toEqual({ id: bob.id, name: 'bob' })
  },
)

test('a dataset is of who made it, until it is handed on to another custodian', async () => {
  await using server = await withLetters()
  const { ann, bob } = server
  const engineer = await server.person('eve', ['engineer'])
  const ownerAs = async ({ ask }: Person): Promise<string | undefined> => {
    const { items } = (await (await ask('GET', '/api/datasets')).json()) as {
      items: (DatasetVersionEntry & ListedDataset)[]
    }
    return items[0]?.owner?.name
  }
  expect(await ownerAs(engineer)).toBe('ann')
  const handOn = (person: string, dataset = 'letters') =>
    bob.ask('PUT', `/api/datasets/${dataset}/owner`, { person })
  expect(await codeOf(handOn(engineer.id))).toEqual([400, 'person-no-custodian'])
  expect(await codeOf(handOn('nobody'))).toEqual([400, 'person-no-custodian'])
  expect(await codeOf(handOn(bob.id, 'memos'))).toEqual([404, 'dataset-not-found'])
  expect(await (await handOn(bob.id)).json()).toEqual({ owner: { id: bob.id, name: 'bob' } })
  expect(await ownerAs(ann)).toBe('bob')
  expect(await ownerAs(engineer)).toBe('bob')
  const [entry] = await server.store.audit.list({ action: 'dataset-changed', limit: 1 })
  expect(entry).toMatchObject({
    action: 'dataset-changed',
    subject: 'letters',
    details: JSON.stringify({ mode: 'hand-on', owner: bob.id }),
  })
})

import { expect, test } from 'vitest'
import { markRead, reviewed, reviewedAgain, words } from '../../test/helpers/reviewed-document.ts'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import { watchStatements } from '../../test/helpers/watch-statements.ts'
import { hiddenNames } from '../access/hidden-names.ts'
import { groupOfText } from '../document/document-group.ts'
import { timeOrderedId } from '../lib/time-ordered-id.ts'
import type { Split } from '../schema/access.ts'
import type { DatasetExample } from '../schema/api/datasets.ts'
import type { DatasetVersionEntry } from '../schema/api/dataset-version.ts'
import type { ProposalEntry } from '../schema/api/dataset-proposals.ts'
import { plantText } from '../store/split-samples.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Ask = Server['solo']

async function proposals(ask: Ask, dataset = 'letters'): Promise<ProposalEntry[]> {
  const answer = await ask('GET', `/api/datasets/${dataset}/proposals`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { items: ProposalEntry[] }).items
}

type MergeBody = {
  reviews: string[]
  rotate?: boolean
  version?: string
  split?: Split
  showHidden?: boolean
}

async function merge(ask: Ask, body: MergeBody) {
  const answer = await ask('POST', '/api/datasets/letters/proposals/merge', body)
  const done = (await answer.json()) as DatasetVersionEntry & { retired: number; code?: string }
  return { status: answer.status, ...done }
}

async function examples(ask: Ask): Promise<DatasetExample[]> {
  const answer = await ask('GET', '/api/datasets/letters/versions/newest/examples?limit=100')
  return ((await answer.json()) as { items: DatasetExample[] }).items
}

const accepted = { kind: 'accepted' } as const
const dismissed = { kind: 'dismissed', reason: null } as const
const edited = { kind: 'edited', edit: { suggestedFix: 'scheme' } } as const

test('verdicts on a document that was reviewed whole become an example with its provenance', async () => {
  await using server = await testServer()
  const { ask } = await server.person('cleo', ['custodian'])
  const said = [[accepted], [dismissed], [accepted, edited], [accepted, dismissed]]
  const { review, sha256 } = await reviewed(server, 'memo.txt', { said, missed: true })
  const verdicts = { accepted: 1, edited: 1, dismissed: 1, disputed: 1, missed: 1 }
  expect(await proposals(ask)).toEqual([
    {
      review,
      id: 'memo.txt',
      name: 'memo.txt',
      sha256,
      split: 'test',
      relabels: false,
      issues: 4,
      verdicts,
      readBy: [{ id: 'person 0', name: 'Somebody who has left' }],
    },
  ])
  expect(await merge(ask, { reviews: [review] })).toMatchObject({
    status: 200,
    added: true,
    retired: 0,
    splits: [{ split: 'test', examples: 1, issues: 4 }],
    provenance: { source: 'reviews', groups: { kept: 1, drawn: 0, chosen: 0 } },
  })
  const [example] = await examples(ask)
  expect(example).toMatchObject({ id: 'memo.txt', file: { name: 'memo.txt', sha256 } })
  expect(example?.paragraphs).toEqual([{ index: 0, page: 1, text: `${words} memo.txt` }])
  const labels = example?.labels?.map(({ text, suggestedFix, ignore, location }) => {
    return [text, suggestedFix, ignore, location.start]
  })
  expect(labels).toEqual([
    ['plan', null, undefined, 4],
    ['plan', 'scheme', undefined, 6],
    ['plan', null, true, 7],
    ['always', null, undefined, 14],
  ])
  const version = await server.store.datasets.version('everything', { dataset: 'letters' })
  const stored = await server.store.datasets.example('everything', version?.id ?? '', 'memo.txt')
  const origin = { id: review, ...verdicts, readBy: ['person 0'] }
  expect(stored?.provenance).toMatchObject({ source: sha256, review: origin })
  expect(await proposals(ask)).toEqual([])
})

test('a verdict that comes later proposes other labels for the same example', async () => {
  await using server = await testServer()
  const { review, issues } = await reviewed(server, 'memo.txt', { said: [[accepted]] })
  await merge(server.solo, { reviews: [review] })
  const [issue] = issues
  const one = { id: timeOrderedId(), review, issue: issue!.id, person: 'person 0', added: null }
  await server.store.verdicts.add({ ...one, judgement: dismissed }, 1)
  expect(await proposals(server.solo)).toMatchObject([
    { id: 'memo.txt', relabels: true, issues: 0 },
  ])
  await merge(server.solo, { reviews: [review] })
  expect((await examples(server.solo)).map(({ id, labels }) => [id, labels])).toEqual([
    ['memo.txt', []],
  ])
})

test('ten reviews are looked through by as many statements as two', async () => {
  await using server = await testServer()
  const statements = async (): Promise<number> => {
    using watched = watchStatements()
    return (await watched.during(() => proposals(server.solo))).statements.length
  }
  // Not hidden: of each of those there is an entry in the audit log.
  const seen = { split: 'evaluation' as const, said: [[accepted]] }
  for (const name of ['a', 'b']) await reviewed(server, name, seen)
  // The first one makes the key of names in the audit log.
  await statements()
  const before = await statements()
  expect(before).toBeGreaterThan(4)
  for (let i = 0; i < 8; i += 1) await reviewed(server, `more ${i}`, seen)
  expect(await proposals(server.solo)).toHaveLength(10)
  expect(await statements()).toBe(before)
})

test('what nobody has read whole, or is not judged to its end, proposes nothing', async () => {
  await using server = await testServer()
  await reviewed(server, 'a part of it', { read: false, said: [[accepted]] })
  await reviewed(server, 'nothing found', { read: false })
  await reviewed(server, 'still open', { said: [[accepted], []] })
  const gone = await reviewed(server, 'forgotten', { said: [[accepted]] })
  await server.store.documents.forget(gone.sha256)
  expect(await proposals(server.solo)).toEqual([])
  const { status, code } = await merge(server.solo, { reviews: [gone.review] })
  expect({ status, code }).toEqual({ status: 404, code: 'proposal-not-found' })
})

test('a document in which nothing was found is an example with no issue once somebody has read all of it', async () => {
  await using server = await testServer()
  const { review, sha256: document } = await reviewed(server, 'quiet', { read: false })
  expect(await proposals(server.solo)).toEqual([])
  await markRead(server.store, { document, review })
  expect(await proposals(server.solo)).toMatchObject([{ id: 'quiet', issues: 0 }])
  expect(await merge(server.solo, { reviews: [review] })).toMatchObject({ added: true })
  expect((await examples(server.solo)).map(({ id, labels }) => [id, labels])).toEqual([
    ['quiet', []],
  ])
})

test('a mark that is taken back proposes nothing any more', async () => {
  await using server = await testServer()
  const { review, sha256: document } = await reviewed(server, 'memo.txt', { said: [[accepted]] })
  expect(await proposals(server.solo)).toHaveLength(1)
  await markRead(server.store, { document, review }, 'withdrawn')
  expect(await proposals(server.solo)).toEqual([])
})

test('what a new review finds is to be judged before the document counts again; what was missed stays', async () => {
  await using server = await testServer()
  const said = { said: [[accepted], [accepted]], missed: true }
  const { sha256 } = await reviewed(server, 'memo.txt', said)
  expect(await proposals(server.solo)).toMatchObject([{ issues: 3 }])
  // It finds the first two again, and not the one that was added.
  const later = await reviewedAgain(server, sha256, { said: [[], [dismissed]] })
  expect(await proposals(server.solo)).toEqual([])
  const [issue] = later.issues
  const one = { id: timeOrderedId(), issue: issue!.id, person: 'person 0', added: null }
  await server.store.verdicts.add({ ...one, review: later.review, judgement: accepted }, 0)
  expect(await proposals(server.solo)).toMatchObject([
    { review: later.review, issues: 2, verdicts: { accepted: 1, dismissed: 1, missed: 1 } },
  ])
})

test('a review that did not come to its end holds the document back, one that tries a draft does not', async () => {
  await using server = await testServer()
  const { review, sha256: document } = await reviewed(server, 'memo.txt', { said: [[accepted]] })
  const { hash: flowVersion } = await server.host.flows.current()
  const asked = { issueOrder: 'document' as const, fullReview: false, requester: 'rita' }
  const next = { id: timeOrderedId(), document, flowVersion, ...asked }
  await server.store.reviews.create({ ...next, trial: true })
  expect(await proposals(server.solo)).toMatchObject([{ review }])
  const failed = timeOrderedId()
  await server.store.reviews.create({ ...next, id: failed })
  await server.store.reviews.end(failed, { state: 'failed' })
  expect(await proposals(server.solo)).toEqual([])
})

test('what was forgotten and came again proposes nothing of what was said before', async () => {
  await using server = await testServer()
  const { review, sha256 } = await reviewed(server, 'memo.txt', { said: [[accepted]] })
  const { store } = server
  await store.documents.forget(sha256)
  // So that it is later than all that was said.
  await new Promise((resolve) => setTimeout(resolve, 5))
  const facts = { mediaType: 'text/plain', bytes: 1, uploader: 'rita' }
  const group = { id: 'group memo.txt', split: 'test' as const, shownToEngineer: false }
  await store.documents.add({ sha256, name: 'memo.txt', ...facts, group })
  const page = { number: 1, width: null, height: null, hasText: true }
  const body = { index: 0, page: 1, text: words, role: 'body' as const, words: [] }
  const read = { sha256, name: 'memo.txt', pages: [page], paragraphs: [body], language: 'en' }
  await store.documents.markReady(sha256, read)
  await markRead(store, { document: sha256, review })
  expect(await proposals(server.solo)).toEqual([])
  const again = await reviewedAgain(server, sha256, { said: [[accepted]] })
  expect(await proposals(server.solo)).toMatchObject([{ review: again.review, issues: 1 }])
})

test('a proposal that is declined comes again only when its verdicts change', async () => {
  await using server = await testServer()
  const first = await reviewed(server, 'first', { said: [[accepted]] })
  await merge(server.solo, { reviews: [first.review] })
  const { review, issues } = await reviewed(server, 'second', { said: [[accepted]] })
  const path = '/api/datasets/letters/proposals/decline'
  expect((await server.solo('POST', path, { reviews: [review] })).status).toBe(200)
  expect(await proposals(server.solo)).toEqual([])
  expect(await proposals(server.solo, 'others')).toHaveLength(2)
  // What is declined already, or was never proposed, is not declined.
  for (const gone of [review, 'none']) {
    const answer = await server.solo('POST', path, { reviews: [gone] })
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code: 'proposal-not-found' })
  }
  const one = { id: timeOrderedId(), review, issue: issues[0]!.id, person: 'person 0', added: null }
  await server.store.verdicts.add({ ...one, judgement: dismissed }, 1)
  expect(await proposals(server.solo)).toMatchObject([{ review }])
})

test('copies that come together in one split are told with the merge, and no others', async () => {
  await using server = await testServer()
  const { ask } = await server.person('cleo', ['custodian'])
  const text = Array.from({ length: 80 }, (_, i) => `word${i}`).join(' ')
  const first = await reviewed(server, 'first', { text })
  const none = { sets: 0, found: [] }
  expect(await merge(ask, { reviews: [first.review] })).toMatchObject({ status: 200, copies: none })
  const copy = await reviewed(server, 'copy', { text: text.replace('word40', 'other') })
  const examplesFound = ['copy', 'first'].map((id) => ({ id, split: 'test' }))
  expect(await merge(ask, { reviews: [copy.review] })).toMatchObject({
    added: true,
    copies: { sets: 1, found: [{ examples: examplesFound }] },
  })
  const other = await reviewed(server, 'other', { said: [[accepted]] })
  expect(await merge(ask, { reviews: [other.review] })).toMatchObject({ added: true, copies: none })
})

test('two documents of one name are two examples', async () => {
  await using server = await testServer()
  const one = await reviewed(server, 'memo.txt', { text: 'One.' })
  await merge(server.solo, { reviews: [one.review] })
  const other = await reviewed(server, 'memo.txt2', { text: 'Two.' })
  await server.store.accountTables.db
    .updateTable('documents' as never)
    .set({ name: 'memo.txt' } as never)
    .execute()
  await merge(server.solo, { reviews: [other.review] })
  expect((await examples(server.solo)).map(({ id }) => id)).toEqual([
    'memo.txt',
    `memo.txt ${other.sha256}`,
  ])
})

test('what would be hidden and stands in a prompt or a rule is refused', async () => {
  await using server = await testServer()
  const { hash } = await server.host.flows.current()
  const { manifest } = await server.host.flows.get(hash)
  const files = manifest.agents.flatMap((agent) => agent.files)
  const text = files
    .flatMap((file) => file.text.split('\n'))
    .find((line) => line.split(' ').length > 11)
  const hidden = await reviewed(server, 'hidden', { text: text ?? '' })
  const open = await reviewed(server, 'open', { text: text ?? '', split: 'evaluation' })
  const { status, code } = await merge(server.solo, { reviews: [hidden.review] })
  expect({ status, code }).toEqual({ status: 400, code: 'proposal-leaks' })
  const subject = (await hiddenNames(server.store))(hidden.sha256)
  const [read] = await server.store.audit.list({ subject, limit: 1 })
  expect(read).toMatchObject({ action: 'hidden-read', actor: server.first.id })
  expect((await merge(server.solo, { reviews: [open.review] })).status).toBe(200)
  // As the check says, too: what engineers have in an example of theirs is no secret.
  const later = await reviewed(server, 'later', { text: `${text} So it is there.` })
  expect((await merge(server.solo, { reviews: [later.review] })).status).toBe(200)
})

test('so is what stands in a draft of the flow only', async () => {
  await using server = await testServer()
  const text = 'Nobody at the eleventh counter ever knew why the blue forms were printed twice.'
  const files = [{ name: 'guidelines.md', text: `Be brief. ${text}` }]
  const agent = 'definitive-language-llm'
  const draft = await server.solo('POST', '/api/flow/drafts', { agent, files })
  expect(draft.status).toBe(201)
  const { version } = (await draft.json()) as { version: string }
  const hidden = await reviewed(server, 'hidden', { text })
  const { status, code } = await merge(server.solo, { reviews: [hidden.review] })
  expect({ status, code }).toEqual({ status: 400, code: 'proposal-leaks' })
  await server.store.drafts.remove((await server.store.drafts.get(version, ''))!)
  expect((await merge(server.solo, { reviews: [hidden.review] })).status).toBe(200)
})

test('with a rotation a third of test goes into evaluation, for ever, and proposals come in', async () => {
  await using server = await testServer()
  const lines = Array.from({ length: 7 }, (_, i) => {
    const text = `Letter ${i} speaks of ${'abcdefg'[i]?.repeat(9)}.`
    return JSON.stringify({ id: `old ${i}`, split: 'test', paragraphs: [text], issues: [] })
  })
  const form = formWith(lines.join('\n'), 'letters.jsonl')
  form.set('splits', 'given')
  expect((await server.solo('POST', '/api/datasets/letters/versions', form)).status).toBe(201)
  const { review } = await reviewed(server, 'fresh', { said: [[accepted]] })
  const rotated = await merge(server.solo, { reviews: [review], rotate: true })
  expect(rotated).toMatchObject({
    retired: 2,
    test: { before: 7, after: 6, refilled: 1 },
    splits: [
      { split: 'evaluation', examples: 2 },
      { split: 'test', examples: 6 },
    ],
    provenance: { source: 'rotation', groups: { kept: 6, chosen: 2, drawn: 0 } },
  })
  const again = await merge(server.solo, { reviews: [], rotate: true })
  expect(again.splits.map(({ examples: count }) => count)).toEqual([4, 4])
  const retired = (await examples(server.solo)).find(
    ({ id, split }) => split === 'evaluation' && id.startsWith('old'),
  )
  const back = formWith(lines.find((line) => line.includes(`"${retired?.id}"`)) ?? '', 'a.jsonl')
  back.set('splits', 'given')
  const answer = await server.solo('POST', '/api/datasets/others/versions', back)
  expect(await answer.json()).toMatchObject({ code: 'group-shown' })
})

test('what retires with other labels retires all the same, and is counted', async () => {
  await using server = await testServer()
  const { review, issues } = await reviewed(server, 'memo.txt', { said: [[accepted]] })
  await merge(server.solo, { reviews: [review] })
  const [issue] = issues
  const one = { id: timeOrderedId(), review, issue: issue!.id, person: 'person 0', added: null }
  await server.store.verdicts.add({ ...one, judgement: dismissed }, 1)
  const { review: next } = await reviewed(server, 'next')
  expect(await merge(server.solo, { reviews: [review, next], rotate: true })).toMatchObject({
    retired: 1,
    splits: [
      { split: 'evaluation', examples: 1, issues: 0 },
      { split: 'test', examples: 1 },
    ],
  })
  // The document is hidden as ever; as an example it stays where engineers see it.
  const later = { ...one, id: timeOrderedId(), judgement: accepted }
  await server.store.verdicts.add(later, 2)
  expect(await proposals(server.solo)).toMatchObject([{ relabels: true, split: 'evaluation' }])
  const elsewhere = await proposals(server.solo, 'others')
  expect(elsewhere.find(({ id }) => id === 'memo.txt')).toMatchObject({ split: 'evaluation' })
  expect(await merge(server.solo, { reviews: [review] })).toMatchObject({
    splits: [
      { split: 'evaluation', examples: 1, issues: 1 },
      { split: 'test', examples: 1 },
    ],
  })
})

test('what a rotation comes to is told before it, in the audit log, and by nothing that changes', async () => {
  await using server = await testServer()
  const { ask, id } = await server.person('cleo', ['custodian'])
  const said = [[accepted]]
  const first = await Promise.all(['a', 'b', 'c'].map((name) => reviewed(server, name, { said })))
  await merge(ask, { reviews: first.map(({ review }) => review) })
  const { review } = await reviewed(server, 'fresh', { said: [[accepted], [accepted]] })
  const path = '/api/datasets/letters/proposals/rotation'
  const [before] = await server.store.datasets.list('everything')
  const reads = await server.store.audit.list({ actor: id, action: 'hidden-read', limit: 100 })
  const answer = await ask('POST', path, { reviews: [review] })
  const plan = (await answer.json()) as { version: string }
  expect(plan).toEqual({
    version: before?.hash,
    before: { groups: 3, examples: 3, issues: 3 },
    retiring: { groups: 1, examples: 1, issues: 1 },
    refilled: { groups: 1, examples: 1, issues: 2 },
    after: { groups: 3, examples: 3, issues: 4 },
  })
  const newest = await server.store.audit.list({ actor: id, action: 'hidden-read', limit: 100 })
  expect(newest.length).toBeGreaterThan(reads.length)
  expect(await server.store.datasets.list('everything')).toEqual([before])

  const rotation = { reviews: [review], rotate: true, version: plan.version }
  expect(await merge(ask, rotation)).toMatchObject({
    retired: 1,
    test: { before: 3, after: 3, refilled: 1 },
    splits: [
      { split: 'evaluation', examples: 1, issues: 1 },
      { split: 'test', examples: 3, issues: 4 },
    ],
  })
  const { status, code } = await merge(ask, { ...rotation, reviews: [] })
  expect({ status, code }).toEqual({ status: 409, code: 'dataset-changed' })
  const missing = await ask('POST', '/api/datasets/nothing/proposals/rotation', { reviews: [] })
  expect(missing.status).toBe(404)
})

test('a rotation that would leave test without an example is refused until something comes in', async () => {
  await using server = await testServer()
  const { review } = await reviewed(server, 'only')
  await merge(server.solo, { reviews: [review] })
  const path = '/api/datasets/letters/proposals/rotation'
  const planned = await server.solo('POST', path, { reviews: [] })
  expect(planned.status).toBe(400)
  const { code, message } = (await planned.json()) as { code: string; message: string }
  expect(code).toBe('rotation-empties-test')
  expect(message).toContain('it has 1 group, and nothing comes in')
  const changes = () => server.store.audit.list({ action: 'dataset-changed', limit: 100 })
  const before = await changes()
  const refused = await merge(server.solo, { reviews: [], rotate: true })
  expect(refused).toMatchObject({ status: 400, code: 'rotation-empties-test' })
  expect(await changes()).toEqual(before)
  expect(await server.store.datasets.list('everything')).toMatchObject([
    { splits: [{ split: 'test', examples: 1 }] },
  ])
  // What comes in, but not into test, leaves it as empty.
  const open = await reviewed(server, 'open', { split: 'evaluation' })
  const still = await merge(server.solo, { reviews: [open.review], rotate: true })
  expect(still).toMatchObject({ status: 400, code: 'rotation-empties-test' })
  const fresh = await reviewed(server, 'fresh')
  expect(await merge(server.solo, { reviews: [fresh.review], rotate: true })).toMatchObject({
    retired: 1,
    test: { before: 1, after: 1, refilled: 1 },
  })
})

const splitOf = async (ask: Ask, id: string) =>
  (await examples(ask)).find((example) => example.id === id)?.split

test('a custodian says the split of what they merge, and it stays there in later versions and datasets', async () => {
  await using server = await testServer()
  const { ask, id: cleo } = await server.person('cleo', ['custodian'])
  const { review } = await reviewed(server, 'memo.txt')
  expect(await merge(ask, { reviews: [review], split: 'audit' })).toMatchObject({
    status: 200,
    splits: [{ split: 'audit', examples: 1 }],
    provenance: { groups: { kept: 0, drawn: 0, chosen: 1 } },
  })
  const version = await server.store.datasets.version('everything', { dataset: 'letters' })
  const stored = await server.store.datasets.example('everything', version?.id ?? '', 'memo.txt')
  expect(stored?.provenance).toMatchObject({ chosen: { split: 'audit', by: cleo } })
  expect(await examples(ask)).toMatchObject([{ splitSaidBy: { id: cleo } }])
  const [said] = await server.store.audit.list({ action: 'dataset-changed', limit: 1 })
  expect(JSON.parse(said?.details ?? '')).toMatchObject({ mode: 'merge', split: 'audit' })

  const { review: next } = await reviewed(server, 'next')
  await merge(ask, { reviews: [next] })
  expect(await splitOf(ask, 'memo.txt')).toBe('audit')
  expect(await splitOf(ask, 'next')).toBe('test')
  const others = await proposals(ask, 'others')
  expect(others.find(({ id }) => id === 'memo.txt')).toMatchObject({ split: 'audit' })
})

test('so does a split that the file of an import gives, though the document was drawn for another', async () => {
  await using server = await testServer()
  const { ask, id } = await server.person('cleo', ['custodian'])
  const { store, host } = server
  const group = groupOfText(host.splitKey, { sha256: '', paragraphs: [{ text: words }] })
  await plantText(store, group, 'test')
  const add = async (name: string, text: string) => {
    const line = { id: name, split: 'audit', paragraphs: [{ page: 1, text }], issues: [] }
    const form = formWith(JSON.stringify(line), 'a.jsonl')
    form.set('splits', 'given')
    form.set('mode', 'add')
    expect((await ask('POST', '/api/datasets/letters/versions', form)).status).toBe(201)
  }
  await add('same text', words)
  await add('other', 'Another one.')
  expect(await splitOf(ask, 'same text')).toBe('audit')
  const chosen = await store.datasets.chosenSplits([group])
  expect(chosen.get(group)).toEqual({ split: 'audit', by: id })
})

test('a split that is said shows nothing hidden unless it is confirmed, and hides nothing that was seen', async () => {
  await using server = await testServer()
  const { ask } = await server.person('cleo', ['custodian'])
  const open = await reviewed(server, 'open', { split: 'evaluation' })
  const hidden = await reviewed(server, 'hidden', { split: 'audit' })
  expect(await merge(ask, { reviews: [open.review], split: 'test' })).toMatchObject({
    status: 400,
    code: 'group-shown',
  })
  const show = { reviews: [hidden.review], split: 'evaluation' as const }
  expect(await merge(ask, show)).toMatchObject({ status: 409, code: 'hidden-shown' })
  expect(await merge(ask, { ...show, showHidden: true })).toMatchObject({
    status: 200,
    splits: [{ split: 'evaluation', examples: 1 }],
  })
})

test('what is hidden in one split of a dataset is not moved to the other, nor are its copies', async () => {
  await using server = await testServer()
  const { ask } = await server.person('cleo', ['custodian'])
  const text = Array.from({ length: 80 }, (_, i) => `word${i}`).join(' ')
  const first = await reviewed(server, 'first', { text, said: [[accepted]] })
  await merge(ask, { reviews: [first.review] })
  const taken = { status: 409, code: 'split-taken' }
  const copy = await reviewed(server, 'copy', { text: text.replace('word40', 'other') })
  expect(await merge(ask, { reviews: [copy.review], split: 'audit' })).toMatchObject(taken)
  // That it is hidden, its sender was told: the log has it.
  const [read] = await server.store.audit.list({ action: 'hidden-read', limit: 1 })
  expect(JSON.parse(read?.details ?? '')).toEqual({ rows: 1, test: 1, which: [expect.any(String)] })
  // Nor by its other labels, nor by way of another dataset.
  const one = { id: timeOrderedId(), review: first.review, issue: first.issues[0]!.id }
  const said = { ...one, person: 'person 0', added: null, judgement: dismissed }
  await server.store.verdicts.add(said, 1)
  expect(await merge(ask, { reviews: [first.review], split: 'audit' })).toMatchObject(taken)
  const path = '/api/datasets/others/proposals/merge'
  const elsewhere = await ask('POST', path, { reviews: [first.review], split: 'audit' })
  expect(elsewhere.status).toBe(409)
  expect(await elsewhere.json()).toMatchObject({
    code: 'split-taken',
    message: expect.stringContaining('in test of letters'),
  })
  expect(await splitOf(ask, 'first')).toBe('test')
  expect(await merge(ask, { reviews: [copy.review], split: 'test' })).toMatchObject({ status: 200 })
})

test('lines that name an uploaded document by its hash make the example of it, which its review then labels', async () => {
  await using server = await testServer()
  const { ask } = await server.person('cleo', ['custodian'])
  const { review, sha256 } = await reviewed(server, 'memo.txt', { said: [[accepted]] })
  const label = { type: 'Tone', text: 'always', location: { paragraph: 0, start: 14, end: 20 } }
  const line = { id: 'memo', document: sha256, issues: [label] }
  const form = formWith(JSON.stringify(line), 'letters.jsonl')
  const answer = await ask('POST', '/api/datasets/letters/versions', form)
  expect(answer.status).toBe(201)
  expect(await answer.json()).toMatchObject({ splits: [{ split: 'test', examples: 1, issues: 1 }] })
  expect(await examples(ask)).toMatchObject([
    { id: 'memo', file: { name: 'memo.txt', sha256 }, paragraphs: [{ text: `${words} memo.txt` }] },
  ])
  expect(await proposals(ask)).toMatchObject([{ review, id: 'memo', relabels: true }])
  const unknown = JSON.stringify({ document: 'f'.repeat(64), issues: [] })
  const none = formWith(unknown, 'letters.jsonl')
  expect(await (await ask('POST', '/api/datasets/letters/versions', none)).json()).toMatchObject({
    code: 'bad-line',
    message: expect.stringContaining('no file beside this one has the SHA-256'),
  })
})

test('a rotation of a dataset without a test adds nothing and counts nothing', async () => {
  await using server = await testServer()
  const { review } = await reviewed(server, 'memo.txt', { split: 'evaluation' })
  await merge(server.solo, { reviews: [review] })
  const rotated = await merge(server.solo, { reviews: [], rotate: true })
  expect(rotated).toMatchObject({ retired: 0, added: false })
})

test('when a document is forgotten its example loses text and labels, and others keep theirs', async () => {
  await using server = await testServer()
  const gone = await reviewed(server, 'gone', { said: [[accepted]] })
  const shared = await reviewed(server, 'shared', { text: 'Everybody has this.' })
  await merge(server.solo, { reviews: [gone.review, shared.review] })
  const form = formWith(
    JSON.stringify({
      id: 'copy',
      split: 'test',
      paragraphs: [{ page: 1, text: 'Everybody has this.' }],
      issues: [],
    }),
    'a.jsonl',
  )
  form.set('mode', 'add')
  expect((await server.solo('POST', '/api/datasets/letters/versions', form)).status).toBe(201)
  for (const { sha256 } of [gone, shared]) await server.store.documents.forget(sha256)
  const left = (await examples(server.solo)).map(({ id, paragraphs }) => [
    id,
    paragraphs?.[0]?.text,
  ])
  expect(left).toEqual([
    ['copy', 'Everybody has this.'],
    ['gone', undefined],
    ['shared', undefined],
  ])
  const check = await server.solo('GET', '/api/datasets/letters/versions/newest/check')
  expect(await check.json()).toMatchObject({ intact: true, forgotten: 2, counts: { leaks: 0 } })
})

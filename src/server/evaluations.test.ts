import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { findPromises } from '../../test/helpers/promise-flow.ts'
import { promiseServer } from '../../test/helpers/promise-server.ts'
import { idOfStart } from '../evaluation/id-of-start.ts'
import type { Script } from '../model/scripted-server.ts'
import type { AuditEntry } from '../schema/audit.ts'
import type { EvaluationEntry } from '../schema/api/evaluations.ts'

/** A server with the flow of promises, and ways to start evaluations on it; the model is `script`. */
async function measuringServer(script?: Script) {
  const own = await promiseServer(script)
  const { ask } = own
  async function start(input: object = {}): Promise<string> {
    const { body } = await ask('POST', '/api/evaluations', {
      dataset: 'memos',
      repeats: 2,
      ...input,
    })
    return body.id
  }
  /** Follows it until it has ended. */
  async function follow(id: string): Promise<EvaluationEntry[]> {
    const { text } = await ask('GET', `/api/evaluations/${id}/events`)
    const data = text.match(/^data: (\{.*)$/gm) ?? []
    return data.map((line) => JSON.parse(line.slice('data: '.length)))
  }
  /** The flow, and a draft of it that has another guideline. */
  async function measureDraft(): Promise<{ before: string; after: string }> {
    const before = await start()
    await follow(before)
    const { body: draft } = await ask('POST', '/api/flow/drafts', {
      agent: 'absolutes',
      files: [{ name: 'guidelines.md', text: 'Be brief.' }],
    })
    const after = await start({ flow: draft.version })
    await follow(after)
    return { before, after }
  }
  return { ...own, start, follow, measureDraft }
}

test('an evaluation is started, followed to its end and read with its mistakes', async () => {
  await using own = await measuringServer()
  const { body: datasets } = await own.ask('GET', '/api/evaluations/datasets')
  expect(datasets.items).toEqual([{ name: 'memos', documents: 6, issues: 12, problem: null }])
  const id = await own.start()
  const told = await own.follow(id)
  expect(told.length).toBeGreaterThan(1)
  expect(told.at(-1)).toMatchObject({
    state: 'done',
    runs: { all: 12 },
    startedBy: { name: 'You' },
    agents: { Promise: { tp: 6, fp: 2, fn: 0, precision: { docs: 6 } } },
  })
  const { body: report } = await own.ask('GET', `/api/evaluations/${id}/report`)
  expect(report.evaluation).toEqual(told.at(-1))
  expect(report.mistakes[0]).toMatchObject({ kind: 'spurious', paragraph: { index: 1 } })
  expect(report.confusion).toContainEqual({ truth: 'Promise', detected: 'Promise', count: 6 })
  const { body: list } = await own.ask('GET', '/api/evaluations?dataset=memos')
  expect(list.items).toMatchObject([{ id }])
})

test('a start that is sent again with its key is one evaluation, and no other start has that key', async () => {
  await using own = await measuringServer()
  const start = { dataset: 'memos', repeats: 1, key: randomUUID() }
  const send = (input: object) => own.ask('POST', '/api/evaluations', { ...start, ...input })
  const { body: first } = await send({})
  expect(first.id).toBe(idOfStart(first.startedBy.id, start.key))
  expect((await send({})).body.id).toBe(first.id)
  for (const other of [{ repeats: 2 }, { agents: ['absolutes'] }]) {
    expect(await send(other)).toMatchObject({ status: 409, body: { code: 'start-key-taken' } })
  }
  await own.follow(first.id)
  expect((await send({})).body).toMatchObject({ id: first.id, state: 'done' })
  expect((await send({ key: randomUUID() })).body.id).not.toBe(first.id)
  expect((await own.ask('GET', '/api/evaluations')).body.items).toHaveLength(2)
})

test('the text of a document that was measured is read from its dataset, and of no other', async () => {
  await using own = await measuringServer()
  const id = await own.start({ repeats: 1 })
  await own.follow(id)
  const { body: report } = await own.ask('GET', `/api/evaluations/${id}/report`)
  const { document, paragraph } = report.mistakes[0]
  const address = `/api/evaluations/${id}/text?document=`
  const { status, body } = await own.ask('GET', `${address}${document}`)
  expect([status, body.document]).toEqual([200, document])
  expect(body.paragraphs[paragraph.index]).toEqual({ ...paragraph, page: 1 })
  const asked = ['nothing', '../memos', ''].map((name) =>
    own.ask('GET', `${address}${encodeURIComponent(name)}`),
  )
  for (const answer of await Promise.all(asked)) {
    expect([answer.status, answer.body.code]).toEqual([404, 'measured-text-not-found'])
  }
  const { ask } = await own.server.person('rita', ['reviewer'])
  expect((await ask('GET', `${address}${document}`)).status).toBe(403)

  await rm(own.flow.path('flow/datasets/memos'), { recursive: true })
  const gone = await own.ask('GET', `${address}${document}`)
  expect([gone.status, gone.body.message]).toEqual([
    404,
    'The dataset on this server does not have the document.',
  ])
})

test('two evaluations of one dataset are compared; others and unfinished ones are not', async () => {
  let answering = Promise.resolve()
  await using own = await measuringServer(async (message) => {
    await answering
    return findPromises(message)
  })
  const { before, after } = await own.measureDraft()
  const { body } = await own.ask('GET', `/api/evaluations/${before}/compare/${after}`)
  expect(body).toMatchObject({
    verdict: 'CANT_TELL',
    sentence: expect.stringContaining("CAN'T TELL"),
    documents: 6,
    pooled: { delta: 0 },
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  answering = promise
  // Two repeats of it have been answered before.
  const only = await own.start({ agents: ['absolutes'], repeats: 3 })
  const early = await own.ask('GET', `/api/evaluations/${before}/compare/${only}`)
  expect([early.status, early.body.code]).toEqual([400, 'evaluation-not-done'])
  resolve()
  await own.follow(only)
  const other = await own.ask('GET', `/api/evaluations/${before}/compare/${only}`)
  expect([other.status, other.body.code]).toEqual([400, 'different-evaluation'])
})

test('a comparison on one document has no bounds, and says so', async () => {
  await using own = await measuringServer()
  for (const name of ['documents', 'gold']) {
    const file = own.flow.path(`flow/datasets/memos/${name}.jsonl`)
    const [first = ''] = (await readFile(file, 'utf8')).split('\n')
    await writeFile(file, `${first}\n`)
  }
  const { before, after } = await own.measureDraft()
  const { status, body } = await own.ask('GET', `/api/evaluations/${before}/compare/${after}`)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    verdict: 'CANT_TELL',
    documents: 1,
    pooled: { delta: 0, lower95: null, upper975: null },
    agents: { Promise: { delta: 0 } },
    documentsNeeded: null,
    minimumDetectableEffect: null,
  })
  expect(body.agents.Promise).not.toHaveProperty('se')
  expect(body.reasonsInWords).toContain(
    'A loss of more than 3 points is not excluded: there is no lower bound.',
  )
})

test('a stopped evaluation says so to whoever follows it', async () => {
  await using own = await measuringServer(() => new Promise(() => {}))
  const id = await own.start()
  const following = own.follow(id)
  const stopped = await own.ask('POST', `/api/evaluations/${id}/stop`)
  expect(stopped.body).toMatchObject({ state: 'stopped', reason: expect.stringContaining('kept') })
  expect((await following).at(-1)).toMatchObject({ state: 'stopped' })
  expect((await own.ask('GET', `/api/evaluations/${id}/report`)).body.code).toBe(
    'evaluation-not-done',
  )
})

test('a draft is measured beside what it was made from and leaves as a patch that git applies', async () => {
  await using own = await measuringServer()
  const git = (...argv: string[]) => execFileSync('git', argv, { cwd: own.flow.folder })
  git('init', '-q')
  const file = own.flow.path('flow/agents/promises/agent.prompty')
  const text = `${await readFile(file, 'utf8')}Leave out what is a joke.\n`
  const files = [{ name: 'agent.prompty', text }]
  const { status, body: draft } = await own.ask('POST', '/api/flow/drafts', {
    agent: 'promises',
    files,
  })
  expect(status).toBe(201)
  const address = `/api/flow/drafts/${draft.version}`
  const tried = await own.ask('POST', `${address}/evaluate`, { dataset: 'memos', repeats: 1 })
  const current = await own.follow(tried.body.current)
  const changed = await own.follow(tried.body.draft)
  expect(current.at(-1)).toMatchObject({ state: 'done', chosenAgents: ['promises'] })
  expect(changed.at(-1)).toMatchObject({ state: 'done', flow: { version: draft.version } })
  const jokes = own.models.requests.filter(({ messages }) =>
    messages.some(({ content }) => content.includes('joke')),
  )
  expect(jokes).toHaveLength(6 * 2)
  const { text: patch } = await own.ask('GET', `${address}/patch`)
  expect(patch).toContain('+Leave out what is a joke.\n')
  await writeFile(own.flow.path('the.patch'), patch)
  git('apply', 'the.patch')
  expect(await readFile(file, 'utf8')).toBe(text)
  const refused = await own.ask('POST', '/api/flow/drafts', { agent: 'promises', files })
  expect(refused.body.code).toBe('draft-unchanged')
})

test('drafts are listed with what they change, opened with their texts, and deleted', async () => {
  await using own = await promiseServer()
  const make = async (text: string) => {
    const files = [{ name: 'guidelines.md', text }]
    return (await own.ask('POST', '/api/flow/drafts', { agent: 'absolutes', files })).body
  }
  const first = await make('Be brief.')
  const second = await make('Be kind.')
  const { body: list } = await own.ask('GET', '/api/flow/drafts')
  const known = { base: first.base, agent: 'absolutes', author: { name: 'You' }, inUse: false }
  expect(new Set(list.items.map(({ version }: { version: string }) => version))).toEqual(
    new Set([first.version, second.version]),
  )
  expect(list.items[0]).toMatchObject({ ...known, changed: ['guidelines.md'] })

  await writeFile(own.flow.path('flow/agents/absolutes/guidelines.md'), 'Be brief.')
  const address = `/api/flow/drafts/${first.version}`
  const { body: opened } = await own.ask('GET', address)
  expect(opened).toMatchObject({ ...known, version: first.version, inUse: true })
  expect(opened.files).toContainEqual({ name: 'guidelines.md', text: 'Be brief.' })

  expect((await own.ask('DELETE', address)).body).toEqual({ ok: true })
  expect((await own.ask('GET', '/api/flow/drafts')).body.items).toMatchObject([
    { version: second.version },
  ])
  for (const [method, path] of [
    ['GET', address],
    ['DELETE', address],
    ['GET', `${address}/patch`],
  ] as const) {
    const { status, body } = await own.ask(method, path)
    expect([status, body.code]).toEqual([404, 'draft-not-found'])
  }
})

test('a draft reviews a document beside what it was made from', async () => {
  await using own = await measuringServer()
  const form = new FormData()
  form.set('file', new File(['We will always come.'], 'letter.txt'))
  const { body: document } = await own.ask('POST', '/api/documents', form)
  const { body: draft } = await own.ask('POST', '/api/flow/drafts', {
    agent: 'absolutes',
    files: [{ name: 'guidelines.md', text: 'Be brief.' }],
  })
  const address = `/api/flow/drafts/${draft.version}/try`
  const { body: tried } = await own.ask('POST', address, { document: document.sha256 })
  for (const [review, version] of [
    [tried.current, draft.base],
    [tried.draft, draft.version],
  ]) {
    await own.server.until(async () => {
      const { body } = await own.ask('GET', `/api/reviews/${review}`)
      return body.state === 'done'
    })
    const { body } = await own.ask('GET', `/api/reviews/${review}/issues`)
    expect(body.review).toMatchObject({ flow: { version }, agents: [{ name: 'absolutes' }] })
    expect(body.issues).toMatchObject([{ issue: { text: 'always', type: 'Absolute' } }])
  }
  // They are nobody's work, and say nothing of the agent in use.
  const { body: listed } = await own.ask('GET', '/api/documents')
  expect(listed.items).toMatchObject([{ sha256: document.sha256, newestReview: null }])
  expect((await own.ask('GET', '/api/agents')).body.agents).toEqual([])
})

test('drafts with hostile names and versions that are no drafts are refused', async () => {
  await using own = await measuringServer()
  for (const name of ['../agent.prompty', '/etc/passwd', 'a/b.md', 'x.js']) {
    const files = [{ name, text: 'x' }]
    const { status, body } = await own.ask('POST', '/api/flow/drafts', { agent: 'promises', files })
    expect([name, status, body.code]).toEqual([name, 400, 'draft-file-name'])
  }
  const { body: entry } = await own.ask('GET', `/api/evaluations/${await own.start()}`)
  const current = await own.ask('GET', `/api/flow/drafts/${entry.flow.version}/patch`)
  expect([current.status, current.body.code]).toEqual([404, 'draft-not-found'])
})

test('connections are told without their keys', async () => {
  await using own = await measuringServer()
  const { body, text } = await own.ask('GET', '/api/models')
  expect(body.models).toEqual([
    {
      alias: 'reviewer',
      provider: 'openai-compatible',
      model: 'scripted-1',
      gap: null,
      priced: true,
    },
  ])
  expect(text).not.toContain(own.flow.key)
})

test('the budget is set, kept to and told with what is spent', async () => {
  await using own = await measuringServer()
  await own.follow(await own.start())
  const { body: before } = await own.ask('GET', '/api/budget')
  expect(before).toMatchObject({ perMonth: null, currency: 'USD' })
  expect(before.spent).toBeGreaterThan(0)
  expect(before.spentByYou).toBe(before.spent)
  const limits = { currency: 'USD', perMonth: before.spent / 2, perPersonAndMonth: null }
  expect((await own.ask('PUT', '/api/budget', limits)).body).toEqual(limits)
  const refused = await own.ask('POST', '/api/evaluations', { dataset: 'memos', repeats: 3 })
  expect([refused.status, refused.body.code]).toEqual([400, 'budget-exhausted'])
  const { body: audit } = await own.ask('GET', '/api/audit')
  expect(audit.entries.slice(0, 1)).toMatchObject([
    { action: 'budget-changed', actor: own.server.first.id },
  ])
  expect(JSON.parse(audit.entries[0].details)).toEqual({
    'perMonth.before': 'none',
    'perMonth.after': limits.perMonth,
  })
})

test('settings change one at a time', async () => {
  await using own = await measuringServer()
  const splitShares = { evaluation: 0.6, test: 0.3, audit: 0.1 }
  const webhooks = { readyWebhook: null, changeWebhook: null, changeSlackWebhook: null }
  const before = { randomShare: 0, ...webhooks, splitShares, textsPerDay: 300, textsShare: 0.2 }
  const after = { ...before, randomShare: 0.5 }
  expect((await own.ask('GET', '/api/settings')).body).toEqual(before)
  expect((await own.ask('PUT', '/api/settings', { randomShare: 0.5 })).body).toEqual(after)
  expect((await own.ask('PUT', '/api/settings', {})).body).toEqual(after)
  expect((await own.ask('PUT', '/api/settings', { randomShare: 2 })).status).toBe(400)
  const { body: audit } = await own.ask('GET', '/api/audit')
  const changes = audit.entries.filter(({ action }: AuditEntry) => action === 'settings-changed')
  expect(changes).toMatchObject([{ actor: own.server.first.id, subject: 'reviews' }])
  expect(JSON.parse(changes[0].details)).toEqual({
    'randomShare.before': 0,
    'randomShare.after': 0.5,
  })
})

test('who may not measure, draft or set does not', async () => {
  await using own = await measuringServer()
  const reviewer = await own.server.person('ray', ['reviewer'])
  for (const [method, path] of [
    ['GET', '/api/evaluations'],
    ['GET', '/api/evaluations/datasets'],
    ['POST', '/api/evaluations'],
    ['POST', '/api/flow/drafts'],
    ['GET', '/api/flow/drafts/x/patch'],
    ['PUT', '/api/budget'],
    ['PUT', '/api/settings'],
    ['GET', '/api/models'],
    ['GET', '/api/audit'],
  ] as const) {
    expect([path, (await reviewer.ask(method, path)).status]).toEqual([path, 403])
    expect([path, (await own.server.nobody(method, path)).status]).toEqual([path, 401])
  }
})

import { expect, test } from 'vitest'
import { routesOf } from '../../test/helpers/api-walk.ts'
import { promiseServer } from '../../test/helpers/promise-server.ts'
import { formWith } from '../../test/helpers/test-server.ts'
import { contract } from '../schema/api/contract.ts'
import { longDocument, newDocument } from '../store/store-samples.ts'
import type { DatasetDiff, ListedExample, OpenedTextsEntry } from '../schema/api/datasets.ts'

type Ask = Awaited<ReturnType<typeof promiseServer>>['server']['solo']

const atMost = 5
const each = 8
const filler = 'Whatever was said before is said again in other words, and nobody minds. '.repeat(8)

/** Its end is far from what is labelled, and from what a model finds. */
function textOf(name: string): string[] {
  return [`The ${name} will always be answered.`, `${filler}End of the ${name}.${filler}`]
}

const names = (kind: string): string[] => Array.from({ length: each }, (_, i) => `${kind}-${i}-`)

/** Of how many texts the end was told. */
function endsIn(told: string): string[] {
  return [...new Set(told.match(/End of the (?:letter|memo)-\d+-/g) ?? [])]
}

/** Eight documents that Ann brought, reviewed, and eight examples, measured; five texts a day. */
async function filledServer() {
  const own = await promiseServer()
  const { server } = own
  const ann = await server.person('ann', ['engineer'])
  const documents: string[] = []
  const reviews: string[] = []
  for (const name of names('memo')) {
    const file = formWith(textOf(name).join('\n\n'), `${name}.txt`)
    const { sha256 } = await jsonOf<{ sha256: string }>(ann.ask('POST', '/api/documents', file))
    await server.until(async () => (await server.store.documents.get(sha256))?.state === 'ready')
    const started = await jsonOf<{ id: string }>(
      ann.ask('POST', '/api/reviews', { document: sha256 }),
    )
    documents.push(sha256)
    reviews.push(started.id)
  }
  const label = { type: 'Tone', text: 'answered', location: { paragraph: 0 } }
  const lines = names('letter').map((id) =>
    JSON.stringify({ id, split: 'evaluation', paragraphs: textOf(id), issues: [label] }),
  )
  const form = formWith(lines.join('\n'), 'letters.jsonl')
  form.set('splits', 'given')
  const { hash } = await jsonOf<{ hash: string }>(
    server.solo('POST', '/api/datasets/letters/versions', form),
  )
  const wanted = { dataset: 'letters', repeats: 1 }
  const { id: evaluation } = await jsonOf<{ id: string }>(
    server.solo('POST', '/api/evaluations', wanted),
  )
  await (await server.solo('GET', `/api/evaluations/${evaluation}/events`)).text()
  await server.until(async () => {
    const states = await Promise.all(reviews.map((id) => server.store.reviews.get(id)))
    return states.every((review) => review?.state === 'done')
  })
  await server.solo('PUT', '/api/settings', { textsPerDay: atMost })
  return { ...own, ann, documents, reviews, hash, evaluation }
}

async function jsonOf<T>(answer: Response | Promise<Response>): Promise<T> {
  const response = await answer
  const text = await response.text()
  expect([text, response.ok]).toEqual([text, true])
  return JSON.parse(text) as T
}

/** Asks for all there is, by every address that is read from, and gives back all that was told. */
async function askForAll(ask: Ask, filled: Awaited<ReturnType<typeof filledServer>>) {
  const { documents, reviews, evaluation } = filled
  const values: Record<string, string[]> = {
    dataset: ['letters'],
    version: ['newest'],
    sha256: documents,
    review: reviews,
    evaluation: [evaluation],
    baseline: [evaluation],
    candidate: [evaluation],
    format: ['json', 'csv', 'pdf'],
    id: names('letter'),
    document: names('letter'),
    from: ['newest'],
    until: ['complete'],
    limit: ['100'],
  }
  let told = ''
  for (const { method, path, input } of routesOf(contract)) {
    if (method !== 'GET') continue
    const given = Object.keys(input.properties ?? {}).filter((name) => name in values)
    let queries: Record<string, string>[] = [{}]
    for (const name of given) {
      const all = values[name] ?? []
      queries = queries.flatMap((query) => all.map((value) => ({ ...query, [name]: value })))
    }
    for (const query of queries) {
      const rest = new URLSearchParams(query)
      const address = path.replace(/\{(\w+)\}/g, (whole, name: string) => {
        rest.delete(name)
        return query[name] ?? whole
      })
      const answer = await ask('GET', `${address}?${rest.toString()}`)
      // A review that has ended is followed to its end; others would never end.
      told += await answer.text()
    }
  }
  return told
}

test('nobody without the right to export is given more whole texts a day than may be opened', async () => {
  await using filled = await filledServer()
  const { server, ann } = filled
  const eve = await server.person('eve', ['engineer'])
  const told = await askForAll(eve.ask, filled)
  expect(endsIn(told)).toHaveLength(atMost)
  expect(told).toContain('texts-limit')
  // The next look at all of it tells nothing new.
  expect(endsIn(await askForAll(eve.ask, filled))).toEqual(endsIn(told))

  const secret = await keyOf(eve.ask, ['datasets:read', 'documents:read', 'reviews:read'])
  const byKey = await askForAll(server.withKey(secret), filled)
  expect(endsIn(byKey).filter((end) => !told.includes(end))).toEqual([])

  const memos = endsIn(await askForAll(ann.ask, filled)).filter((end) => end.includes('memo'))
  expect(memos).toHaveLength(each)

  const ray = await server.person('ray', ['reviewer'])
  for (const document of filled.documents) await server.store.documents.assign(document, ray.id)
  expect(endsIn(await askForAll(ray.ask, filled))).toHaveLength(atMost)
  const missed = { type: 'Promise', paragraph: 1, start: 0, end: 900, explanation: 'a' }
  const marked = await Promise.all(
    filled.reviews.map(async (review) => {
      const body = { ...missed, suggestedFix: null }
      return (await ray.ask('POST', `/api/reviews/${review}/issues`, body)).text()
    }),
  )
  expect(endsIn(marked.join('\n'))).toHaveLength(atMost)

  const cleo = await server.person('cleo', ['custodian'])
  expect(endsIn(await askForAll(cleo.ask, filled))).toHaveLength(2 * each)
  const lesser = await keyOf(cleo.ask, ['datasets:read', 'datasets:write', 'documents:read'])
  expect(endsIn(await askForAll(server.withKey(lesser), filled))).toHaveLength(atMost)
}, 300_000)

async function keyOf(ask: Ask, permissions: string[]): Promise<string> {
  const made = ask('POST', '/api/me/keys', { name: 'all', permissions, expiresAt: null })
  return (await jsonOf<{ secret: string }>(made)).secret
}

test('lists begin each text, one text counts once, and the limit says how to go on', async () => {
  await using filled = await filledServer()
  const { server } = filled
  const eve = await server.person('eve', ['engineer'])
  const of = '/api/datasets/letters/versions/newest'
  const open = (name: string) => eve.ask('GET', `${of}/example?id=${name}`)
  const { items } = await jsonOf<{ items: ListedExample[] }>(eve.ask('GET', `${of}/examples`))
  expect(items).toHaveLength(each)
  expect(items[0]).toMatchObject({ paragraphs: null, labels: null, length: 2, issues: 1 })
  expect(items[0]?.beginning).toMatch(/^The letter-0- will always be answered\. Whatever was .* …$/)
  expect(items[0]?.beginning?.length).toBeLessThan(210)
  const all = await jsonOf<{ items: ListedExample[] }>(server.solo('GET', `${of}/examples`))
  expect(all.items[0]).toMatchObject({ labels: [{ text: 'answered' }], length: 2 })

  const answers = await Promise.all(names('letter').map(open))
  const opened = names('letter').filter((_, i) => answers[i]?.status === 200)
  expect(opened).toHaveLength(atMost)
  const [again = ''] = opened
  const [other = ''] = names('letter').filter((name) => !opened.includes(name))
  expect((await open(again)).status).toBe(200)
  const text = `/api/evaluations/${filled.evaluation}/text?document=`
  expect((await eve.ask('GET', `${text}${again}`)).status).toBe(200)
  for (const address of [`${of}/example?id=${other}`, `${text}${other}`]) {
    const refused = await eve.ask('GET', address)
    const { code, message } = (await refused.json()) as { code: string; message: string }
    expect([refused.status, code]).toEqual([403, 'texts-limit'])
    expect(message).toMatch(
      /may open 5 different texts .* midnight UTC .* custodian, .* operator, .* Settings\.$/,
    )
  }
  const report = await jsonOf<{
    mistakes: unknown[]
    mistakesLeftOut: number
    mistakesHeld: string
  }>(eve.ask('GET', `/api/evaluations/${filled.evaluation}/report`))
  expect(report.mistakes).toEqual([])
  expect(report.mistakesLeftOut).toBeGreaterThan(0)
  expect(report.mistakesHeld).toMatch(/custodian/)

  const shown = '/api/opened-texts'
  expect((await eve.ask('GET', shown)).status).toBe(403)
  const days = await jsonOf<{ items: OpenedTextsEntry[]; most: number }>(server.solo('GET', shown))
  expect(days).toMatchObject({
    items: [{ person: { name: 'eve' }, texts: atMost, counted: atMost }],
    most: atMost,
  })
  await server.solo('PUT', '/api/settings', { textsPerDay: atMost + 1 })
  expect((await open(other)).status).toBe(200)
}, 60_000)

test('what differs between versions tells the beginnings of labels', async () => {
  await using own = await promiseServer()
  const { server } = own
  const line = (issues: object[]) =>
    formWith(JSON.stringify({ id: 'a', paragraphs: [filler], issues }), 'a.jsonl')
  for (const text of ['Whatever', filler.trim()]) {
    const form = line([{ type: 'Tone', text, location: { sourceSentence: filler.trim() } }])
    form.set('splits', 'evaluation')
    await jsonOf(server.solo('POST', '/api/datasets/notes/versions', form))
  }
  const eve = await server.person('eve', ['engineer'])
  const diffOf = async (ask: Ask) => {
    const of = '/api/datasets/notes'
    const { items } = await jsonOf<{ items: { hash: string }[] }>(ask('GET', `${of}/versions`))
    return jsonOf<DatasetDiff>(ask('GET', `${of}/diff?from=${items[1]?.hash}`))
  }
  const [short] = (await diffOf(eve.ask)).relabelled
  const { text = '', location } = short?.added[0] ?? {}
  expect(text).toMatch(/^Whatever was said .* …$/)
  expect(text.length).toBeLessThan(203)
  expect(location?.sourceSentence).toBe(text)
  const [whole] = (await diffOf(server.solo)).relabelled
  expect(whole?.added[0]?.text).toBe(filler.trim())
})

/** 59 letters, and twelve documents of Ann's, of which one is the sixtieth: a fifth of them is twelve. */
async function smallSplit() {
  const own = await promiseServer()
  const { server } = own
  const lines = Array.from({ length: 59 }, (_, i) => {
    const paragraphs = [`Letter ${i} says that the desk is closed on day ${i}.`]
    return JSON.stringify({ id: `letter-${i}`, split: 'evaluation', paragraphs, issues: [] })
  })
  const form = formWith(lines.join('\n'), 'letters.jsonl')
  form.set('splits', 'given')
  await jsonOf(server.solo('POST', '/api/datasets/letters/versions', form))
  const documents = Array.from({ length: 12 }, (_, i) => i.toString(16).repeat(64))
  for (const sha256 of documents) {
    await server.store.documents.add(newDocument(sha256))
    await server.store.documents.markReady(sha256, longDocument(sha256))
  }
  await jsonOf(server.solo('POST', '/api/datasets/letters/documents', { sha256: documents[0] }))
  return { ...own, documents }
}

test('of a small split a share is opened on a day, by whichever address', async () => {
  await using small = await smallSplit()
  const { server, documents } = small
  const eve = await server.person('eve', ['engineer'])
  const of = '/api/datasets/letters/versions/newest'
  const letter = (i: number) => eve.ask('GET', `${of}/example?id=letter-${i}`)
  const statusOf = async (answer: Response | Promise<Response>) => (await answer).status
  expect(await statusOf(eve.ask('GET', `/api/documents/${documents[0]}/text`))).toBe(200)
  const opened = await Promise.all(Array.from({ length: 20 }, (_, i) => statusOf(letter(i))))
  expect(opened.filter((status) => status === 200)).toHaveLength(11)
  const again = opened.findIndex((status) => status === 200)
  expect(await statusOf(letter(again))).toBe(200)
  const refused = await letter(30)
  expect([refused.status, await refused.json()]).toMatchObject([
    403,
    {
      code: 'texts-limit',
      message: expect.stringMatching(/12 different texts of letters@evaluation \(20 % /),
    },
  ])
  const wanted = { dataset: 'letters', repeats: 1 }
  const { id } = await jsonOf<{ id: string }>(eve.ask('POST', '/api/evaluations', wanted))
  await (await eve.ask('GET', `/api/evaluations/${id}/events`)).text()
  const measured = await eve.ask('GET', `/api/evaluations/${id}/text?document=letter-31`)
  expect([measured.status, await measured.text()]).toEqual([
    403,
    expect.stringContaining('letters@evaluation'),
  ])

  // Of documents ten, where a share would be fewer; whoever is to review them reads all.
  const texts = (ask: Ask) =>
    Promise.all(documents.map((sha256) => statusOf(ask('GET', `/api/documents/${sha256}/text`))))
  expect((await texts(eve.ask)).filter((status) => status === 200)).toHaveLength(10)
  const ray = await server.person('ray', ['reviewer'])
  for (const sha256 of documents) await server.store.documents.assign(sha256, ray.id)
  expect(await texts(ray.ask)).toEqual(documents.map(() => 200))

  const days = await jsonOf<{ items: OpenedTextsEntry[]; share: number }>(
    server.solo('GET', '/api/opened-texts'),
  )
  expect(days).toMatchObject({
    share: 0.2,
    items: [
      {
        person: { name: 'eve' },
        counted: 21,
        parts: [
          { name: 'documents', counted: 10 },
          { name: 'letters@evaluation', counted: 12 },
        ],
      },
      { person: { name: 'ray' }, counted: 12, parts: [] },
    ],
  })
  await server.solo('PUT', '/api/settings', { textsShare: 0.5 })
  expect(await statusOf(letter(30))).toBe(200)
}, 120_000)

test('mistakes quote a share of the documents a day, the same ones whoever measures and however often', async () => {
  await using own = await promiseServer()
  const { server } = own
  const letters = Array.from({ length: 60 }, (_, i) => {
    const issues = [{ type: 'Tone', text: 'closed', location: { paragraph: 0 } }]
    const paragraphs = [`Letter ${i} says that the desk is closed on day ${i}.`]
    return JSON.stringify({ id: `letter-${i}`, split: 'evaluation', paragraphs, issues })
  })
  const form = formWith(letters.join('\n'), 'letters.jsonl')
  form.set('splits', 'given')
  await jsonOf(server.solo('POST', '/api/datasets/letters/versions', form))
  type Told = { mistakes: { document: string }[]; mistakesLeftOut: number; mistakesHeld: string }
  const people = await Promise.all(['eve', 'ed'].map((name) => server.person(name, ['engineer'])))
  const told: Told[] = []
  let measured = ''
  for (const { ask } of [...people, ...people]) {
    const wanted = { dataset: 'letters', repeats: 1 }
    const { id } = await jsonOf<{ id: string }>(ask('POST', '/api/evaluations', wanted))
    await (await ask('GET', `/api/evaluations/${id}/events`)).text()
    told.push(await jsonOf<Told>(ask('GET', `/api/evaluations/${id}/report`)))
    const { details } = await jsonOf<{ details: Told }>(ask('GET', `/api/evaluations/${id}/run`))
    told.push(details)
    measured = id
  }
  for (const { mistakes, mistakesLeftOut, mistakesHeld } of told) {
    expect([mistakes.length, mistakesLeftOut]).toEqual([12, 48])
    expect(mistakesHeld).toMatch(/^Without the right to export, .* 12 of the 60 documents on one /)
  }
  const quoted = told.flatMap(({ mistakes }) => mistakes.map(({ document }) => document))
  expect(new Set(quoted).size).toBe(12)
  // Who may export is told all of them.
  const whole = await jsonOf<Told>(server.solo('GET', `/api/evaluations/${measured}/report`))
  expect(whole).toMatchObject({ mistakesLeftOut: 0, mistakesHeld: null })
  expect(whole.mistakes).toHaveLength(60)
})

test('a key that may not export is held to a share of a hidden split, too, also when it labels', async () => {
  await using own = await promiseServer()
  const { server } = own
  const lines = Array.from({ length: 20 }, (_, i) => {
    const paragraphs = [`Note ${i} of the audit.`]
    return JSON.stringify({ id: `note-${i}`, split: 'audit', paragraphs, issues: [] })
  })
  const form = formWith(lines.join('\n'), 'notes.jsonl')
  form.set('splits', 'given')
  await jsonOf(server.solo('POST', '/api/datasets/notes/versions', form))
  const { items } = await jsonOf<{ items: { id: string; document: string }[] }>(
    server.solo('GET', '/api/datasets/notes/versions/newest/entries?limit=100'),
  )
  const cleo = await server.person('cleo', ['custodian'])
  const key = server.withKey(await keyOf(cleo.ask, ['datasets:read', 'datasets:write']))
  const save = ({ id, document }: { id: string; document: string }) =>
    key('PUT', '/api/datasets/notes/label-sets/example', {
      id,
      document,
      revision: 0,
      state: 'draft',
      issues: [],
    })
  const statuses: number[] = []
  for (const item of items) statuses.push((await save(item)).status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(10)
  const [day] = await server.store.openedTexts.list(1)
  expect(day).toMatchObject({ person: cleo.id, pools: [{ name: 'notes@audit', texts: 10 }] })
}, 60_000)

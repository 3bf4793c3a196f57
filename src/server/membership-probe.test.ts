import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { promiseServer } from '../../test/helpers/promise-server.ts'
import { eventsOf } from '../../test/helpers/server-process.ts'
import { formWith, type testServer } from '../../test/helpers/test-server.ts'
import { addDocument } from '../review/add-document.ts'
import { fileDocument } from '../review/file-document.ts'
import type { Role } from '../schema/access.ts'
import type { DocumentEntry } from '../schema/workplace.ts'

type Server = Awaited<ReturnType<typeof testServer>>
type Ask = Server['solo']

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** Long enough to have near-copies. No run of five words is without its number. */
function textOf(i: number): string {
  const number = String(i).padStart(4, '0')
  const parts = [
    'bread',
    'water',
    'light',
    'wood',
    'glass',
    'paper',
    'wool',
    'clay',
    'sand',
    'salt',
  ]
  return [
    `Note ${number}: it is very unique and always covered.`,
    ...parts.map((part) => `Part ${number} of note ${number} is about ${part}.`),
  ].join(' ')
}

/** Another version of it, as somebody may have it who has the text from elsewhere. */
const versionOf = (text: string) => `Draft of May. ${text.replaceAll('glass', 'stone')}`

async function whenRead({ store, until }: Server, sha256: string): Promise<void> {
  await until(async () =>
    (await store.documents.sharing([sha256])).every(({ state }) => state !== 'reading'),
  )
}

/** A text that somebody else brought and the key has drawn for a hidden split, with a review. */
async function hiddenText(server: Server): Promise<string> {
  const ray = await server.person('ray', ['reviewer'])
  for (let i = 0; ; i += 1) {
    const sha256 = hashOf(textOf(i))
    await ray.ask('POST', '/api/documents', formWith(textOf(i)))
    await whenRead(server, sha256)
    if ((await server.store.documents.get(sha256))?.split === 'evaluation') continue
    const { id } = (await (await ray.ask('POST', '/api/reviews', { document: sha256 })).json()) as {
      id: string
    }
    await server.until(async () => (await server.store.reviews.get(id))?.endedAt !== null)
    return textOf(i)
  }
}

/** A text that is only in a dataset, as an example of a hidden split. */
async function hiddenExample(server: Server): Promise<string> {
  const cus = await server.person('cus', ['custodian'])
  const line = JSON.stringify({ id: 'a', split: 'test', paragraphs: [textOf(7000)], issues: [] })
  const form = formWith(line, 'notes.jsonl')
  form.set('splits', 'given')
  expect((await cus.ask('POST', '/api/datasets/notes/versions', form)).status).toBe(201)
  return textOf(7000)
}

/** Everything that somebody may be answered who brings a file, and works with it. */
async function bring(server: Server, ask: Ask, text: string): Promise<string[]> {
  const told: string[] = []
  const sha256 = hashOf(text)
  const tell = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await ask(method, path, body)
    const content = await answer.text()
    const headers = [...answer.headers.keys()].filter((name) => name !== 'x-request-id')
    told.push(`${method} ${path} ${answer.status} ${headers.join()} ${content}`)
    return answer.status < 300 && content.startsWith('{') ? JSON.parse(content) : null
  }
  const address = `/api/documents/${sha256}`
  await tell('GET', address)
  await tell('POST', '/api/documents', formWith(text))
  await whenRead(server, sha256)
  await tell('POST', '/api/documents', formWith(text))
  for (const path of [address, `${address}/text`, `${address}/file`]) await tell('GET', path)
  await tell('GET', '/api/documents?limit=1')
  await tell('GET', `/api/reviews?document=${sha256}`)
  const started = (await tell('POST', '/api/reviews', {
    document: sha256,
    agents: ['absolutes'],
  })) as {
    id: string
  } | null
  if (started !== null) {
    const stream = await ask('GET', `/api/reviews/${started.id}/events?until=complete`)
    for await (const { id, data } of eventsOf(stream)) told.push(`${id} ${data.type}`)
    await tell('GET', `/api/reviews/${started.id}`)
    await tell('GET', `/api/reviews/${started.id}/issues`)
  }
  await tell('GET', `/api/reviews?document=${sha256}`)
  await tell('GET', '/api/documents?limit=1')
  await tell('GET', '/api/agents')
  await tell('DELETE', address)
  await tell('GET', address)
  await tell('POST', '/api/documents', formWith(text))
  await whenRead(server, sha256)
  return told.map((line) => withoutNames(line, text, sha256))
}

/** Ids, times and the number of the text differ from one upload to the next. */
function withoutNames(line: string, text: string, sha256: string): string {
  const number = /\d{4}/.exec(text)?.[0] ?? ''
  return (
    line
      .replaceAll(sha256, 'SHA256')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, 'ID')
      .replaceAll(/\b1[0-9]{12}\b/g, 'TIME')
      // Of the flow, whose model has an address of its own on each server.
      .replaceAll(/"version":"[0-9a-f]{64}"/g, '"version":"FLOW"')
      .replaceAll(/"id":"[0-9a-f]{32}"/g, '"id":"ISSUE"')
      // How far it is when its start is answered is a matter of the moment; it is asked for again once it has ended.
      .replace(/^(POST \/api\/reviews 201 .*"state":).*$/, '$1…')
      // Last: ids and times may have the same digits.
      .replaceAll(number, 'NUMBER')
  )
}

/** Roles of one person; both only where one person is all there is. */
const roles: Role[][] = [['engineer'], ['reviewer'], ['engineer', 'reviewer']]
const whats = ['hidden file', 'version of a hidden file', 'version of a hidden example'] as const

test.each(roles.flatMap((asWho) => whats.map((what) => [asWho, what] as const)))(
  'to who is %s a %s is like one that nobody ever brought',
  async (asWho, what) => {
    const given = what === 'hidden file' ? (text: string) => text : versionOf
    const hide = what === 'version of a hidden example' ? hiddenExample : hiddenText
    // Both have something hidden; only one is asked for it.
    const told = await Promise.all(
      ['hidden', 'fresh'].map(async (which) => {
        await using own = await promiseServer()
        const { server } = own
        const hidden = await hide(server)
        const { id, ask } = await server.person('eve', asWho)
        const lines = await bring(server, ask, given(which === 'hidden' ? hidden : textOf(9000)))
        return lines.map((line) => line.replaceAll(id, 'PERSON'))
      }),
    )
    expect(told[0]).toEqual(told[1])
  },
)

test.each(roles.map((asWho) => [asWho] as const))(
  'an upload of who is %s asks the store the same whether or not the file is hidden',
  async (asWho) => {
    await using own = await promiseServer()
    const { server } = own
    const hidden = await hiddenText(server)
    const { id } = await server.person('eve', asWho)
    const asked = async (text: string): Promise<string[]> => {
      const calls: string[] = []
      const documents = new Proxy(server.store.documents, {
        get(target, name) {
          calls.push(String(name))
          return Reflect.get(target, name) as unknown
        },
      })
      const host = { ...server.host, store: { ...server.store, documents } }
      const content = (async function* () {
        yield Buffer.from(text)
      })()
      await addDocument(host, { id, roles: asWho }, { name: 'note.txt', content })
      return calls
    }
    expect(await asked(hidden)).toEqual(await asked(textOf(9000)))
  },
)

/** What a store is asked when a text is filed. */
async function asksOfFiling(server: Server, byEngineer: boolean, text: string): Promise<string[]> {
  const calls: string[] = []
  const { store } = server
  const watched = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, name) {
        const method = Reflect.get(target, name) as (...parameters: unknown[]) => unknown
        return (...parameters: unknown[]) => {
          calls.push(`${String(name)} ${JSON.stringify(parameters[1] ?? null)}`)
          return method(...parameters)
        }
      },
    })
  const documents = watched(store.documents)
  const watchedStore = {
    ...store,
    documents,
    groups: watched(store.groups),
    signatures: watched(store.signatures),
  }
  const paragraphs = [{ index: 0, page: 1, text, role: 'body' as const, words: [] }]
  const document = { sha256: hashOf(text), name: '', pages: [], paragraphs, language: null }
  const host = { ...server.host, store: watchedStore }
  await fileDocument(host, document, { byEngineer })
  return calls
}

test.each<Role>(['engineer', 'reviewer'])(
  'a text of the role %s is filed by the same questions to the store whether or not a copy is hidden',
  async (role) => {
    await using own = await promiseServer()
    const { server } = own
    const hidden = [await hiddenText(server), await hiddenExample(server)]
    const byEngineer = role === 'engineer'
    const asked = await asksOfFiling(server, byEngineer, textOf(9000))
    for (const text of [...hidden, ...hidden.map(versionOf)]) {
      expect(await asksOfFiling(server, byEngineer, text)).toEqual(asked)
    }
    expect(asked.includes('lookUp {"hidden":true}')).toBe(!byEngineer)
    expect(asked.includes('lookUpExamples null')).toBe(!byEngineer)
    expect(asked).toContain('lookUp {"hidden":false}')
  },
)

test('a copy of a hidden text in another file is read like any other, and the text stays hidden', async () => {
  await using own = await promiseServer()
  const { server } = own
  const hidden = await hiddenText(server)
  const { ask } = await server.person('eve', ['engineer'])
  for (const text of [hidden.toUpperCase(), `${hidden} `]) {
    await ask('POST', '/api/documents', formWith(text))
    await whenRead(server, hashOf(text))
    const answer = await ask('GET', `/api/documents/${hashOf(text)}`)
    expect(await answer.json()).toMatchObject({ state: 'ready', error: null })
  }
  const [, first, second] = await Promise.all(
    [hidden, hidden.toUpperCase(), `${hidden} `].map(async (text) =>
      server.store.documents.get(hashOf(text)),
    ),
  )
  expect(first?.group).toBe(second?.group)
  expect(first?.split).toBe('evaluation')
  expect((await server.store.documents.get(hashOf(hidden)))?.split).not.toBe('evaluation')
})

test('a custodian has one document of the bytes, and the copy of another takes nothing from it', async () => {
  await using own = await promiseServer()
  const { server } = own
  const hidden = await hiddenText(server)
  const sha256 = hashOf(hidden)
  const eve = await server.person('eve', ['engineer'])
  const cus = await server.person('cus', ['custodian'])
  await eve.ask('POST', '/api/documents', formWith(hidden))
  await whenRead(server, sha256)
  const listed = async () => {
    const { items } = (await (await cus.ask('GET', '/api/documents?limit=50')).json()) as {
      items: DocumentEntry[]
    }
    return items.filter((item) => item.sha256 === sha256)
  }
  expect(await listed()).toMatchObject([{ newestReview: { state: 'done' } }])
  expect((await listed())[0]?.split).not.toBe('evaluation')
  expect((await eve.ask('DELETE', `/api/documents/${sha256}`)).status).toBe(200)
  expect(await (await cus.ask('GET', `/api/documents/${sha256}/file`)).text()).toBe(hidden)

  await eve.ask('POST', '/api/documents', formWith(hidden))
  await whenRead(server, sha256)
  expect((await cus.ask('DELETE', `/api/documents/${sha256}`)).status).toBe(200)
  const states = (await server.store.documents.sharing([sha256])).map(({ state }) => state)
  expect(states).toEqual(['forgotten', 'forgotten'])
  expect(await server.host.blobs.has(sha256)).toBe(false)
})

/** Reviews a text for somebody, and tells what it cost them. */
async function costOf(server: Server, ask: Ask, text: string): Promise<number> {
  const before = await spentBy(ask)
  const sha256 = hashOf(text)
  await ask('POST', '/api/documents', formWith(text))
  await whenRead(server, sha256)
  const { id } = (await (await ask('POST', '/api/reviews', { document: sha256 })).json()) as {
    id: string
  }
  await server.until(async () => (await server.store.reviews.get(id))?.endedAt !== null)
  return Number(((await spentBy(ask)) - before).toFixed(6))
}

async function spentBy(ask: Ask): Promise<number> {
  const { spent, spentByYou } = (await (await ask('GET', '/api/budget')).json()) as {
    spent: number | null
    spentByYou: number
  }
  expect(spent).toBeNull()
  return spentByYou
}

test.each<Role>(['engineer', 'reviewer'])(
  'to the role %s a review of a hidden text costs what one of a new text costs',
  async (role) => {
    await using own = await promiseServer()
    const { server, models } = own
    const hidden = await hiddenText(server)
    const { ask } = await server.person('eve', [role])
    const asked = async (text: string) => {
      const before = models.requests.length
      const cost = await costOf(server, ask, text)
      return { cost, requests: models.requests.length - before }
    }
    const fresh = await asked(textOf(9000))
    expect(fresh.cost).toBeGreaterThan(0)
    expect(await asked(hidden)).toEqual(fresh)
  },
)

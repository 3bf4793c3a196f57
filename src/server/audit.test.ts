import { expect, test } from 'vitest'
import { hiddenNames } from '../access/hidden-names.ts'
import { testServer } from '../../test/helpers/test-server.ts'
import { watchStatements } from '../../test/helpers/watch-statements.ts'
import { longDocument, newDocument, newReview } from '../store/store-samples.ts'

type Entry = {
  sequence: number
  at: number
  actor: string
  action: string
  subject: string
  details: string
}
type Page = {
  entries: Entry[]
  next: number | null
  head: { sequence: number; hash: string }
  isWhole: boolean
}

test('what people do with accounts, keys and sessions is in the audit log', async () => {
  await using server = await testServer()
  const { solo, first } = server
  const invitation = { email: 'bo@example.org', name: 'Bo Quist', roles: ['reviewer'] }
  const kept = { ...invitation, keep: ['engineer', 'admin'] }
  const invited = (await (await solo('POST', '/api/people', kept)).json()) as {
    person: { id: string }
    link: string
  }
  const bo = invited.person.id
  const token = new URL(invited.link).searchParams.get('token')
  const set = { newPassword: 'correct horse', token }
  await server.nobody('POST', '/api/auth/reset-password', set)
  const credentials = { email: 'bo@example.org', password: 'correct horse' }
  const signedIn = await server.nobody('POST', '/api/auth/sign-in/email', credentials)
  const asBo = server.as(signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '')
  const wrong = { ...credentials, password: 'Tr0ub4dor&3' }
  expect((await server.nobody('POST', '/api/auth/sign-in/email', wrong)).status).toBe(401)
  const change = { currentPassword: 'correct horse', newPassword: 'battery staple' }
  expect((await asBo('POST', '/api/auth/change-password', change)).status).toBe(200)
  const grant = { roles: ['engineer', 'admin', 'operator'] }
  await solo('PUT', `/api/people/${first.id}/roles`, grant)
  await solo('PUT', `/api/people/${bo}/roles`, { roles: ['custodian'] })
  const { sessions } = (await (await asBo('GET', '/api/me/sessions')).json()) as {
    sessions: { id: string }[]
  }
  const made = await solo('POST', '/api/me/keys', { name: 'k', permissions: ['people:write'] })
  const { key, secret } = (await made.json()) as { key: { id: string }; secret: string }
  await asBo('DELETE', `/api/me/sessions/${sessions[0]?.id}`)
  await server.withKey(secret)('POST', `/api/people/${bo}/password-reset`)
  await solo('DELETE', `/api/me/keys/${key.id}`)
  await solo('DELETE', `/api/people/${bo}`)
  const renamed = await solo('PUT', '/api/me/name', { name: ' Ann Quist ' })
  expect(await renamed.json()).toMatchObject({ id: first.id, name: 'Ann Quist' })
  // The same again is nothing to tell.
  await solo('PUT', '/api/me/name', { name: 'Ann Quist' })
  expect((await solo('PUT', '/api/me/name', { name: '  ' })).status).toBe(400)

  const entries = (await server.store.audit.list({ limit: 99 })).toReversed()
  const told = entries.map(({ actor, action, subject }) => [
    actor.replace(first.id, 'first').replace(bo, 'bo'),
    action,
    subject.replace(first.id, 'first').replace(bo, 'bo'),
  ])
  expect(told).toEqual([
    ['first', 'signed-in', expect.any(String)],
    ['first', 'person-invited', 'bo'],
    ['first', 'solo-mode-ended', 'first'],
    ['bo', 'password-changed', 'bo'],
    ['bo', 'signed-in', sessions[0]?.id],
    ['nobody', 'sign-in-failed', 'bo'],
    ['bo', 'password-changed', 'bo'],
    ['first', 'roles-granted-to-self', 'first'],
    ['first', 'roles-changed', 'bo'],
    ['first', 'key-made', key.id],
    ['bo', 'session-ended', sessions[0]?.id],
    ['first', 'password-link-made', 'bo'],
    ['first', 'key-revoked', key.id],
    ['first', 'person-removed', 'bo'],
    ['first', 'person-renamed', 'first'],
  ])
  expect(JSON.parse(entries[11]?.details ?? '')).toEqual({ key: key.id })
  expect(JSON.parse(entries[8]?.details ?? '')).toEqual({
    before: ['reviewer'],
    roles: ['custodian'],
  })
  expect(JSON.stringify(entries)).not.toMatch(/example\.org|Quist|pl_|horse|staple|Tr0ub/)
})

test('who gave a role to themselves is shown to admins and custodians until somebody else gives it', async () => {
  await using server = await testServer()
  const amy = await server.person('amy', ['admin'])
  const adam = await server.person('adam', ['admin'])
  const cy = await server.person('cy', ['custodian'])
  const shown = async ({ ask }: typeof amy) => {
    const { selfGrants } = (await (await ask('GET', '/api/people')).json()) as {
      selfGrants: { person: string; role: string }[]
    }
    return selfGrants.map(({ person, role }) => [person, role])
  }
  const give = async ({ ask }: typeof amy, person: string, roles: string[]) => {
    expect((await ask('PUT', `/api/people/${person}/roles`, { roles })).status).toBe(200)
  }
  expect(await shown(cy)).toEqual([])
  await give(amy, amy.id, ['admin', 'custodian', 'operator'])
  const both = [
    [amy.id, 'custodian'],
    [amy.id, 'operator'],
  ]
  for (const person of [amy, adam, cy]) expect(await shown(person)).toEqual(both)
  await give(adam, amy.id, ['admin', 'custodian'])
  expect(await shown(cy)).toEqual([[amy.id, 'custodian']])
  await give(adam, amy.id, ['admin'])
  expect(await shown(cy)).toEqual([])
  await give(adam, amy.id, ['admin', 'custodian'])
  expect(await shown(cy)).toEqual([])
})

test('what was refused leaves no entry', async () => {
  await using server = await testServer()
  const before = await server.store.audit.head()
  await server.solo('DELETE', `/api/people/${server.first.id}`)
  await server.solo('PUT', `/api/people/${server.first.id}/roles`, { roles: ['engineer'] })
  await server.solo('PUT', '/api/people/none/roles', { roles: ['engineer'] })
  await server.solo('POST', '/api/people/none/password-reset')
  await server.solo('DELETE', '/api/me/keys/none')
  await server.solo('DELETE', '/api/me/sessions/none')
  expect(await server.store.audit.head()).toEqual(before)
})

test('the audit log is read page by page and checked, also against a head that was kept', async () => {
  await using server = await testServer()
  const event = { actor: 'ann', action: 'exported' as const, subject: 'r1' }
  await server.store.audit.append(Array.from({ length: 5 }, () => event))
  const read = async (query: string) =>
    (await (await server.solo('GET', `/api/audit${query}`)).json()) as Page
  const first = await read('?limit=4')
  expect(first.entries.map(({ sequence }) => sequence)).toEqual([6, 5, 4, 3])
  expect(first).toMatchObject({ next: 3, head: { sequence: 6 } })
  const last = await read(`?limit=4&before=${first.next}`)
  expect(last.entries.map(({ sequence }) => sequence)).toEqual([2, 1])
  expect(last.next).toBeNull()
  const narrowed = await read('?limit=3&actor=ann&action=exported&subject=r1')
  expect(narrowed.entries.map(({ sequence }) => sequence)).toEqual([6, 5, 4])
  expect(narrowed).toMatchObject({ next: 4, head: { sequence: 6 } })
  const rest = await read(`?limit=3&actor=ann&before=${narrowed.next}`)
  expect(rest.entries.map(({ sequence }) => sequence)).toEqual([3, 2])
  expect((await read(`?until=${first.entries[0]?.at}&actor=nobody`)).entries).toEqual([])
  const later = (first.entries[0]?.at ?? 0) + 1
  expect(await read(`?from=${later}`)).toMatchObject({ entries: [], next: null })
  expect((await server.solo('GET', '/api/audit?from=yesterday')).status).toBe(400)

  const verify = async (query: string) => server.solo('GET', `/api/audit/verification${query}`)
  const { head } = first
  expect(await (await server.solo('GET', '/api/audit/head')).json()).toEqual(head)
  const good = { from: 1, head, fault: null }
  expect(await (await verify('')).json()).toEqual(good)
  expect(await (await verify(`?sequence=6&hash=${head.hash}`)).json()).toEqual(good)
  const gone = await (await verify(`?sequence=9&hash=${head.hash}`)).json()
  expect(gone).toEqual({ from: 1, head, fault: { sequence: 7, kind: 'missing' } })
  expect((await verify('?sequence=6')).status).toBe(400)
  expect(await (await verify('?newest=2')).json()).toEqual({ ...good, from: 5 })
  expect(await (await verify('?newest=99')).json()).toEqual(good)

  const file = await server.solo('GET', '/api/audit/export')
  expect(file.headers.get('content-disposition')).toContain('audit.jsonl')
  const lines = (await file.text()).trimEnd().split('\n')
  expect(lines.slice(0, 6).map((line) => JSON.parse(line) as object)).toEqual(
    [...last.entries.toReversed(), ...first.entries.toReversed()].toSorted(
      (one, other) => one.sequence - other.sequence,
    ),
  )
  expect(JSON.parse(lines[6] ?? '')).toMatchObject({ action: 'exported', subject: 'audit-log' })
})

test('a form with a wrong password is told, too, and nobody sends large ones', async () => {
  await using server = await testServer()
  const send = (body: string) =>
    server.app.request('http://localhost:4310/api/auth/sign-in/email', {
      method: 'POST',
      headers: {
        host: 'localhost:4310',
        origin: 'http://localhost:4310',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body,
    })
  expect((await send('email=eve%40example.org&password=wrong-password')).status).toBe(401)
  expect((await server.store.audit.list({ limit: 1 }))[0]).toMatchObject({
    action: 'sign-in-failed',
    subject: 'nobody',
  })
  expect((await send(`email=${'e'.repeat(20_000)}`)).status).toBe(413)
})

test('whoever reads a hidden document is in the audit log, also who has it already, and who had one forgotten', async () => {
  await using server = await testServer()
  const [hidden, open] = ['a'.repeat(64), 'b'.repeat(64)]
  for (const [sha256, split] of [
    [hidden, 'test'],
    [open, 'evaluation'],
  ] as const) {
    await server.store.documents.add(newDocument(sha256, { split }))
    await server.store.documents.markReady(sha256, longDocument(sha256))
  }
  await server.store.flowVersions.put({
    hash: 'flow-hash',
    name: 'review',
    manifest: { agents: [] },
  })
  const { id: review } = await server.store.reviews.create(newReview(hidden))
  const cy = await server.person('cy', ['custodian'])
  const eve = await server.person('eve', ['engineer'])
  const entries = async () =>
    (await server.store.audit.list({ limit: 99 }))
      .filter(({ action }) => action !== 'signed-in')
      .map(({ actor, action, subject }) => [actor, action, subject])

  expect((await eve.ask('GET', `/api/documents/${hidden}/text`)).status).toBe(404)
  expect((await cy.ask('GET', `/api/documents/${open}/text`)).status).toBe(200)
  expect(await entries()).toEqual([])
  expect((await cy.ask('GET', `/api/documents/${hidden}/text`)).status).toBe(200)
  expect((await cy.ask('GET', `/api/reviews/${review}/issues`)).status).toBe(200)
  await (await cy.ask('GET', `/api/reviews/${review}/events`)).body?.cancel()
  await cy.ask('GET', `/api/documents/${hidden}/file`)
  const name = (await hiddenNames(server.store))(hidden)
  const read = [cy.id, 'hidden-read', name]
  expect(await entries()).toEqual([read, read, read, read])
  for (const address of [`/api/documents/${hidden}/text`, `/api/reviews/${review}/issues`]) {
    const etag = (await cy.ask('GET', address)).headers.get('etag') ?? ''
    expect((await cy.ask('GET', address, undefined, { 'if-none-match': etag })).status).toBe(304)
    expect((await eve.ask('GET', address, undefined, { 'if-none-match': etag })).status).toBe(404)
    const none = await eve.ask('GET', address, undefined, { 'if-none-match': '*' })
    expect([none.status, none.headers.get('etag')]).toEqual([404, null])
  }
  expect(await entries()).toEqual(Array.from({ length: 8 }, () => read))
  const boss = await server.person('bo', ['admin'])
  const both = await server.person('bea', ['admin', 'custodian'])
  const found = async ({ ask }: typeof boss) => {
    const answer = await ask('GET', `/api/audit?subject=${hidden}`)
    return ((await answer.json()) as { entries: unknown[] }).entries.length
  }
  expect([await found(boss), await found(both)]).toEqual([0, 8])
  await cy.ask('GET', `/api/reviews/${review}/export/json`)
  expect((await entries()).slice(0, 2)).toEqual([[cy.id, 'exported', review], read])
  expect((await cy.ask('DELETE', `/api/documents/${open}`)).status).toBe(200)
  expect((await entries())[0]).toEqual([cy.id, 'document-forgotten', open])
})

test('whoever is shown a row of a hidden document is in the audit log, and lists leave one entry', async () => {
  await using server = await testServer()
  const hashes = ['a', 'b', 'c'].map((letter) => letter.repeat(64))
  const splits = ['test', 'audit', 'evaluation'] as const
  const cy = await server.person('cy', ['custodian'])
  const eve = await server.person('eve', ['engineer'])
  await server.store.flowVersions.put({ hash: 'flow-hash', name: 'a', manifest: { agents: [] } })
  const reviews: string[] = []
  for (const [i, sha256] of hashes.entries()) {
    await server.store.documents.add(newDocument(sha256, { split: splits[i] }))
    await server.store.documents.markReady(sha256, longDocument(sha256))
    reviews.push((await server.store.reviews.create(newReview(sha256))).id)
  }
  const [hidden = '', , open] = hashes
  const [ofHidden, , ofOpen] = reviews
  const newsOf = async (person: typeof cy, address: string) => {
    const { sequence } = await server.store.audit.head()
    expect((await person.ask('GET', address)).status).toBe(200)
    const entries = await server.store.audit.list({ limit: 99 })
    return entries
      .filter((entry) => entry.sequence > sequence)
      .map(({ actor, action, subject, details }) => [actor, action, subject, JSON.parse(details)])
  }

  const nameOf = await hiddenNames(server.store)
  const named = (...of: (string | undefined)[]) => of.map((sha256 = '') => nameOf(sha256))
  // The newest first, as the list has them.
  const both = { rows: 2, test: 1, audit: 1, which: named(hashes[1], hidden) }
  expect(await newsOf(cy, '/api/documents')).toEqual([[cy.id, 'hidden-read', 'documents', both]])
  expect(await newsOf(cy, '/api/reviews')).toEqual([[cy.id, 'hidden-read', 'reviews', both]])
  const row = [cy.id, 'hidden-read', nameOf(hidden), { split: 'test' }]
  expect(await newsOf(cy, `/api/documents/${hidden}`)).toEqual([row])
  expect(await newsOf(cy, `/api/reviews/${ofHidden}`)).toEqual([row])
  for (const address of [`/api/reviews?document=${open}`, `/api/documents/${open}`]) {
    expect(await newsOf(cy, address)).toEqual([])
  }
  // A page that stays open asks again; only what is new to it is told again.
  for (const address of ['/api/documents', '/api/reviews', `/api/documents/${hidden}`]) {
    expect(await newsOf(cy, address)).toEqual([])
  }
  const one = [cy.id, 'hidden-read', 'documents', { rows: 1, test: 1, which: named(hidden) }]
  expect(await newsOf(cy, '/api/documents?assigned=me')).toEqual([])
  expect(await newsOf(cy, '/api/documents?search=aaaa')).toEqual([one])
  const cora = await server.person('cora', ['custodian'])
  expect(await newsOf(cora, '/api/documents')).toEqual([
    [cora.id, 'hidden-read', 'documents', both],
  ])
  for (const address of ['/api/documents', '/api/reviews', `/api/reviews/${ofOpen}`]) {
    expect(await newsOf(eve, address)).toEqual([])
  }
})

test('who was given a document is in the audit log, whether it is hidden or not', async () => {
  await using server = await testServer()
  const cy = await server.person('cy', ['custodian'])
  const rita = await server.person('rita', ['reviewer'])
  const [hidden, open] = ['a'.repeat(64), 'b'.repeat(64)]
  await server.store.documents.add(newDocument(hidden, { split: 'test' }))
  await server.store.documents.add(newDocument(open, { split: 'evaluation' }))
  const name = (await hiddenNames(server.store))(hidden)
  const give = async (sha256: string, person: string | null) => {
    const { sequence } = await server.store.audit.head()
    const answer = await cy.ask('PUT', `/api/documents/${sha256}/assignee`, { person })
    expect(answer.status).toBe(200)
    const entries = (await server.store.audit.list({ limit: 9 })).filter(
      (entry) => entry.sequence > sequence && entry.action === 'document-assigned',
    )
    return entries.map(({ actor, subject, details }) => [actor, subject, JSON.parse(details)])
  }
  const first = await give(hidden, rita.id)
  expect(first).toEqual([[cy.id, name, { split: 'test', person: rita.id }]])
  const second = await give(open, rita.id)
  expect(second).toEqual([[cy.id, open, { split: 'evaluation', person: rita.id }]])
  expect(await give(hidden, null)).toEqual([[cy.id, name, { split: 'test', person: 'nobody' }]])
  const refused = await cy.ask('PUT', `/api/documents/${open}/assignee`, { person: cy.id })
  expect(refused.status).toBe(400)
  const all = await server.store.audit.list({ action: 'document-assigned', limit: 9 })
  expect(all).toHaveLength(3)
})

test('what a reviewer was given leaves one entry in ten minutes, and as many statements when it is not hidden', async () => {
  await using server = await testServer()
  using statements = watchStatements()
  const rita = await server.person('rita', ['reviewer'])
  await server.store.flowVersions.put({ hash: 'flow-hash', name: 'a', manifest: { agents: [] } })
  const given: { sha256: string; review: string }[] = []
  const give = async (letter: string, split: 'test' | 'audit' | 'evaluation') => {
    const sha256 = letter.repeat(64)
    await server.store.documents.add(newDocument(sha256, { split }))
    await server.store.documents.markReady(sha256, longDocument(sha256))
    await server.store.documents.assign(sha256, rita.id)
    given.push({ sha256, review: (await server.store.reviews.create(newReview(sha256))).id })
  }
  await give('a', 'test')
  await give('b', 'evaluation')
  const [hidden, open] = given
  const newsOf = async (address: string) => {
    const { sequence } = await server.store.audit.head()
    const { statements: asked } = await statements.during(async () => {
      const answer = await rita.ask('GET', address)
      expect([address, answer.status]).toEqual([address, 200])
      return answer.body?.cancel()
    })
    const entries = (await server.store.audit.list({ limit: 99 })).filter(
      (entry) => entry.sequence > sequence,
    )
    expect(entries.every(({ actor }) => actor === rita.id)).toBe(true)
    const counts = entries.filter(({ action }) => action.endsWith('-again'))
    const reads = entries.filter(({ action }) => !action.endsWith('-again'))
    const told = reads.map(({ action, subject, details }) => {
      return [action, subject, JSON.parse(details)]
    })
    // A stream looks for news until it is closed, once or not at all.
    const counted = asked.filter((statement) => !statement.includes('from "review_events"'))
    return { told, counts, asked: counted.toSorted() }
  }
  const addressesOf = ({ sha256 = '', review = '' } = {}) => [
    `/api/documents/${sha256}`,
    `/api/reviews/${review}`,
    `/api/documents/${sha256}/text`,
    `/api/reviews/${review}/issues`,
    `/api/reviews/${review}/events`,
  ]

  const nameOf = await hiddenNames(server.store)
  const name = nameOf(hidden?.sha256 ?? '')
  const both = { rows: 2, test: 1, evaluation: 1, which: [open?.sha256, name] }
  for (const list of ['documents', 'reviews']) {
    expect((await newsOf(`/api/${list}`)).told).toEqual([['hidden-read', list, both]])
    expect((await newsOf(`/api/${list}?limit=1`)).told).toEqual([])
  }
  await give('c', 'audit')
  const more = { rows: 1, audit: 1, which: [nameOf('c'.repeat(64))] }
  expect((await newsOf('/api/documents')).told).toEqual([['hidden-read', 'documents', more]])

  // Reads that tell a document's statements apart would tell by their time whether it is hidden.
  const read = ['hidden-read', name, { split: 'test' }]
  const ofOpen = ['document-read', open?.sha256, { split: 'evaluation' }]
  const expected = [[read], [], [read], [], []]
  for (const [i, address] of addressesOf(hidden).entries()) {
    const first = await newsOf(address)
    expect([address, first.told]).toEqual([address, expected[i]])
    const second = await newsOf(addressesOf(open)[i] ?? '')
    expect([address, second.told]).toEqual([address, expected[i]?.map(() => ofOpen)])
    expect(second.asked).toEqual(first.asked)
  }
  server.setClock(Date.now() + 10 * 60_000)
  expect((await newsOf('/api/documents?search=bbbb')).told).toEqual([
    ['document-read', 'documents', { rows: 1, evaluation: 1, which: [open?.sha256] }],
  ])
  expect((await newsOf(`/api/documents/${hidden?.sha256}/text`)).told).toEqual([read])
})

test('how often something hidden was read is in the log, and of what was given also what is not hidden', async () => {
  await using server = await testServer()
  const cy = await server.person('cy', ['custodian'])
  const rita = await server.person('rita', ['reviewer'])
  const [hidden, open] = ['a'.repeat(64), 'b'.repeat(64)]
  for (const [sha256, split] of [
    [hidden, 'test'],
    [open, 'evaluation'],
  ] as const) {
    await server.store.documents.add(newDocument(sha256, { split }))
    await server.store.documents.markReady(sha256, longDocument(sha256))
    await server.store.documents.assign(sha256, rita.id)
  }
  const reads: [Pick<typeof cy, 'ask'>, string, number][] = [
    [cy, '/api/documents', 4],
    [cy, `/api/documents/${hidden}`, 3],
    [cy, `/api/documents/${hidden}/text`, 2],
    [rita, '/api/documents', 5],
    [rita, `/api/documents/${hidden}`, 1],
    [rita, `/api/documents/${hidden}/text`, 6],
    [rita, `/api/documents/${open}/text`, 6],
  ]
  for (const [{ ask }, address, times] of reads) {
    for (let i = 0; i < times; i += 1) expect((await ask('GET', address)).status).toBe(200)
  }
  await server.store.audit.endWindows()
  const entries = await server.store.audit.list({ limit: 99 })
  const told = ({ id }: typeof cy) => {
    const own = entries.filter(({ actor, action }) => actor === id && action !== 'signed-in')
    return own.toReversed().map(({ action, subject, details }) => {
      const { which, entry, times = 1 } = JSON.parse(details)
      const first = entries.find(({ sequence }) => sequence === entry)
      return [action, subject, times, ...(which ?? []), ...(first ? [first.subject] : [])]
    })
  }
  const name = (await hiddenNames(server.store))(hidden)
  expect(told(cy)).toEqual([
    ['hidden-read', 'documents', 1, name],
    ['hidden-read', name, 1],
    ['hidden-read', name, 1],
    ['hidden-read', name, 1],
    ['hidden-read-again', 'documents', 3, 'documents'],
    ['hidden-read-again', name, 2, name],
  ])
  expect(told(rita)).toEqual([
    ['hidden-read', 'documents', 1, open, name],
    ['hidden-read', name, 1],
    ['hidden-read', name, 1],
    ['document-read', open, 1],
    ['hidden-read-again', 'documents', 4, open, name, 'documents'],
    ['hidden-read-again', name, 5, name],
    ['document-read-again', open, 5, open],
  ])
})

test('an admin who reviews, too, does not find out from the log which of their documents are hidden', async () => {
  await using server = await testServer()
  const cy = await server.person('cy', ['custodian'])
  const both = await server.person('bea', ['reviewer', 'admin'])
  const admin = await server.person('adam', ['admin'])
  const log = async (ask: typeof both.ask, query = '') => {
    const answer = await ask('GET', `/api/audit?limit=500${query}`)
    return (await answer.json()) as Page
  }
  const before = await log(both.ask)
  for (const [letter, split] of [
    ['a', 'test'],
    ['b', 'evaluation'],
  ] as const) {
    const sha256 = letter.repeat(64)
    await server.store.documents.add(newDocument(sha256, { split }))
    await server.store.documents.markReady(sha256, longDocument(sha256))
    await cy.ask('PUT', `/api/documents/${sha256}/assignee`, { person: both.id })
    for (const _ of [1, 2]) {
      expect((await both.ask('GET', `/api/documents/${sha256}/text`)).status).toBe(200)
    }
    expect((await both.ask('DELETE', `/api/documents/${sha256}`)).status).toBeGreaterThan(399)
    expect((await cy.ask('DELETE', `/api/documents/${sha256}`)).status).toBe(200)
  }
  await server.store.audit.endWindows()
  expect(await log(both.ask)).toEqual({ ...before, head: expect.anything() })
  for (const query of ['&action=hidden-read', '&action=document-assigned']) {
    expect((await log(both.ask, query)).entries).toEqual([])
  }
  const { entries } = await log(both.ask, `&actor=${cy.id}`)
  expect(entries.map(({ action }) => action)).toEqual(['signed-in'])
  const file = await both.ask('GET', '/api/audit/export')
  expect([file.status, await file.json()]).toEqual([
    403,
    expect.objectContaining({ code: 'audit-not-whole' }),
  ])
  expect(await (await both.ask('GET', '/api/audit/verification')).json()).toMatchObject({
    fault: null,
  })
  const whole = await log(admin.ask)
  expect([before.isWhole, whole.isWhole]).toEqual([false, true])
  const actions = new Set(whole.entries.map(({ action }) => action))
  for (const action of [
    'hidden-read',
    'document-read',
    'hidden-read-again',
    'document-read-again',
    'document-assigned',
    'document-forgotten',
  ]) {
    expect(actions).toContain(action)
  }
})

test('who is shown an issue of a hidden document, since they judged or added it, is in the audit log', async () => {
  await using server = await testServer()
  const rita = await server.person('rita', ['reviewer'])
  await server.store.flowVersions.put({ hash: 'flow-hash', name: 'a', manifest: { agents: [] } })
  const reviewOf = async (sha256: string, split: 'test' | 'evaluation'): Promise<string> => {
    await server.store.documents.add(newDocument(sha256, { split }))
    await server.store.documents.markReady(sha256, longDocument(sha256))
    await server.store.documents.assign(sha256, rita.id)
    return `/api/reviews/${(await server.store.reviews.create(newReview(sha256))).id}/issues`
  }
  const hidden = 'a'.repeat(64)
  const issues = await reviewOf(hidden, 'test')
  const open = await reviewOf('b'.repeat(64), 'evaluation')
  const rest = { type: 'Tone', explanation: 'No.', suggestedFix: null }
  const add = async (address: string, paragraph: number) => {
    const answer = await rita.ask('POST', address, { ...rest, paragraph, start: 0, end: 4 })
    return ((await answer.json()) as { issue: { id: string; text: string } }).issue
  }
  const entries = async () =>
    (await server.store.audit.list({ limit: 99 }))
      .filter(({ action }) => action === 'hidden-read')
      .map(({ actor, subject, details }) => [actor, subject, JSON.parse(details)])

  expect((await add(open, 0)).text).toHaveLength(4)
  expect(await entries()).toEqual([])
  const { id, text } = await add(issues, 0)
  expect(text).toHaveLength(4)
  const name = (await hiddenNames(server.store))(hidden)
  const read = [rita.id, name, { split: 'test' }]
  expect(await entries()).toEqual([read])
  // Whoever works on a review does so for a while.
  const judgement = { kind: 'accepted' }
  await rita.ask('POST', `${issues}/${id}/verdicts`, { version: 1, judgement })
  expect(await entries()).toEqual([read])
  const raj = await server.person('raj', ['reviewer'])
  await server.store.documents.assign(hidden, raj.id)
  const late = await raj.ask('POST', `${issues}/${id}/verdicts`, { version: 0, judgement })
  expect([late.status, (await late.text()).includes(text)]).toEqual([409, true])
  expect(await entries()).toEqual([[raj.id, name, { split: 'test' }], read])
})

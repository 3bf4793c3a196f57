import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json as bodyOf } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { untold } from '../src/change/change-story.ts'
import { knownChange } from '../src/change/known-change.ts'
import { notificationSteps } from '../src/change/notify/notification-steps.ts'
import { addressOf } from '../src/change/notify/own-addresses.ts'
import { changeContext } from '../src/change/observe-change.ts'
import type { Notification, NotificationChoices } from '../src/schema/api/notifications.ts'
import { type Ask, json, refusal } from './helpers/gate-world.ts'
import { mailServer } from './helpers/mail-server.ts'
import { changeWorld } from './helpers/proposed-changes.ts'

type List = { items: Notification[]; next: string | null; unread: number }
const nowhere: NotificationChoices = {
  'approval-waiting': [],
  verdict: [],
  'changes-requested': [],
  merged: [],
  stopped: [],
  'budget-low': [],
}

/** Keeps what it is sent; the first time it is not there yet. */
async function receiver() {
  const heard: { path: string; body: unknown }[] = []
  let refused = 0
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      response.statusCode = refused === 0 ? 503 : 200
      refused += 1
      if (response.statusCode === 200) heard.push({ path: request.url ?? '', body })
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => void server.close()
  return { heard, url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close }
}

type World = Awaited<ReturnType<typeof changeWorld>>

/** As whoever goes on with a change tells of it. @returns of how many events */
async function tellOf({ host, source, store }: World, { id }: { id: string }): Promise<number> {
  const served = { ...host, changes: source }
  const stored = (await store.changes.get(id))!
  const known = await knownChange(served, await changeContext(served), stored)
  const events = untold(known.observed, known.decided)
  for (const event of events) {
    const steps = await notificationSteps(served, known.observed, event)
    await store.changes.tell({ ...event, change: id }, steps)
  }
  return events.length
}

test('people are told once of each event, where they chose, and nobody else is', async () => {
  await using post = await mailServer()
  await using hook = await receiver()
  const mail = { smtpUrl: post.url, from: 'proofloop@example.org', url: 'http://localhost:4310' }
  await using world = await changeWorld({ mail })
  const { eve, ada, cleo, store } = world
  const olga = await world.person('olga', ['operator'])
  const rob = await world.person('rob', ['reviewer'])
  const settings = { changeWebhook: `${hook.url}/secret`, changeSlackWebhook: `${hook.url}/chat` }
  await json(olga.ask('PUT', '/api/settings', settings))
  // The rest of an address is often its secret.
  expect(await json(eve.ask('GET', '/api/settings'))).toMatchObject({ changeWebhook: hook.url })
  expect(await json(olga.ask('GET', '/api/settings'))).toMatchObject(settings)
  expect((await rob.ask('GET', '/api/me/notifications')).status).toBe(403)
  const choose = (ask: Ask, choices: Partial<NotificationChoices>) =>
    json(ask('PUT', '/api/me/notification-settings', { choices: { ...nowhere, ...choices } }))
  await choose(eve.ask, { verdict: ['mail', 'webhook'] })
  await choose(ada.ask, { 'approval-waiting': ['slack'] })
  expect(await json(ada.ask('GET', '/api/me/notification-settings'))).toEqual({
    choices: { ...nowhere, 'approval-waiting': ['slack'] },
    own: { webhook: null, slack: null },
    origins: { webhook: hook.url, slack: hook.url },
    available: { mail: true, webhook: true, slack: true },
  })
  // Each may have an address of their own, on a server that operators have named.
  const beTold = (ask: Ask, addresses: object) =>
    ask('PUT', '/api/me/notification-settings', { own: addresses })
  const elsewhere = beTold(ada.ask, { slack: 'http://169.254.169.254/latest' })
  expect(await refusal(elsewhere)).toEqual({ status: 400, code: 'own-address-elsewhere' })
  expect(await json(beTold(ada.ask, { slack: `${hook.url}/ada` }))).toMatchObject({
    choices: { 'approval-waiting': ['slack'] },
    own: { webhook: null, slack: `${hook.url}/ada` },
  })
  expect(await json(eve.ask('GET', '/api/me/notification-settings'))).toMatchObject({
    own: { webhook: null, slack: null },
  })

  const { number, change } = await world.gated('less', 'a comment')
  await store.changes.update(change.id, { title: 'Less <b> & more' })
  const tellAll = () => tellOf(world, change)
  expect(await tellAll()).toBeGreaterThan(5)
  expect(await tellAll()).toBe(0)
  const list = (ask: Ask, query = '') => json<List>(ask('GET', `/api/me/notifications${query}`))
  expect(await list(eve.ask)).toMatchObject({
    items: [{ kind: 'verdict', text: 'It has passed the gate.', change: { number }, readAt: null }],
    next: null,
    unread: 1,
  })
  expect((await list(ada.ask)).items).toMatchObject([{ kind: 'approval-waiting' }])
  for (const { ask } of [cleo, olga]) expect((await list(ask)).unread).toBe(0)

  await world.until(async () => hook.heard.length === 2 && post.received.length === 1)
  const link = `http://localhost:4310/changes/${number}`
  const sent = new Map(hook.heard.map(({ path, body }) => [path, body]))
  expect(sent.get('/secret')).toMatchObject({
    event: 'change-told',
    kind: 'verdict',
    change: { number, title: 'Less <b> & more' },
    to: { id: eve.id, name: 'eve' },
    link,
  })
  expect(sent.get('/ada')).toEqual({
    text: `<${link}|Change ${number}>: Less &lt;b&gt; &amp; more\nIt has passed the gate, and waits for somebody to approve it. (for ada)`,
  })
  expect(post.received).toMatchObject([{ to: ['eve@example.org'] }])
  expect(JSON.stringify(post.received)).toContain(`Change ${number}: Less`)

  // What is somebody else's stays unread, whoever names it.
  const [own] = (await list(eve.ask)).items
  const read = (ask: Ask, body: object) => json(ask('POST', '/api/me/notifications/read', body))
  await read(ada.ask, { ids: [own?.id] })
  expect((await list(eve.ask, '?unread=true')).items).toHaveLength(1)
  expect(await read(eve.ask, { ids: [own?.id] })).toEqual({ unread: 0 })
  expect((await list(eve.ask, '?unread=true')).items).toEqual([])
  expect((await list(ada.ask)).unread).toBe(1)
})

test('an address of their own holds for somebody while operators name its server', async () => {
  await using world = await changeWorld({ work: false })
  const { eve, ada, store } = world
  const olga = await world.person('olga', ['operator'])
  const shared = (changeWebhook: string | null) =>
    json(olga.ask('PUT', '/api/settings', { changeWebhook }))
  const own = (webhook: string | null) =>
    eve.ask('PUT', '/api/me/notification-settings', { own: { webhook } })
  const toldAt = (person: { id: string }) => addressOf(store, person.id, 'webhook')
  const code = 'own-address-elsewhere'
  expect(await refusal(own('https://hooks.example.org/eve'))).toEqual({ status: 400, code })
  await shared('https://hooks.example.org/all')
  await json(own('https://hooks.example.org/eve'))
  expect([await toldAt(eve), await toldAt(ada)]).toEqual([
    'https://hooks.example.org/eve',
    'https://hooks.example.org/all',
  ])
  for (const other of ['https://hooks.example.org:8443/eve', 'http://hooks.example.org/eve']) {
    expect(await refusal(own(other))).toEqual({ status: 400, code })
  }
  await shared('https://elsewhere.example.org/all')
  expect(await toldAt(eve)).toBe('https://elsewhere.example.org/all')
  await shared(null)
  expect(await toldAt(eve)).toBeNull()
  expect(await json(own(null))).toMatchObject({ own: { webhook: null, slack: null } })
})

test('custodians are told how a look at audit ended that one of them began, and nobody else is', async () => {
  await using post = await mailServer()
  await using hook = await receiver()
  const mail = { smtpUrl: post.url, from: 'proofloop@example.org', url: 'http://localhost:4310' }
  await using world = await changeWorld({ mail, sizes: { evaluation: 1, test: 6, audit: 6 } })
  const { eve, ada, cleo, store } = world
  const olga = await world.person('olga', ['operator'])
  const custodian = await world.person('curt', ['custodian'])
  await json(olga.ask('PUT', '/api/settings', { changeWebhook: `${hook.url}/secret` }))
  const choices = { ...nowhere, merged: ['mail', 'webhook'] }
  await json(cleo.ask('PUT', '/api/me/notification-settings', { choices }))
  const list = async ({ ask }: { ask: Ask }) =>
    (await json<List>(ask('GET', '/api/me/notifications'))).items
  const audited = async (bundle: string) => {
    const { told } = await world.gate({ bundle })
    await world.putInProduction(told)
    await json(cleo.ask('POST', `/api/gates/${told.id}/audit`, {}))
    await world.until(async () => (await store.gateAudits.get(told.id))?.state === 'done')
    return told
  }
  const fine = await audited(await world.send('a comment'))
  const about = { change: null, gate: { id: fine.id, candidate: fine.candidate } }
  const passed = { kind: 'merged', text: 'On the split audit it is not worse.', ...about }
  for (const one of [cleo, custodian]) expect(await list(one)).toMatchObject([passed])
  await world.until(async () => post.received.length === 1)
  expect(post.received).toMatchObject([{ to: ['cleo@example.org'] }])
  const sent = JSON.stringify(post.received)
  expect(sent).toContain(`http://localhost:4310/gates/${fine.id}`)

  await audited(await world.send('worse on audit'))
  const worse = { kind: 'stopped', text: 'On the split audit it is worse: deployment is blocked.' }
  expect(await list(cleo)).toMatchObject([worse, passed])
  for (const one of [eve, ada, olga]) expect(await list(one)).toEqual([])
  // Whoever is a custodian no more reads nothing of it, nor how many there are.
  await store.people.setRoles(custodian.id, ['engineer'])
  const hidden = { items: [], next: null, unread: 0 }
  expect(await json(custodian.ask('GET', '/api/me/notifications?limit=1'))).toEqual(hidden)
  expect(hook.heard).toEqual([])
})

test('little money is told before nothing is left, once for each budget: of their own to its author, of that of all to who sets it', async () => {
  await using post = await mailServer()
  const mail = { smtpUrl: post.url, from: 'proofloop@example.org', url: 'http://localhost:4310' }
  await using world = await changeWorld({ mail })
  const { eve, ada, store, host } = world
  const olga = await world.person('olga', ['operator'])
  const choices = { ...nowhere, 'budget-low': ['mail', 'webhook'] }
  for (const { ask } of [eve, olga])
    await json(ask('PUT', '/api/me/notification-settings', { choices }))
  await host.budgets.set({ currency: 'USD', perMonth: 20, perPersonAndMonth: 10 })
  let batches = 0
  const spend = async (person: string, cost: number) => {
    const tokens = { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 }
    const nothing = { retries: 0, cached: 0, failed: 0, requestsWithoutUsage: 0 }
    const account = { ...nothing, ...tokens, requests: 1, cost, currency: 'USD' }
    const id = `batch ${(batches += 1)}`
    await store.spend.add({ id, person, accounts: { reviewer: account } })
  }
  const measure = async (name: string) => {
    const looked = await world.seen((await world.open(name)).number)
    await world.ended(looked, { name: 'functional', outcome: 'pass', subject: 'version' })
    await world.ended(looked, { name: 'evaluation', outcome: 'pass' })
    await tellOf(world, looked.change)
  }
  const told = async ({ ask }: { ask: Ask }) =>
    (await json<List>(ask('GET', '/api/me/notifications'))).items.map(({ kind, text }) => [
      kind,
      text,
    ])
  const month = new Date(host.now()).toISOString().slice(0, 7)
  const isSpent = (of: string, spent: string) => [
    'budget-low',
    `Of ${of} USD for ${month}, ${spent} are spent. It begins anew with the next month (UTC).`,
  ]

  await spend(eve.id, 7.9)
  await measure('first')
  expect(await told(eve)).toEqual([])
  await spend(eve.id, 0.2)
  await measure('second')
  await measure('third')
  const own = isSpent('your budget of 10', '8.10')
  expect(await told(eve)).toEqual([own])
  expect(await told(olga)).toEqual([])
  // What gates have cost is not told to who asks them.
  await spend('gate', 9)
  await measure('fourth')
  await measure('fifth')
  expect([await told(eve), await told(ada)]).toEqual([[own], []])
  expect(await told(olga)).toEqual([isSpent('the budget of all of 20', '17.10')])
  // A budget that was raised is another one.
  await host.budgets.set({ currency: 'USD', perMonth: null, perPersonAndMonth: 10.1 })
  await measure('sixth')
  expect(await told(eve)).toEqual([isSpent('your budget of 10.1', '8.10'), own])
  await world.until(async () => post.received.length === 3)
  const mailed = post.received.flatMap(({ to }) => to)
  expect(mailed.filter((to) => to === 'eve@example.org')).toHaveLength(2)
  expect(mailed).toContain('olga@example.org')
})

import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { testServer } from '../../test/helpers/test-server.ts'
import type { Actor } from '../access/actor.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Role } from '../schema/access.ts'
import { evenAnswers, leavesAfter } from './even-answers.ts'
import type { Env, RequestContext } from './request-context.ts'

/** Whose timers end a moment early, as the machine's do. */
function clockOf() {
  let time = 1000.4
  return {
    now: () => time,
    pass: (milliseconds: number) => void (time += milliseconds),
    sleep: async (milliseconds: number) => void (time += milliseconds - 0.3),
  }
}

function contextWith(roles: Role[]): RequestContext {
  const actor: Actor = { id: 'p1', name: 'Pat', roles, permissions: new Set(), via: 'session' }
  return { request: 'r1', actor, session: 's1', origin: 'http://localhost' }
}

/** How long an answer takes that is ready after so many milliseconds. */
async function taken(ready: number, roles: Role[] | null, status = 200): Promise<number> {
  const { now, pass, sleep } = clockOf()
  const app = new Hono<Env>()
  app.use(evenAnswers({ now, sleep }))
  app.get('/', (c) => {
    c.set('context', roles === null ? null : contextWith(roles))
    pass(ready)
    if (status === 500) throw new Error('It failed.')
    return c.body(null, 200)
  })
  app.onError((_, c) => c.body(null, 500))
  const start = now()
  expect((await app.request('/')).status).toBe(status)
  return now() - start
}

describe('when an answer leaves', () => {
  it.each([
    [0, 20],
    [20, 20],
    [20.1, 40],
    [79, 80],
    [160, 160],
    [161, 320],
    [1000, 1120],
  ])('that is ready after %d ms: after %d', (ready, leaves) => {
    expect(leavesAfter(ready)).toBe(leaves)
  })

  it('never before its moment, and as soon as a timer tells it', async () => {
    const times = [0, 1.1, 4.04, 4.11, 19.9].map((ready) => taken(ready, ['engineer']))
    for (const time of await Promise.all(times)) {
      expect(time).toBeGreaterThanOrEqual(20)
      expect(time).toBeLessThan(21.5)
    }
  })

  it('the same for an error and for nobody', async () => {
    expect(await taken(5, ['engineer'], 500)).toBeGreaterThanOrEqual(20)
    expect(await taken(5, null)).toBeGreaterThanOrEqual(20)
  })

  it('at once for who reads everything', async () => {
    expect(await taken(5, ['engineer', 'custodian'])).toBe(5)
  })
})

it('holds back every answer of the API to whoever may not read all rows', async () => {
  const slept: number[] = []
  const clock = {
    now: () => slept.reduce((sum, one) => sum + one, 0),
    sleep: async (milliseconds: number) => slept.push(milliseconds),
  }
  await using server = await testServer({ clock })
  await server.store.settings.put('solo-mode', false)
  const held = async (ask: typeof server.solo, path: string): Promise<number> => {
    slept.length = 0
    await ask('GET', path)
    return slept.length
  }
  const roles = ['engineer', 'reviewer', 'approver', 'operator', 'admin'] as const
  for (const role of roles) {
    const { ask } = await server.person(role, [role])
    for (const path of ['/api/documents', '/api/me', '/api/nothing', '/api/audit/file']) {
      expect(await held(ask, path), `${role} ${path}`).toBe(1)
    }
  }
  expect(await held(server.as(null), '/api/documents')).toBe(1)
  const { ask } = await server.person('cleo', ['custodian'])
  expect(await held(ask, '/api/documents')).toBe(0)
  const requests = server.lines.filter((line) => line.includes('"request":'))
  const told = requests.map((line) => (JSON.parse(line) as { ms?: number }).ms)
  expect(told.length).toBeGreaterThan(20)
  expect(new Set(told), 'operators are told steps, whoever asked').toEqual(new Set([20]))
})

it.each([
  ['a procedure', '/api/documents', 503],
  ['a route of its own', `/api/documents/${'ab'.repeat(32)}/file`, 500],
])('tells operators that %s failed when its answer leaves, not when it failed', async (...one) => {
  const [, path, status] = one
  const told: string[] = []
  let slept = 0
  const clock = {
    now: () => slept,
    sleep: async (milliseconds: number) => {
      slept += milliseconds
      told.push(...server.lines.splice(0), 'waited')
    },
  }
  await using server = await testServer({ clock })
  await server.store.settings.put('solo-mode', false)
  const { ask } = await server.person('eve', ['engineer', 'operator'])
  const { documents } = server.store
  documents.list = () => Promise.reject(new UserFacingError('store-unavailable', 'It is away.'))
  documents.sharing = () => Promise.reject(new Error('It is broken.'))
  server.lines.length = 0
  expect((await ask('GET', path)).status).toBe(status)
  told.push(...server.lines)
  const events = told.map((line) => (line === 'waited' ? line : JSON.parse(line).event))
  expect(events).toEqual(['waited', 'request-failed', 'request'])
})

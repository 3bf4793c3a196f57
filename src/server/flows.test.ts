import { expect, test } from 'vitest'
import { formWith, testServer } from '../../test/helpers/test-server.ts'
import type { Role } from '../schema/access.ts'
import type { AgentAcceptance, FlowAgent } from '../schema/api/flows.ts'
import type { DocumentEntry, ReviewedIssue, ReviewEntry } from '../schema/workplace.ts'

test('the flow shows its agents with their files, and why one cannot run', async () => {
  await using server = await testServer()
  const answer = await server.solo('GET', '/api/flow')
  const { agents } = (await answer.json()) as { agents: FlowAgent[] }
  expect(agents.map(({ name, engine, model }) => [name, engine, model])).toEqual([
    ['definitive-language', 'rules', null],
    ['definitive-language-llm', 'llm', 'reviewer'],
    ['grammar-spelling', 'rules', null],
    ['grammar-spelling-llm', 'llm', 'reviewer'],
  ])
  expect(agents[1]?.gap).toMatch(/OPENAI_API_KEY is not set/)
  expect(agents[0]).toMatchObject({
    gap: null,
    files: [{ name: 'agent.yaml' }, { name: 'phrases.yaml' }],
  })
})

test('verdicts become the acceptance of the agent', async () => {
  await using server = await testServer({ work: true })
  const numbers = async (ask: typeof server.solo): Promise<AgentAcceptance[]> => {
    const answer = (await (await ask('GET', '/api/agents')).json()) as { agents: AgentAcceptance[] }
    return answer.agents
  }
  expect(await numbers(server.solo)).toEqual([])
  const text = 'This plan always covers every cost. Refunds are guaranteed.'
  const uploaded = await server.solo('POST', '/api/documents', formWith(text))
  const { sha256 } = (await uploaded.json()) as DocumentEntry
  const request = { document: sha256, agents: ['definitive-language'] }
  const { id } = (await (await server.solo('POST', '/api/reviews', request)).json()) as ReviewEntry
  await server.until(async () => (await server.store.reviews.get(id))?.endedAt !== null)
  const all = await server.solo('GET', `/api/reviews/${id}/issues`)
  const { issues } = (await all.json()) as { issues: ReviewedIssue[] }
  for (const [i, { issue }] of issues.entries()) {
    const judgement = i === 0 ? { kind: 'dismissed', reason: null } : { kind: 'accepted' }
    const address = `/api/reviews/${id}/issues/${issue.id}/verdicts`
    await server.solo('POST', address, { version: 0, judgement })
  }
  const added = { paragraph: 0, start: 0, end: 4, explanation: 'Missing.', suggestedFix: null }
  for (const type of ['Definitive Language', 'Definitive Language', 'Tone']) {
    await server.solo('POST', `/api/reviews/${id}/issues`, { type, ...added })
  }
  const again = await server.solo('GET', `/api/reviews/${id}/issues`)
  const everything = (await again.json()) as { issues: ReviewedIssue[] }
  const mine = everything.issues.filter(
    ({ issue, origin }) => origin === 'person' && issue.type !== 'Tone',
  )
  const say = (n: number, version: number, judgement: object): Promise<Response> => {
    const address = `/api/reviews/${id}/issues/${mine[n]?.issue.id}/verdicts`
    return server.solo('POST', address, { version, judgement })
  }
  await say(0, 1, { kind: 'edited', edit: { explanation: 'Clearer.' } })
  const found = issues.length
  expect(found).toBeGreaterThan(1)
  expect(await numbers(server.solo)).toMatchObject([
    {
      agent: 'definitive-language',
      issues: found,
      accepted: found - 1,
      dismissed: 1,
      coverage: 1,
      missed: 2,
    },
  ])
  await say(1, 1, { kind: 'undone' })
  expect(await numbers(server.solo)).toMatchObject([{ missed: 1 }])
  await server.solo('DELETE', `/api/documents/${sha256}`)
  expect(await numbers(server.solo)).toMatchObject([{ missed: 1 }])
})

test('shares of the splits are told to custodians and operators, and to nobody who is an engineer, too', async () => {
  await using server = await testServer()
  const told = async (roles: Role[]): Promise<unknown> => {
    const { ask } = await server.person(roles.join(' '), roles)
    const settings = (await (await ask('GET', '/api/settings')).json()) as object
    expect(settings).toHaveProperty('randomShare')
    return Reflect.get(settings, 'splitShares')
  }
  const splitShares = { evaluation: 0.6, test: 0.3, audit: 0.1 }
  expect(await told(['custodian'])).toEqual(splitShares)
  expect(await told(['operator'])).toEqual(splitShares)
  for (const roles of [['engineer'], ['admin'], ['engineer', 'operator']] as Role[][]) {
    expect([roles, await told(roles)]).toEqual([roles, undefined])
  }
  const both = await server.person('both', ['engineer', 'operator'])
  const set = await both.ask('PUT', '/api/settings', { splitShares })
  expect(await set.json()).toMatchObject({ status: 403, code: 'split-not-yours' })
  const other = await both.ask('PUT', '/api/settings', { randomShare: 0.5 })
  expect(await other.json()).toMatchObject({ randomShare: 0.5 })
  const custodian = await server.person('cus', ['custodian'])
  expect((await custodian.ask('PUT', '/api/settings', { splitShares })).status).toBe(403)
})

test('of addresses that are told of what happens, who may not set them sees the origin', async () => {
  await using server = await testServer()
  const operator = await server.person('olga', ['operator'])
  const engineer = await server.person('eve', ['engineer'])
  const origin = 'https://hooks.example.org'
  const address = `${origin}/services/T0/B0/secret`
  const names = ['readyWebhook', 'changeWebhook', 'changeSlackWebhook']
  const all = (value: string) => Object.fromEntries(names.map((name) => [name, value]))
  await operator.ask('PUT', '/api/settings', all(address))
  const toldTo = async ({ ask }: typeof engineer) => (await ask('GET', '/api/settings')).json()
  expect(await toldTo(operator)).toMatchObject(all(address))
  expect(await toldTo(engineer)).toMatchObject(all(origin))
})

test('what operators set is kept, and models are named without keys', async () => {
  await using server = await testServer()
  const operator = await server.person('olga', ['operator'])
  const changed = await operator.ask('PUT', '/api/settings', { randomShare: 0.25 })
  expect(await changed.json()).toMatchObject({ randomShare: 0.25, readyWebhook: null })
  const splitShares = { evaluation: 0.8, test: 0.1, audit: 0.1 }
  const shared = await operator.ask('PUT', '/api/settings', { splitShares })
  expect(await shared.json()).toMatchObject({ randomShare: 0.25, splitShares })
  const tooMuch = { splitShares: { ...splitShares, test: 0.2 } }
  expect((await operator.ask('PUT', '/api/settings', tooMuch)).status).toBe(400)
  expect((await operator.ask('PUT', '/api/settings', { randomShare: 2 })).status).toBe(400)
  expect(await (await operator.ask('GET', '/api/models')).json()).toMatchObject({
    models: [
      { alias: 'reviewer', provider: 'openai', gap: expect.stringMatching('OPENAI_API_KEY') },
    ],
  })
  const { randomShare } = (await (await server.solo('GET', '/api/settings')).json()) as {
    randomShare: number
  }
  expect(randomShare).toBe(0.25)
})

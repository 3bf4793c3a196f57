import { expect, test } from 'vitest'
import { z } from 'zod'
import { ModelSettings } from '../schema/config.ts'
import { createModelHost } from './create-model-host.ts'
import { answer } from './scripted-reply.ts'
import { startScriptedServer } from './scripted-server.ts'
import { createSharedConnections } from './shared-connections.ts'

type Settings = Partial<z.input<typeof ModelSettings>>

async function rehearse(models: Record<string, Settings>[]) {
  await using server = await startScriptedServer(() => answer({ ok: true }, { delayMs: 10 }))
  await using connections = createSharedConnections({ env: {}, directory: '.' })
  const hosts = models.map((own) => {
    const parsed = Object.entries(own).map(([alias, settings]) => {
      const usual = { provider: 'openai-compatible', model: 'm', baseURL: server.baseURL }
      return [alias, ModelSettings.parse({ ...usual, ...settings })] as const
    })
    const mine = Object.fromEntries(parsed)
    const host = createModelHost({
      models: mine,
      env: {},
      directory: '.',
      connections: connections.to(mine),
    })
    return { host, aliases: Object.keys(own) }
  })
  const asked = hosts.flatMap(({ host, aliases }) =>
    aliases.flatMap((alias) => Array.from({ length: 4 }, (_, i) => ask(host, alias, i))),
  )
  await Promise.all(asked)
  for (const { host } of hosts) await host[Symbol.asyncDispose]()
  return { busiest: server.busiest, requests: server.requests.map(({ body }) => body) }
}

function ask(host: ReturnType<typeof createModelHost>, alias: string, i: number) {
  return host.ask({
    alias,
    agent: 'tone',
    messages: [{ role: 'user', content: `Question ${i}` }],
    schema: z.object({ ok: z.boolean() }),
    schemaName: 'ok',
    parameters: {},
    origin: alias,
    sample: `tone 0/${i}`,
  })
}

const one = { limits: { concurrency: 1 } }

test('variants that differ in parameters keep to the limits of the connection together', async () => {
  const variants = [0, 0.5, 1].map((temperature) => ({
    reviewer: { ...one, parameters: { temperature } },
  }))
  const { busiest, requests } = await rehearse(variants)
  expect(busiest).toBe(1)
  const temperatures = new Set(
    requests.map((body) => JSON.stringify(body).match(/"temperature":([\d.]+)/u)?.[1]),
  )
  expect(temperatures).toEqual(new Set(['0', '0.5', '1']))
})

test('versions with other models, aliases and prices ask one account by the largest of their limits', async () => {
  const two = { limits: { concurrency: 2 } }
  const { busiest } = await rehearse([
    { reviewer: one },
    { judge: { ...two, model: 'other' } },
    { reviewer: { ...two, price: { inputPerMillion: 1, outputPerMillion: 1 } } },
  ])
  expect(busiest).toBe(2)
})

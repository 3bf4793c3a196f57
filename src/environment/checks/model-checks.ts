import { openConnections } from '../../model/connections.ts'
import type { Exchange, ModelConnection, ModelRequest } from '../../model/exchange.ts'
import type { ModelSettings } from '../../schema/config.ts'
import { type Check, fail, type Finding, pass, skipped } from '../check.ts'
import type { Environment } from '../server-config.ts'

const limit = 60_000

/** One for each connection of the environment. */
export function modelChecks({ models }: Environment): Check[] {
  const checks = Object.entries(models).map(([alias, settings]) => modelCheck(alias, settings))
  return checks.length > 0 ? checks : [noModels]
}

const noModels: Check = {
  name: 'models',
  needs: [],
  run: async () => skipped('The environment has no model connections; agents of rules need none.'),
}

function modelCheck(alias: string, settings: ModelSettings): Check {
  return {
    name: `model:${alias}`,
    needs: [],
    limit,
    async run({ env, directory }, signal) {
      await using connections = openConnections({ models: { [alias]: settings }, env, directory })
      const open = connections.find(alias)
      if (open === undefined) return notConnected(connections.gap(alias) ?? '')
      if (settings.provider === 'replay') {
        return pass('Its recordings can be read; nothing is sent to answer from them.')
      }
      const begun = performance.now()
      const exchange = await ask(open.connection, signal)
      return findingOf(exchange, Math.round(performance.now() - begun))
    },
  }
}

/** Some servers refuse so short an answer, reasoning models among them: those are asked for more. */
async function ask(connection: ModelConnection, signal: AbortSignal): Promise<Exchange> {
  const exchange = await connection.send({ ...question, signal })
  const isRefused = exchange.outcome === 'failed' && exchange.fault.code === 'model-error'
  if (!isRefused || exchange.fault.turnedAway !== true) return exchange
  return connection.send({ ...question, parameters: { maxOutputTokens: 64 }, signal })
}

/** One token of any answer tells that the address, the key and the name of the model are right. */
const question: ModelRequest = {
  messages: [{ role: 'user', content: 'Answer {"ok":true}.' }],
  parameters: { maxOutputTokens: 1 },
  schema: {
    type: 'object',
    properties: { ok: { type: 'boolean' } },
    required: ['ok'],
    additionalProperties: false,
  },
  schemaName: 'doctor',
  sample: 'doctor',
}

/** `gap` says what to set. */
function notConnected(gap: string): Finding {
  return fail(
    `It cannot be asked: ${gap}`,
    'Set it in the environment of the server, and start that anew.',
  )
}

function findingOf(exchange: Exchange, took: number): Finding {
  switch (exchange.outcome) {
    case 'answered':
    case 'truncated':
    case 'refused':
      return pass(`It answers in ${took} ms.`)
    case 'failed':
      return fail(exchange.fault.sentence, fixes[exchange.fault.code])
  }
}

const look =
  'Check the connection in proofloop.config.ts and its key, and look at the provider’s own page.'
const fixes: Record<Extract<Exchange, { outcome: 'failed' }>['fault']['code'], string> = {
  'rate-limited': 'Check again later, or set lower limits for the connection.',
  'quota-exhausted': 'Buy or wait for more at the provider.',
  'model-unreachable':
    'Check baseURL, the network, a proxy (HTTPS_PROXY) and that the server runs.',
  'model-stalled':
    'Check that the server is not overloaded, or allow it more time (limits.firstByteMs).',
  'model-error': look,
  'answer-too-long': look,
  'answer-incomplete':
    'Check again; when it stays so, look at proxies between here and the provider.',
  'model-not-connected': look,
  'not-recorded': look,
}

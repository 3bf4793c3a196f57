import { findAccess } from '../../model/provider-access.ts'
import { type AskedServer, type Check, type DoctorHost, fail, pass, skipped } from '../check.ts'

const limit = 30_000
/** Shorter keys may be words that stand anywhere. */
const shortestKey = 8

const server: Check = {
  name: 'server',
  needs: ['tables'],
  limit,
  async run(host) {
    const { routes } = await host.server()
    return pass(`A server with its flow and ${routes.length} procedures is there.`)
  },
}

const permissions: Check = {
  name: 'permissions',
  needs: ['server'],
  limit,
  async run(host, signal) {
    const { routes, closedPages, asStranger, asRoleless } = await host.server()
    const pages = closedPages.map((path) => ({ method: 'GET', path }))
    const closed = [...routes.filter(({ permission }) => permission !== 'public'), ...pages]
    const open = await answering(closed, { ask: asStranger, refusal: 401, signal })
    if (open.length > 0) {
      return fail(
        `${open.length} of ${closed.length} addresses answer strangers: ${open.slice(0, 3).join(', ')}.`,
        installAnew,
      )
    }
    const rightsNeeded = [
      ...routes.filter(({ permission }) => permission !== 'public' && permission !== 'signed-in'),
      ...pages,
    ]
    const lax = await answering(rightsNeeded, { ask: asRoleless, refusal: 403, signal })
    if (lax.length > 0) {
      return fail(
        `${lax.length} of ${rightsNeeded.length} addresses answer people who have no right to them: ${lax.slice(0, 3).join(', ')}.`,
        installAnew,
      )
    }
    return pass(
      `All ${closed.length} addresses that are not public refuse strangers, and ${rightsNeeded.length} who has no right.`,
    )
  },
}

const installAnew =
  'Stop the server. Something stands between people and its gate, or this installation was changed: install Proofloop anew.'

type Asking = { ask: AskedServer['asStranger']; refusal: number; signal: AbortSignal }

/** Addresses that do not refuse, with what they say instead. */
async function answering(
  routes: readonly { method: string; path: string }[],
  { ask, refusal, signal }: Asking,
): Promise<string[]> {
  const open: string[] = []
  for (const route of routes) {
    const answer = await ask(route, signal)
    await answer.body?.cancel()
    if (answer.status !== refusal) open.push(`${route.method} ${route.path} (${answer.status})`)
  }
  return open
}

const modelKeys: Check = {
  name: 'model-keys',
  needs: ['server'],
  limit,
  async run(host, signal) {
    const keys = keysOf(host)
    if (keys.length === 0) return skipped('No model connection has a key that could be looked for.')
    const asked = await host.server()
    const leaks = new Set<string>()
    const failures: string[] = []
    const questions = questionsOf(asked, host)
    for (const { path, ask } of questions) {
      const answer = await ask({ method: 'GET', path }, signal)
      const text = `${headersOf(answer)}\n${await answer.text()}`
      if (answer.status >= 500) failures.push(path)
      if (keys.some((key) => holds(text, key))) leaks.add(path)
    }
    if (leaks.size > 0) {
      return fail(
        `The key of a model stands in the answer of ${[...leaks].slice(0, 3).join(', ')}.`,
        'Get another key from the provider, and take this one out of proofloop.config.ts and prompts: a key stands in its variable only.',
      )
    }
    if (failures.length > 0) {
      return fail(
        `${failures.slice(0, 3).join(', ')} failed, so the answer could not be searched for keys.`,
        'Look into the log of the server.',
      )
    }
    const counted = keys.length === 1 ? '1 key is' : `${keys.length} keys are`
    return pass(
      `${counted} in none of ${questions.length} answers that operators and engineers get.`,
    )
  },
}

function keysOf({ environment, env }: DoctorHost): string[] {
  const keys = Object.values(environment.models).flatMap((settings) => {
    const access = findAccess(settings, env)
    return 'gap' in access ? [] : [access.apiKey ?? '']
  })
  return [...new Set(keys)].filter((key) => key.length >= shortestKey)
}

function questionsOf({ routes, pages, readers }: AskedServer, host: DoctorHost) {
  const name = encodeURIComponent(host.environment.name)
  return readers.flatMap(({ ask, may }) => {
    const readable = routes.filter((route) => route.method === 'GET' && may(route))
    const paths = [...readable.map(({ path }) => path.replaceAll('{env}', name)), ...pages]
    return paths.map((path) => ({ path, ask }))
  })
}

function headersOf({ headers }: Response): string {
  return [...headers].map(([name, value]) => `${name}: ${value}`).join('\n')
}

/** Also as JSON, an address or a page would write it. */
function holds(text: string, key: string): boolean {
  const html = key.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
  const forms = [key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key), html]
  return forms.some((form) => text.includes(form))
}

export const routeChecks: Check[] = [server, permissions, modelKeys]

import { type AskedServer, type Check, fail, pass } from '../check.ts'
import { modelKeys } from './key-check.ts'

const limit = 30_000

const server: Check = {
  name: 'server',
  needs: ['tables'],
  limit,
  async run(host) {
    const { routes } = await host.server()
    return pass(`A server with its flow and ${routes.length} procedures can start here.`)
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

export const routeChecks: Check[] = [server, permissions, modelKeys]

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { tokenAnswer } from './github/github-answers.ts'
import { faultsOfAnswer, faultsOfRequest, matchCall } from './github/github-api-description.ts'
import { appId, appKey, createCallers, installation } from './github/github-callers.ts'
import { createPeople, followBranches } from './github/github-people.ts'
import { createGitServer } from './github/git-server.ts'
import { createRepository } from './github/github-repository.ts'
import { handlers, refusal, type RouteAnswer } from './github/github-routes.ts'
import { createState } from './github/github-state.ts'
import { tempFolder } from './temp-folder.ts'

/** What is wrong with GitHub now. */
export type GitHubFault =
  /** Nobody answers. */
  | { kind: 'down' }
  | { kind: 'slow'; milliseconds: number }
  | { kind: 'answer'; status: number; headers?: Record<string, string>; message?: string }
  /** What is asked is done, and the line breaks before its answer comes. */
  | { kind: 'lost' }
  /** What is asked for is described otherwise. */
  | { kind: 'garbled' }

const main = { 'flow.txt': 'one\n', 'README.md': 'A flow\n' }

/**
 * GitHub, as far as the forge calls it: its REST API over HTTP, each request and each answer held against
 * GitHub's own description of it, before a real repository that git itself serves. What does not fit the
 * description is thrown when it is disposed.
 */
export async function startGitHub({ now = Date.now } = {}) {
  const place = await tempFolder()
  const folder = place.path('repository.git')
  const repository = createRepository(folder)
  const gitServer = createGitServer(place.folder)
  await repository.create()
  await repository.commit({ branch: 'main', files: main, message: 'Begin', author: 'owner' })
  const state = createState()
  const callers = createCallers(now)
  const faults: string[] = []
  const calls: string[] = []
  const received: string[] = []
  const known = {
    name: 'acme/reviews',
    /** For one request, or all until it is null again. */
    fault: null as null | GitHubFault | ((call: string) => GitHubFault | null),
    /** Before GitHub merges, after it was asked to. */
    beforeMerge: null as null | (() => Promise<void>),
    hasAccess: true,
    /** What was asked for is done, and nobody knows it yet. */
    afterEffect: null as null | ((call: string) => Promise<void>),
  }
  const host = { state, repository, name: known.name }
  const people = createPeople(host)

  const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      // Whoever asked waits no longer.
      if (!request.socket.destroyed) faults.push(String(error))
      response.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const cloneUrl = (): string => `${origin}/${known.name}.git`

  const note = (call: string, wrong: string[]): void => {
    faults.push(...wrong.map((of) => `${call}: ${of}`))
  }

  let last: Promise<unknown> = Promise.resolve()
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin)
    const matched = matchCall(request.method ?? '', url.pathname.replace(/^\/api\/v3/, ''))
    const call = matched?.call ?? (url.pathname.includes('.git/') ? 'git' : '')
    const sent = matched === null ? undefined : await readBody(request)
    const asked = matched && { ...matched, query: url.searchParams, body: sent }
    // Also what is answered with a fault.
    if (asked !== null) note(call, faultsOfRequest(asked))
    const fault = typeof known.fault === 'function' ? known.fault(call) : known.fault
    if (fault?.kind === 'down') return void request.socket.destroy()
    if (fault?.kind === 'slow') await sleep(fault.milliseconds)
    if (fault?.kind === 'answer') {
      const { status, headers = {}, message = 'Server Error' } = fault
      const body = { message, documentation_url: 'https://docs.github.com/rest' }
      if (matched !== null) note(call, faultsOfAnswer(call, status, body))
      return send(response, { status, body }, headers)
    }
    if (call === 'git') return answerGit(request, response, url)
    if (asked === null) {
      faults.push(
        `${request.method} ${url.pathname}: GitHub's description has no such call, or it was not cut out`,
      )
      return send(response, refusal(404, 'Not Found'))
    }
    calls.push(call)
    received.push(`${request.method} ${request.url} ${JSON.stringify(sent)}`)
    // One after the other, as if each was one transaction.
    const turn = last.then(async () => {
      await followBranches(host)
      const done = await handle(request, asked)
      if (request.method !== 'GET') await followBranches(host)
      return done
    })
    last = turn.catch(() => {})
    const answered = await turn
    note(call, faultsOfAnswer(call, answered.status, answered.body))
    if (hasEffect(call)) await known.afterEffect?.(call)
    if (fault?.kind === 'lost') return void request.socket.destroy()
    if (fault?.kind === 'garbled') return send(response, { status: 200, body: { it: 'is' } })
    sendTagged(request, response, answered)
  }

  async function handle(
    request: IncomingMessage,
    sent: Parameters<(typeof handlers)[string]>[1],
  ): Promise<RouteAnswer> {
    if (sent.call.startsWith('POST /app/')) {
      if (!callers.isApp(request)) return refusal(401, 'A JSON web token could not be decoded')
      if (sent.path['installation_id'] !== String(installation)) return refusal(404, 'Not Found')
      const { token, expiresAt } = callers.issue()
      return { status: 201, body: tokenAnswer(token, expiresAt) }
    }
    const caller = callers.of(request)
    if (caller === null) return refusal(401, 'Bad credentials')
    const { owner, repo } = sent.path
    if (owner !== undefined && !known.hasAccess) return refusal(404, 'Not Found')
    if (owner !== undefined && `${owner}/${repo}` !== known.name) {
      return {
        status: 301,
        body: { message: 'Moved Permanently', url: `${origin}/repositories/1` },
      }
    }
    if (sent.call.startsWith('PUT')) await known.beforeMerge?.()
    const handler = handlers[sent.call]
    if (handler === undefined) throw new Error(`${sent.call} has no handler.`)
    return handler({ ...host, name: known.name, cloneUrl: cloneUrl(), caller }, sent)
  }

  async function answerGit(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> {
    calls.push(url.pathname.endsWith('git-receive-pack') ? 'git push' : 'git')
    if (callers.of(request) === null) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="GitHub"' }).end()
      return
    }
    const wanted = `/${known.name}.git/`
    if (!known.hasAccess || !url.pathname.startsWith(wanted))
      return void response.writeHead(404).end()
    const pathInfo = `/repository.git/${url.pathname.slice(wanted.length)}`
    await gitServer.serve(`${pathInfo}${url.search}`, request, response)
  }

  const stop = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  return {
    ...people,
    origin,
    apiUrl: origin,
    repository,
    state,
    /** What GitHub does. */
    known,
    /** Each request to its API, by the name that GitHub's manual has for it, in order. */
    calls,
    /** The same with addresses and bodies. */
    received,
    callers,
    /** What has an effect there. */
    effects: (): string[] => calls.filter(hasEffect),
    head: (branch: string) => repository.commitOf(`refs/heads/${branch}`),
    env: { GITHUB_TOKEN: callers.personal, GITHUB_APP_KEY: appKey },
    /** Of the configuration: as an App, or with a token. */
    settings(kind: 'app' | 'token') {
      const app = {
        id: String(appId),
        installation: String(installation),
        privateKeyEnv: 'GITHUB_APP_KEY',
      }
      return {
        kind: 'github' as const,
        repository: known.name,
        apiUrl: origin,
        people: {},
        ...(kind === 'app' ? { app } : { tokenEnv: 'GITHUB_TOKEN' }),
      }
    },
    /** What did not fit GitHub's description, or went wrong here; reading it clears it. */
    faults: (): string[] => faults.splice(0),
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
      await gitServer[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
      if (faults.length > 0) throw new Error(`GitHub was asked wrongly:\n${faults.join('\n')}`)
    },
  }
}

function hasEffect(call: string): boolean {
  return /^(?:POST|PUT|PATCH|git push)/.test(call) && !call.startsWith('POST /app/')
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const body = await text(request)
  return body === '' ? undefined : JSON.parse(body)
}

/** What is as it was is not sent again. */
function sendTagged(
  request: IncomingMessage,
  response: ServerResponse,
  answered: RouteAnswer,
): void {
  if (request.method !== 'GET') return send(response, answered)
  const etag = `W/"${createHash('sha256').update(JSON.stringify(answered.body)).digest('hex')}"`
  if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end()
  send(response, answered, { etag })
}

function send(
  response: ServerResponse,
  { status, body }: RouteAnswer,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(body))
}

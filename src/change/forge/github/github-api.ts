import { Octokit } from '@octokit/core'
import type { Endpoints } from '@octokit/types'
import type { z } from 'zod'
import type { GitHubForgeSettings } from '../../../schema/change-settings.ts'
import { InstallationToken } from './github-answers.ts'
import { createCredential, type GitHubCredential } from './github-credential.ts'
import {
  errorOf,
  type Failure,
  isStatus,
  pausedUntil,
  refused,
  unavailable,
} from './github-error.ts'

type Route = keyof Endpoints

type Asked<R extends Route> = Endpoints[R]['parameters']

type Fresh<T> = { isNew: false } | { isNew: true; value: T; etag: string | null }

/** GitHub's REST API, for one repository. */
export type GitHubApi = {
  /** As parameters have it. */
  names: { owner: string; repo: string }
  credential: GitHubCredential
  /** @throws UserFacingError forge-unavailable; GitHubRefusal */
  call: <R extends Route, T>(route: R, asked: Asked<R>, answer: z.ZodType<T>) => Promise<T>
  /** What is as it was when it had this tag costs nothing of what may be asked in an hour. */
  callIfNew<R extends Route, T>(
    route: R,
    asked: Asked<R> & { etag: string | null },
    answer: z.ZodType<T>,
  ): Promise<Fresh<T>>
  /** Of a list that comes in pages of 100, at most so many pages. */
  all<R extends Route, T>(
    route: R,
    asked: Asked<R> & { mostPages?: number },
    answer: z.ZodType<T[]>,
  ): Promise<T[]>
}

type Options = {
  settings: GitHubForgeSettings
  env: Record<string, string | undefined>
  now: () => number
  /** Milliseconds that an answer may take. */
  patience?: number
}

const pageSize = 100

/** @throws UserFacingError forge-credentials */
export function createGitHubApi(options: Options): GitHubApi {
  const { settings } = options
  const [owner = '', repo = ''] = settings.repository.split('/')
  const names = { owner, repo }
  const asker = createAsker(options)
  const credential = createCredential({
    ...options,
    issue: async (jwt) => {
      const installation_id = Number(settings.app?.installation)
      const { data } = await asker(async () => jwt, {
        route: 'POST /app/installations/{installation_id}/access_tokens',
        asked: { installation_id, repositories: [repo] },
      })
      const { token, expires_at } = parse(InstallationToken, data)
      return { token, expiresAt: Date.parse(expires_at) }
    },
  })
  const ask = async (request: Request): Promise<Answer> => {
    try {
      return await asker(credential.token, request)
    } catch (error) {
      if (!isStatus(error, 401) || !credential.renew()) throw error
      return asker(credential.token, request)
    }
  }
  const call: GitHubApi['call'] = async (route, asked, answer) =>
    parse(answer, (await ask({ route, asked })).data)
  return {
    names,
    credential,
    call,
    async callIfNew(route, { etag, ...asked }, answer) {
      const headers = etag === null ? {} : { 'if-none-match': etag }
      const { status, data, headers: got } = await ask({ route, asked: { ...asked, headers } })
      if (status === 304) return { isNew: false }
      return { isNew: true, value: parse(answer, data), etag: got.etag ?? null }
    },
    async all(route, { mostPages = 30, ...asked }, answer) {
      const found = []
      for (let page = 1; page <= mostPages; page += 1) {
        const { data } = await ask({ route, asked: { ...asked, per_page: pageSize, page } })
        const items = parse(answer, data)
        found.push(...items)
        if (items.length < pageSize) break
      }
      return found
    },
  }
}

type Request = { route: string; asked: Record<string, unknown> }
type Answer = { status: number; data: unknown; headers: { etag?: string } }

/** Sends requests one by one as they come, and none while GitHub wants none. */
function createAsker({ settings, now, patience = 30_000 }: Options) {
  const octokit = new Octokit({ baseUrl: settings.apiUrl, userAgent: 'proofloop' })
  let paused = 0
  return async (token: () => Promise<string>, { route, asked }: Request): Promise<Answer> => {
    if (paused > now()) throw waits(paused)
    const authorization = `Bearer ${await token()}`
    // Redirects are not followed: GitHub's are of repositories that have another name by now.
    const request = { redirect: 'manual' as const, signal: AbortSignal.timeout(patience) }
    const headers = { ...(asked['headers'] as object | undefined), authorization }
    try {
      const answer = await octokit.request(route, { ...asked, headers, request })
      const { status } = answer
      if (status >= 200 && status < 300) return answer
      throw refused(
        `GitHub has ${settings.repository} elsewhere by now (${status}): it was renamed or moved. Write its new name into changes.forge.repository.`,
      )
    } catch (error) {
      if (!isHttpError(error)) throw error
      if (error.status === 304) return { status: 304, data: null, headers: {} }
      const failure = failureOf(route, error)
      const until = pausedUntil(failure, now())
      if (until === null) throw errorOf(failure)
      paused = until
      throw waits(until)
    }
  }
}

function waits(until: number): Error {
  const time = new Date(until).toISOString().replace(/\.\d+Z$/, 'Z')
  return unavailable(`GitHub wants no more requests before ${time}. It is asked again then.`)
}

type HttpError = Error & {
  status: number
  response?: { data: unknown; headers: Failure['headers'] }
}

function isHttpError(error: unknown): error is HttpError {
  if (!(error instanceof Error)) return false
  // An answer that takes too long is aborted, which is no fault of ours either.
  return error.name === 'HttpError' || error.name === 'AbortError'
}

function failureOf(route: string, { status, response }: HttpError): Failure {
  if (response === undefined) return { route, status: null, headers: {}, message: '' }
  const { data, headers } = response
  return { route, status, headers, message: messageOf(data) }
}

function messageOf(data: unknown): string {
  if (typeof data !== 'object' || data === null) return ''
  const { message = '', errors = [] } = data as { message?: unknown; errors?: unknown }
  const details = (Array.isArray(errors) ? errors : []).map((error: unknown) =>
    typeof error === 'object' && error !== null && 'message' in error ? error.message : error,
  )
  return [message, ...details].filter((part) => typeof part === 'string').join(' ')
}

function parse<T>(schema: z.ZodType<T>, data: unknown): T {
  const { success, data: value, error } = schema.safeParse(data)
  if (success) return value
  throw unavailable('What GitHub answers is not what its manual describes.', { cause: error })
}

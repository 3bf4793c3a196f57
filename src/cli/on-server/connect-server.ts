import { createORPCClient, ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { ResponseValidationPlugin } from '@orpc/contract/plugins'
import { OpenAPILink } from '@orpc/openapi-client/fetch'
import { z } from 'zod'
import { UserFacingError } from '../../lib/errors.ts'
import { contract } from '../../schema/api/contract.ts'
import type { Io } from '../io.ts'

type ServerClient = ContractRouterClient<typeof contract>

/** As the server answers errors. */
const Refusal = z.object({ code: z.string(), message: z.string(), data: z.unknown().optional() })

export type Server = {
  /** Without a path and without a slash at its end. */
  url: string
  client: ServerClient
  /** An address of the API, for answers that are files. */
  get: (path: string, signal: AbortSignal) => Promise<Response>
}

/**
 * Nothing is sent yet.
 * @throws UserFacingError server-url-invalid, server-key-missing
 */
export function connectServer(address: string, env: Io['env']): Server {
  const url = originOf(address)
  const key = env['PROOFLOOP_API_KEY']?.trim() ?? ''
  if (key === '' || /[^\x21-\x7e]/.test(key)) {
    throw new UserFacingError(
      'server-key-missing',
      `Set PROOFLOOP_API_KEY to an API key of ${url}; its page makes one under Settings, API keys. A key is never an argument, because others on this machine can read those.`,
    )
  }
  const link = new OpenAPILink(contract, {
    url: `${url}/api`,
    headers: { authorization: `Bearer ${key}` },
    fetch: (request, init) => send(request, { ...init, redirect: 'manual' }),
    plugins: [new ResponseValidationPlugin(contract)],
  })
  return {
    url,
    client: createORPCClient(link),
    get: (path, signal) => getFile(`${url}/api${path}`, { key, signal }),
  }
}

async function getFile(
  url: string,
  { key, signal }: { key: string; signal: AbortSignal },
): Promise<Response> {
  const headers = { authorization: `Bearer ${key}` }
  const response = await send(new Request(url, { headers, signal }), { redirect: 'manual' })
  if (response.ok) return response
  throw refusalOf(response.status, await response.text())
}

/** What stands before a server answers with pages of its own: then the status is all that they say. */
function refusalOf(status: number, text: string): ORPCError<string, unknown> {
  const told = parseRefusal(text) ?? { code: `HTTP-${status}`, message: '', data: undefined }
  const { code, ...rest } = told
  // Less than 400 is no status of an error.
  return new ORPCError(code, { status: Math.max(status, 400), ...rest })
}

function parseRefusal(text: string): z.infer<typeof Refusal> | null {
  try {
    return Refusal.safeParse(JSON.parse(text)).data ?? null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** A redirect would lose the key or the file on its way. */
async function send(request: Request, init: RequestInit): Promise<Response> {
  const response = await fetch(request, init)
  const target = response.headers.get('location')
  if (response.status < 300 || response.status >= 400 || target === null) return response
  const { origin } = new URL(target, request.url)
  throw new UserFacingError(
    'server-redirects',
    `The server sends its clients on to ${origin}. Give that as --server, if you trust it.`,
  )
}

function originOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && url.username === ''
  if (isPlain && url.pathname === '/' && url.search === '' && url.hash === '') return url.origin
  throw new UserFacingError(
    'server-url-invalid',
    '--server takes the address that the page has, without what follows the host: http://127.0.0.1:4310 for example.',
  )
}

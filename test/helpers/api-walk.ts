import { setTimeout } from 'node:timers/promises'
import { isContractProcedure, type AnyContractRouter } from '@orpc/contract'
import { z } from 'zod'
import { type InputSchema, objectsOf, type Samples } from './input-samples.ts'
import { stableAnswer } from './stable-answer.ts'
import type { Heard, watchStatements } from './watch-statements.ts'

/** First who reads, last who deletes. */
export const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
type Verb = (typeof verbs)[number]
export type WalkedRoute = { method: Verb; path: string; input: InputSchema }
type Asking = (method: string, path: string, body?: unknown) => Response | Promise<Response>

/** What somebody was told, and what the store was asked for it. */
export type Told = {
  request: string
  /** As the contract writes it; of what is outside of it, left out. */
  route?: string
  answer: string
  /** A stream that did not end by itself; how much of it came is chance. */
  open: boolean
} & Heard

export type Walker = {
  ask: Asking
  /** Each is tried by itself. */
  samples: readonly Samples[]
  statements: ReturnType<typeof watchStatements>
  /** When it began; what is older was there before. */
  since: number
}

/** Every procedure of a contract with what its input says. */
export function routesOf(router: AnyContractRouter, prefix = '/api'): WalkedRoute[] {
  if (!isContractProcedure(router)) {
    return Object.values(router).flatMap((inner) => routesOf(inner as AnyContractRouter, prefix))
  }
  const { route, inputSchema } = router['~orpc']
  const input =
    inputSchema instanceof z.ZodType
      ? z.toJSONSchema(inputSchema, { io: 'input', unrepresentable: 'any' })
      : {}
  const method = route.method as Verb
  return [{ method, path: `${prefix}${route.path}`, input: input as InputSchema }]
}

/** After all else: only so many gates of a person may wait, and what is closed or stopped takes nothing more. */
const last = [/^\/api\/gates$/, /\/(?:close|stop)$/]

/** The routes of a contract in the order in which each still finds what it needs. */
export function inWalkingOrder(routes: readonly WalkedRoute[]): WalkedRoute[] {
  const place = ({ path }: WalkedRoute): number => last.findIndex((one) => one.test(path))
  return routes.toSorted((one, other) => place(one) - place(other))
}

/** Sends all that can be tried of one route; of one that lets nobody in, one request. */
export async function walkRoute(walker: Walker, route: WalkedRoute): Promise<Told[]> {
  const all = walker.samples.flatMap((samples) => requestsOf(route, samples))
  const told: Told[] = []
  for (const { path, body } of withoutRepeats(all)) {
    const one = await tell(walker, { method: route.method, path, body })
    told.push({ ...one, route: nameOf(route) })
    if (isRefused(one)) return told
  }
  if (route.method !== 'GET') return told
  return [...told, ...(await followPages(walker, route))]
}

/** Routes that answered nobody with a success: to walk what refuses everybody has shown nothing. */
export function unanswered(routes: readonly WalkedRoute[], told: readonly Told[]): string[] {
  const answered = new Set(told.flatMap(({ route, answer }) => (isGiven(answer) ? route : [])))
  return routes.map(nameOf).filter((route) => !answered.has(route))
}

function nameOf({ method, path }: WalkedRoute): string {
  return `${method} ${path}`
}

function isGiven(answer: string): boolean {
  return /^2\d\d\n/.test(answer)
}

/** Asks once, and reads all that comes. */
export async function tell(
  { ask, statements: heard, since }: Walker,
  { method, path, body }: { method: string; path: string; body?: unknown },
): Promise<Told> {
  const { done, statements, rows } = await heard.during(async () => {
    const response = await ask(method, path, body)
    return { response, ...(await contentOf(response)) }
  })
  const { response, content, open } = done
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`)
  const answer = stableAnswer([String(response.status), ...headers, '', content].join('\n'), since)
  return {
    request: `${method} ${path} ${bodyInWords(body)}`.trim(),
    answer,
    open,
    statements,
    rows,
  }
}

/** Requests whose answers have a secret in them. */
export function tellingOf(secret: string, told: readonly Told[]): string[] {
  return told.filter(({ answer }) => answer.includes(secret)).map(({ request }) => request)
}

/** In how far what is told differs between a world with something hidden and one without. */
export function differences(first: Told[], second: Told[]): string[] {
  const sameLength = first.length === second.length
  const found = sameLength ? [] : [`${first.length} and ${second.length} requests`]
  const pairs = first.flatMap((one, i) =>
    second[i] === undefined ? [] : [[one, second[i]] as const],
  )
  return [...found, ...pairs.flatMap(([one, other]) => differencesOf(one, other))]
}

function differencesOf(one: Told, other: Told): string[] {
  if (one.request !== other.request) return [`${one.request} beside ${other.request}`]
  const isCut = one.open || other.open
  const found = {
    answer: firstDifference(linesOf(one, isCut), linesOf(other, isCut), isCut),
    statements: firstDifference(asksOf(one, isCut), asksOf(other, isCut), isCut),
    rows: firstDifference(rowsOf(one, isCut), rowsOf(other, isCut), isCut),
  }
  return Object.entries(found).flatMap(([what, difference]) =>
    difference === null ? [] : [`${one.request}: ${what}\n${difference}`],
  )
}

/** Null when they are the same; of what was cut also when one goes on where the other ends. */
function firstDifference(hidden: string[], without: string[], isCut = false): string | null {
  const longest = Math.max(hidden.length, without.length)
  const places = Array.from({ length: longest }, (_, i) => i)
  const place = places.find((i) => hidden[i] !== without[i])
  if (place === undefined) return null
  if (isCut && (place >= hidden.length || place >= without.length)) return null
  return `  with: ${hidden[place]}\n  without: ${without[place]}`
}

/** Where the logs of two servers that were asked the same differ first, but for how long a request took. */
export function linesApart(
  hidden: readonly string[],
  without: readonly string[],
  since: number,
): string[] {
  const stable = (line: string) =>
    stableAnswer(line, since)
      .replace(/"ms":[\d.]+/, '"ms":MS')
      .trimEnd()
  const difference = firstDifference(hidden.map(stable), without.map(stable))
  return difference === null ? [] : [`the log\n${difference}`]
}

/** Of a stream that was cut, without comments that keep it open and without the end of what came last. */
function linesOf({ answer }: Told, isCut: boolean): string[] {
  const lines = answer.split('\n')
  return isCut ? lines.filter((line) => line.trim() !== '' && !line.startsWith(':')) : lines
}

/**
 * Without what is chance: the order of statements that are sent at the same time, how often a stream has
 * looked for something new, and whether the use of a key is written, which is so once a minute.
 */
function asksOf({ statements }: Told, isCut: boolean): string[] {
  const asked = statements.filter((one) => !isUseOfKey(one))
  return isCut ? asked.filter((one, i) => asked.indexOf(one) === i) : asked.toSorted()
}

/** Of a stream that was cut, none: how often it has looked is chance. */
function rowsOf({ rows }: Told, isCut: boolean): string[] {
  return isCut ? [] : rows.filter((one) => !isUseOfKey(one)).toSorted()
}

function isUseOfKey(statement: string): boolean {
  return statement.includes('update "api_keys" set "last_used_at"')
}

function isRefused({ answer }: Told): boolean {
  return /^40[13]\n/.test(answer) && /"code":"(?:UNAUTHORIZED|FORBIDDEN)"/.test(answer)
}

type Sent = { path: string; body?: unknown }

function withoutRepeats(all: readonly Sent[]): Sent[] {
  const inWords = ({ path, body }: Sent): string => `${path} ${bodyInWords(body)}`
  return [...new Map(all.map((one) => [inWords(one), one])).values()]
}

/**
 * Every place in an address with every value; to the first two addresses all that else can be sent; and what is sent
 * whole.
 */
function requestsOf(route: WalkedRoute, samples: Samples): Sent[] {
  const { method, path, input } = route
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const { properties = {}, required = [] } = input
  const rest: InputSchema = {
    properties: Object.fromEntries(
      Object.entries(properties).filter(([name]) => !names.includes(name)),
    ),
    required: required.filter((name) => !names.includes(name)),
  }
  const objects = objectsOf(rest, samples)
  const single = addressesOf(path, { names, properties, samples }).flatMap((address, i) => {
    const some = i < 2 ? objects : objects.slice(0, 1)
    return some.map((object) => sendingOf(method, address, object))
  })
  return [...single, ...(samples.whole?.[nameOf(route)] ?? []).map((one) => wholeOf(route, one))]
}

function wholeOf({ method, path }: WalkedRoute, parts: Record<string, unknown>): Sent {
  const rest = { ...parts }
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    delete rest[name]
    return encodeURIComponent(String(parts[name]))
  })
  return sendingOf(method, address, rest)
}

type Places = { names: string[]; properties: Record<string, InputSchema>; samples: Samples }

function addressesOf(path: string, { names, properties, samples }: Places): string[] {
  let addresses = [path]
  for (const name of names) {
    const given = properties[name]?.enum?.map(String)
    const values = given ?? samples.known[name] ?? samples.words
    addresses = values.flatMap((value) =>
      addresses.map((one) => one.replace(`{${name}}`, encodeURIComponent(value))),
    )
  }
  return addresses
}

function sendingOf(method: Verb, address: string, object: Record<string, unknown>): Sent {
  const fields = Object.entries(object)
  if (method === 'GET') {
    const query = fields.map(([name, value]) => `${name}${queryOf(value)}`).join('&')
    return { path: query === '' ? address : `${address}?${query}` }
  }
  if (!fields.some(([, value]) => value instanceof File)) return { path: address, body: object }
  const body = new FormData()
  for (const [name, value] of fields) {
    if (value instanceof File) body.set(name, value)
    else body.set(name, typeof value === 'string' ? value : JSON.stringify(value))
  }
  return { path: address, body }
}

function queryOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `=${encodeURIComponent(String(value))}`
  return Object.entries(value).map(([key, inner]) => `[${key}]${queryOf(inner)}`)[0] ?? '='
}

/** A page at a time to the end: the number of pages is a count, too. */
async function followPages(walker: Walker, { path, input }: WalkedRoute): Promise<Told[]> {
  if (input.properties?.['after'] === undefined || input.properties['limit'] === undefined)
    return []
  const [samples] = walker.samples
  if (samples === undefined) return []
  const told: Told[] = []
  const address = addressesOf(path, {
    names: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
    properties: input.properties,
    samples,
  })[0]
  let after: string | null = ''
  while (after !== null && told.length < 20) {
    const from: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`
    const one = await tell(walker, { method: 'GET', path: `${address}?limit=1${from}` })
    told.push(one)
    after = /"next":"([^"]+)"/.exec(one.answer)?.[1] ?? null
  }
  return told
}

function bodyInWords(body: unknown): string {
  if (!(body instanceof FormData)) return body === undefined ? '' : JSON.stringify(body)
  return [...body]
    .map(([name, value]) => `${name}=${value instanceof File ? value.name : value}`)
    .join(' ')
}

/** Milliseconds in which nothing comes any more from a stream that does not end. */
const lull = 80

async function contentOf(response: Response): Promise<{ content: string; open: boolean }> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  if (response.body === null || !isStream) {
    return { content: Buffer.from(await response.arrayBuffer()).toString('latin1'), open: false }
  }
  const reader = response.body.getReader()
  const parts: Uint8Array[] = []
  // Something comes first of each, however long a busy machine takes.
  let next: Awaited<ReturnType<typeof reader.read>> | null = await reader.read()
  while (next?.done === false) {
    parts.push(next.value)
    next = await Promise.race([reader.read(), setTimeout(lull, null)])
  }
  if (next === null) await reader.cancel()
  return { content: Buffer.concat(parts).toString('latin1'), open: next === null }
}

type Outside = { known: string[]; words: string[] }

/**
 * What a server answers besides the contract, and addresses that might be there: pages, pictures and
 * files of rows.
 * @param known addresses of the contract, as the router writes them
 */
export function outsideRequests(
  routes: { method: string; path: string }[],
  { known, words }: Outside,
): { method: string; path: string }[] {
  const outside = routes.filter(({ path }) => !path.includes('*') && !known.includes(path))
  const registered = new Set(
    // A POST without a body: to sign out would end the walk.
    outside.filter(({ method }) => method === 'GET' || method === 'ALL').map(({ path }) => path),
  )
  const guessed = words.flatMap((word) => [
    `/documents/${word}`,
    `/api/documents/${word}/thumbnail`,
    `/api/documents/${word}/pages/1`,
    `/api/files/${word}`,
    `/assets/${word}.png`,
    `/api/nothing?search=${word}`,
  ])
  return [...registered, ...guessed].map((path) => ({ method: 'GET', path }))
}

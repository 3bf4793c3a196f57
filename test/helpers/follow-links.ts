import { served } from '../../src/server/implementer.ts'
import { outsideRequests, routesOf, tell, type Told, type Walker, walkRoute } from './api-walk.ts'
import type { Samples } from './input-samples.ts'

type Asking = Walker['ask']
type Route = { method: string; path: string }

const routes = routesOf(served)
const reading = routes.filter(({ method }) => method === 'GET')
/** What an author may do with changes and gates: what they are refused tells something, too. */
const acting = routes.filter(
  ({ method, path }) => method === 'POST' && /^\/api\/(?:changes|gates|me\/notif)/u.test(path),
)

const found = {
  uuids: /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gu,
  hashes: /\b[0-9a-f]{64}\b/gu,
  commits: /\b[0-9a-f]{40}\b/gu,
  numbers: /(?<="number":)\d+/gu,
  datasets: /(?<="dataset":")[^"]+/gu,
  ids: /(?<="(?:id|doc_id|example)":")[^"]+/gu,
  cursors: /(?<="next":")[^"]+/gu,
}
const kinds = [...(Object.keys(found) as (keyof typeof found)[]), 'evaluations' as const]

/** Whatever an answer names that something can be asked about. */
export type Links = Record<(typeof kinds)[number], Set<string>>

/** What somebody was told, and all that it leads to. */
export type Followed = { told: Told[]; links: Links }

/**
 * Asks all that can be asked of an API by reading, about everything that an answer names, until no answer names
 * anything new; and what the server answers besides.
 * @param guessed of somebody who has heard of more than they were told
 */
export async function followLinks(
  ask: Asking,
  { outside, guessed }: { outside: Route[]; guessed?: Links },
): Promise<Followed> {
  const asked = new Set<string>()
  const told: Told[] = []
  const links = copyOf(guessed)
  for (let before = -1; sizeOf(links) > before;) {
    before = sizeOf(links)
    const walker = walkerOf(once(ask, asked), links)
    for (const route of reading) told.push(...(await walkRoute(walker, route)).filter(wasAsked))
    for (const one of told) collect(one, links)
  }
  const known = routes.map(({ path }) => path.replaceAll(/\{(\w+)\}/gu, ':$1'))
  const words = [...links.numbers, ...[...links.hashes].slice(0, 20)]
  const walker = walkerOf(ask, links)
  for (const request of outsideRequests(outside, { known, words })) {
    told.push(await tell(walker, request))
  }
  return { told, links }
}

/** Tries all that is done with changes and gates, with every value. It changes them: it comes last. */
export async function tryActs(ask: Asking, links: Links): Promise<Told[]> {
  const walker = walkerOf(ask, links)
  const told: Told[] = []
  for (const route of acting) told.push(...(await walkRoute(walker, route)))
  return told
}

function walkerOf(ask: Asking, links: Links): Walker {
  return { ask, samples: samplesOf(links), statements: unheard, since: Infinity }
}

/** What the store is asked matters to others. */
const unheard: Walker['statements'] = {
  during: async (work) => ({ done: await work(), statements: [], rows: [] }),
  [Symbol.dispose]() {},
}

const askedBefore = 204

/** What was asked is not asked again. */
function once(ask: Asking, asked: Set<string>): Asking {
  return async (method, path, body) => {
    const request = `${method} ${path}`
    if (asked.has(request)) return new Response(null, { status: askedBefore })
    asked.add(request)
    return ask(method, path, body)
  }
}

function wasAsked({ answer }: Told): boolean {
  return !answer.startsWith(`${askedBefore}\n`)
}

function collect({ request, answer }: Told, links: Links): void {
  for (const [kind, pattern] of Object.entries(found) as [keyof typeof found, RegExp][]) {
    for (const [value] of answer.matchAll(pattern)) links[kind].add(value)
  }
  if (!request.startsWith('GET /api/evaluations?')) return
  for (const [value] of answer.matchAll(found.uuids)) links.evaluations.add(value)
}

function copyOf(links?: Links): Links {
  return Object.fromEntries(kinds.map((kind) => [kind, new Set(links?.[kind])])) as Links
}

function sizeOf(links: Links): number {
  return Object.values(links).reduce((sum, { size }) => sum + size, 0)
}

/** Pairs of evaluations are many. */
const mostPaired = 6
const nowhere = '01a00000-0000-7000-8000-000000000000'

/** By the names of parameters, what they can be. */
function samplesOf(links: Links): Samples {
  const uuids = [...links.uuids, nowhere]
  const hashes = [...links.hashes, 'cd'.repeat(32)]
  const versions = ['newest', ...hashes]
  const named = (names: string[], values: string[]) => names.map((name) => [name, values] as const)
  const known = Object.fromEntries([
    ...named(['review', 'issue', 'evaluation', 'gate', 'person', 'session', 'key'], uuids),
    ...named(['baseline', 'candidate'], [...links.evaluations].slice(0, mostPaired)),
    ...named(['sha256', 'document', 'documents', 'bundle', 'hash', 'tree'], hashes),
    ...named(['version', 'flow', 'from', 'to'], versions),
    ...named(['head'], [...links.commits]),
    ...named(['number'], [...links.numbers, '999']),
    ...named(['dataset'], [...links.datasets, 'none']),
    ...named(['id'], [...links.ids, 'none']),
    ...named(['after'], ['', ...links.cursors]),
    ...named(['search'], ['e', '%', '']),
  ])
  return { known, words: ['true', 'words'], files: [] }
}

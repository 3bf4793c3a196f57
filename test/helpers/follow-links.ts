import { served } from '../../src/server/implementer.ts'
import {
  outsideRequests,
  routesOf,
  tell,
  type Told,
  type WalkedRoute,
  type Walker,
  walkRoute,
} from './api-walk.ts'
import type { Samples } from './input-samples.ts'

type Asking = Walker['ask']
type Route = { method: string; path: string }

const routes = routesOf(served)
const reading = routes.filter(({ method }) => method === 'GET')
/** What is done with changes and gates, and where one is told of them: what is refused tells something, too. */
const acting = routes.filter(
  ({ method, path }) => method !== 'GET' && /^\/api\/(?:changes|gates|me\/notif)/u.test(path),
)

const patterns = {
  uuids: /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gu,
  hashes: /\b[0-9a-f]{64}\b/gu,
  commits: /\b[0-9a-f]{40}\b/gu,
  numbers: /(?<="number":)\d+/gu,
  datasets: /(?<="dataset":")[^"]+/gu,
  ids: /(?<="(?:id|doc_id|example)":")[^"]+/gu,
  cursors: /(?<="next":")[^"]+/gu,
} as const
type Kind = keyof typeof patterns
const kinds = Object.keys(patterns) as Kind[]

/** What answers name, and where each was named: by which route, under which key. */
type Links = Record<Kind, Map<string, Set<string>>>

/** By where something is named, and what it was tried on: how often, and whether there was something once. */
type Tries = Map<string, { asked: number; isThere: boolean }>

/** What somebody was told, and all that it leads to. */
export type Followed = { told: Told[]; links: Links; tries: Tries }

/** So many of those that are named in one place are tried on what nothing of that place leads to. */
const mostTried = 2

/**
 * Asks all that can be asked of an API by reading, about everything that an answer names, until no answer names
 * anything new; and what the server answers besides. What is named in one place is of one kind, mostly: where
 * two of it lead nowhere, the others are not tried.
 * @param heard what somebody else was told: also about all that was there for them
 */
export async function followLinks(
  ask: Asking,
  { outside, heard }: { outside: Route[]; heard?: Followed },
): Promise<Followed> {
  const told: Told[] = []
  const links = copyOf(heard?.links)
  const tries: Tries = new Map()
  for (const [name, { isThere }] of heard?.tries ?? []) tries.set(name, { asked: 0, isThere })
  const asked = new Set<string>()
  for (let before = -1; asked.size > before;) {
    before = asked.size
    // Side by side: each waits for the disk where the audit log is written.
    const walks = reading.map(async (route) => {
      const walker = walkerOf(once(ask, asked), samplesOf(links, { route, tries }))
      return { route, own: (await walkRoute(walker, route)).filter(wasAsked) }
    })
    for (const { route, own } of await Promise.all(walks)) {
      for (const one of own) note(one, { route, links, tries })
      told.push(...own)
    }
  }
  const known = routes.map(({ path }) => path.replaceAll(/\{(\w+)\}/gu, ':$1'))
  const words = [...links.numbers.keys(), ...[...links.hashes.keys()].slice(0, 20)]
  const walker = walkerOf(ask, samplesOf(links))
  for (const request of outsideRequests(outside, { known, words })) {
    told.push(await tell(walker, request))
  }
  return { told, links, tries }
}

/** What is nobody's, is no name, or would be something elsewhere. */
const strange = ['main', '../..', '--all', 'refs/proofloop/changes/good', '%', 'a'.repeat(300)]
/** Of each kind, where all would be many. */
const mostActs = 8

/**
 * Tries all that is done with changes and gates, with every value, and with bad ones. It changes them: it comes
 * last.
 */
export async function tryActs(ask: Asking, { links, tries }: Followed): Promise<Told[]> {
  const told: Told[] = []
  for (const route of acting) {
    // Of gates, those that somebody was answered about.
    const { known } = samplesOf(links, { route: { ...route, path: '/api/gates/{gate}' }, tries })
    const few = Object.entries(known).map(([name, values]) => {
      // The first is what others are tried with.
      const some = name === 'number' ? values : [...values.slice(0, mostActs), ...strange]
      return [name, some] as const
    })
    const walker = walkerOf(ask, { known: Object.fromEntries(few), words: strange, files: [] })
    told.push(...(await walkRoute(walker, route)))
  }
  return told
}

function walkerOf(ask: Asking, samples: Samples): Walker {
  return { ask, samples: [samples], statements: unheard, since: Infinity }
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

type Noting = { route: WalkedRoute; links: Links; tries: Tries }

/** Keeps whether there was something, and what it names. */
function note({ request, answer }: Told, { route, links, tries }: Noting): void {
  const isThere = /^[23]/u.test(answer)
  const address = decodeURIComponent(request.split('?')[0] ?? '')
  for (const kind of ['uuids', 'hashes'] as const) {
    for (const [value] of address.matchAll(patterns[kind])) {
      for (const place of links[kind].get(value) ?? []) {
        const before = tries.get(`${route.path} ${place}`) ?? { asked: 0, isThere: false }
        const now = { asked: before.asked + 1, isThere: before.isThere || isThere }
        tries.set(`${route.path} ${place}`, now)
      }
    }
  }
  for (const kind of kinds) {
    for (const match of answer.matchAll(patterns[kind])) {
      const [value] = match
      const places = links[kind].get(value) ?? new Set()
      links[kind].set(value, places.add(`${route.path} ${keyBefore(answer, match.index)}`))
    }
  }
}

/** Of JSON; empty in the middle of a text, or of a list. */
function keyBefore(answer: string, at: number): string {
  return /"(\w+)":\[?"?$/u.exec(answer.slice(Math.max(0, at - 40), at))?.[1] ?? ''
}

function copyOf(links?: Links): Links {
  const copies = kinds.map((kind) => [
    kind,
    new Map([...(links?.[kind] ?? [])].map(([value, places]) => [value, new Set(places)])),
  ])
  return Object.fromEntries(copies) as Links
}

/** Pairs of evaluations are many. */
const mostPaired = 6
const nowhere = '01a00000-0000-7000-8000-000000000000'

/** By the names of parameters, what they can be. @param on leaves out what leads nowhere on the route */
function samplesOf(links: Links, on?: { route: WalkedRoute; tries: Tries }): Samples {
  const of = (kind: Kind): string[] => [...links[kind].keys()]
  const opaque = (kind: 'uuids' | 'hashes'): string[] =>
    on === undefined ? of(kind) : hopeful([...links[kind]], on)
  const uuids = [...opaque('uuids'), nowhere]
  const hashes = [...opaque('hashes'), 'cd'.repeat(32)]
  const evaluations = [...links.uuids].filter(([, places]) => places.has('/api/evaluations id'))
  const pairs = evaluations.slice(0, mostPaired).map(([value]) => value)
  const named = (names: string[], values: string[]) => names.map((name) => [name, values] as const)
  const known = Object.fromEntries([
    ...named(['review', 'issue', 'evaluation', 'gate', 'person', 'session', 'key', 'ids'], uuids),
    ...named(['baseline', 'candidate'], pairs),
    ...named(['sha256', 'document', 'documents', 'bundle', 'hash', 'draft'], hashes),
    ...named(['version', 'flow', 'from', 'to'], ['newest', ...hashes]),
    ...named(['head', 'tree'], of('commits')),
    ...named(['number'], [...of('numbers'), '999']),
    ...named(['dataset'], [...of('datasets'), 'none']),
    ...named(['id'], [...of('ids').filter((id) => !links.uuids.has(id)), 'none']),
    ...named(['after'], ['', ...of('cursors')]),
    ...named(['search'], ['e', '%', '']),
    ...named(['reason', 'title', 'description'], ['Say what a deadline is.']),
    ...named(['branch'], ['good']),
  ])
  return { known, words: ['true', 'words'], files: [] }
}

type Named = [value: string, places: Set<string>]

/** Those from places of which something was there, then a few of each other place. */
function hopeful(all: Named[], { route, tries }: { route: WalkedRoute; tries: Tries }): string[] {
  // Of thousands that are named, the places are few.
  const known = new Map<string, ReturnType<Tries['get']>>()
  const of = (place: string) => {
    if (!known.has(place)) known.set(place, tries.get(`${route.path} ${place}`))
    return known.get(place)
  }
  const isLive = ([, places]: Named): boolean => [...places].some((place) => of(place)?.isThere)
  const taken = new Map<string, number>()
  const isTried = ([, places]: Named): boolean =>
    [...places].some((place) => {
      const before = taken.get(place) ?? of(place)?.asked ?? 0
      taken.set(place, before + 1)
      return before < mostTried
    })
  const { live = [], rest = [] } = Object.groupBy(all, (one) => (isLive(one) ? 'live' : 'rest'))
  const others = rest.filter(isTried)
  return [...live, ...others].map(([value]) => value)
}

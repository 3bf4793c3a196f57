import type { Reader, Route } from '../check.ts'

type Place = {
  /** Where values are found, first in lists of who asks. */
  lists: readonly string[]
  /** Of a row of theirs. */
  field: string
}

const evaluations: Place = { lists: ['/api/evaluations'], field: 'id' }
const versions: Place = { lists: ['/api/datasets/{dataset}/versions'], field: 'hash' }

/** What stands at the end of each: ids of what is there. */
const places: Record<string, Place> = {
  '/api/documents/{sha256}': { lists: ['/api/documents'], field: 'sha256' },
  '/api/reviews/{review}': { lists: ['/api/reviews'], field: 'id' },
  '/api/evaluations/{evaluation}': evaluations,
  '/api/evaluations/{baseline}': evaluations,
  '/api/evaluations/{baseline}/compare/{candidate}': evaluations,
  '/api/bundles/{sha256}': { lists: ['/api/bundles'], field: 'sha256' },
  '/api/gates/{gate}': { lists: ['/api/gates/mine', '/api/gates'], field: 'id' },
  '/api/changes/{number}': { lists: ['/api/changes'], field: 'number' },
  '/api/datasets/{dataset}': { lists: ['/api/datasets'], field: 'dataset' },
  '/api/datasets/{dataset}/versions/{version}': versions,
  '/api/flow/agents/{agent}': { lists: ['/api/flow'], field: 'name' },
  '/api/flow/drafts/{version}': { lists: ['/api/flow/drafts'], field: 'version' },
  '/api/environments/{env}': { lists: ['/api/environments'], field: 'name' },
}

/** What is not found in any list. */
const fixed: Record<string, string> = { '/api/reviews/{review}/export/{format}': 'json' }

const examples: Place = {
  lists: ['/api/datasets/{dataset}/versions/newest/entries'],
  field: 'id',
}

/** What an address is asked for besides, without which it answers nothing. */
const queries: Record<string, Place & { name: string }> = {
  '/api/datasets/{dataset}/versions/{version}/example': { ...examples, name: 'id' },
  '/api/datasets/{dataset}/label-sets/example': { ...examples, name: 'id' },
  '/api/datasets/{dataset}/diff': { ...versions, name: 'from' },
  '/api/evaluations/{evaluation}/text': {
    lists: ['/api/evaluations/{evaluation}/run'],
    field: 'id',
    name: 'document',
  },
}

/** Parameters of an address of which nobody has said where their values are. */
export function unknownPlaces({ path }: Pick<Route, 'path'>): string[] {
  return placesIn(path).filter((place) => !(place in places) && !(place in fixed))
}

/** Up to and with each parameter. */
function placesIn(path: string): string[] {
  return [...path.matchAll(/\{\w+\}/g)].map(({ 0: name, index }) => {
    return path.slice(0, index + name.length)
  })
}

/** Of a place, besides the one that is not there. */
const valuesAtMost = 2

type Asking = {
  /** Whose lists are looked at, one after the other until one has something. */
  readers: readonly Reader[]
  signal: AbortSignal
  /** Lists that were asked already, for each reader. */
  asked: Map<string, Promise<unknown>>
}

/** An address with values that stand in lists, and where there are none with `none`. */
export async function addressesOf(path: string, asking: Asking): Promise<string[]> {
  let all: ReadonlyMap<string, string>[] = [new Map()]
  for (const place of placesIn(path)) {
    const filled = all.map(async (values) => {
      const found = await valuesOf(place, values, asking)
      return found.map((value) => new Map([...values, [nameAtEnd(place), value]]))
    })
    all = (await Promise.all(filled)).flat()
  }
  const addresses = all.map(async (values) => {
    const address = fill(path, values)
    const query = queries[path]
    if (query === undefined) return address
    const [value = 'none'] = await listed(query, values, asking)
    return `${address}?${query.name}=${encodeURIComponent(value)}`
  })
  return Promise.all(addresses)
}

async function valuesOf(
  place: string,
  values: ReadonlyMap<string, string>,
  asking: Asking,
): Promise<string[]> {
  const known = fixed[place]
  if (known !== undefined) return [known]
  const from = places[place]
  const found = from === undefined ? [] : await listed(from, values, asking)
  return found.length === 0 ? ['none'] : found.slice(0, valuesAtMost)
}

async function listed(
  { lists, field }: Place,
  values: ReadonlyMap<string, string>,
  { readers, asked, signal }: Asking,
): Promise<string[]> {
  for (const [i, reader] of readers.entries()) {
    for (const list of lists) {
      const path = fill(list, values)
      const key = `${i} ${path}`
      const answer = asked.get(key) ?? answerOf(reader, path, signal)
      asked.set(key, answer)
      const found = valuesIn(await answer, field)
      if (found.length > 0) return found
    }
  }
  return []
}

async function answerOf({ ask }: Reader, path: string, signal: AbortSignal): Promise<unknown> {
  const answer = await ask({ method: 'GET', path }, signal)
  if (answer.ok) return answer.json()
  await answer.body?.cancel()
  return null
}

function nameAtEnd(place: string): string {
  return /\{(\w+)\}$/.exec(place)?.[1] ?? ''
}

function fill(path: string, values: ReadonlyMap<string, string>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(values.get(name) ?? 'none'),
  )
}

/** Of the first list in it whose rows have that field. */
export function valuesIn(answer: unknown, field: string): string[] {
  if (typeof answer !== 'object' || answer === null) return []
  const rows = Array.isArray(answer) ? answer : []
  const own = rows.flatMap((row: unknown) => {
    const value = new Map<string, unknown>(Object.entries(row ?? {})).get(field)
    return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
  })
  if (own.length > 0) return own
  for (const inner of Object.values(answer)) {
    const found = valuesIn(inner, field)
    if (found.length > 0) return found
  }
  return []
}

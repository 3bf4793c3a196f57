import { OpenAPIHandler } from '@orpc/openapi/fetch'
import { implement } from '@orpc/server'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { procedure } from '../src/schema/api/procedure.ts'
import { served } from '../src/server/implementer.ts'
import { openStore } from '../src/store/open-store.ts'
import type { Store } from '../src/store/store.ts'
import {
  differences,
  linesApart,
  routesOf,
  tellingOf,
  type Told,
  unanswered,
  verbs,
  walkRoute,
} from './helpers/api-walk.ts'
import type { Samples } from './helpers/input-samples.ts'
import { stableAnswer } from './helpers/stable-answer.ts'
import { tempFolder } from './helpers/temp-folder.ts'
import { watchStatements } from './helpers/watch-statements.ts'

const contract = {
  letters: procedure('public')
    .route({ method: 'GET', path: '/letters/{folder}', summary: 'Letters' })
    .input(
      z.object({
        folder: z.string(),
        search: z.string().optional(),
        order: z.enum(['name', 'age']).optional(),
        limit: z.coerce.number().int().min(1).max(9).default(5),
      }),
    )
    .output(z.object({ items: z.array(z.string()), note: z.string() })),
}

type Input = { folder: string; search?: string; order?: string; limit: number }
/** What of a folder with a hidden letter in it reaches an answer, and the store. */
type Leak = (input: Input, store: Store) => string | Promise<string>

const texts = { words: ['word'], files: [] }
const eachValue: Samples[] = [{ known: { folder: ['open', 'hidden'] }, ...texts }]
const eachCase: Samples[] = ['open', 'hidden'].map((folder) => {
  return { known: { folder: [folder] }, ...texts, others: 'some' }
})

type Walked = { samples?: Samples[]; prepare?: (store: Store) => Promise<void> }

/** What a walk through one server is told; with the hidden letter the handler leaks as it is given. */
async function walk(
  leak: Leak | null,
  { samples = eachValue, prepare = async () => {} }: Walked = {},
): Promise<Told[]> {
  await using folder = await tempFolder()
  await using store = await openStore({ dataFolder: folder.path('data') })
  await prepare(store)
  using statements = watchStatements()
  const letters = implement(contract.letters).handler(async ({ input }) => {
    await store.settings.get('order')
    return { items: ['visible'], note: leak === null ? '' : await leak(input, store) }
  })
  const handler = new OpenAPIHandler({ letters })
  const ask = async (method: string, path: string): Promise<Response> => {
    const request = new Request(`http://localhost${path}`, { method })
    const { response } = await handler.handle(request, { prefix: '/api', context: {} })
    return response ?? new Response(null, { status: 404 })
  }
  const told: Told[] = []
  for (const route of routesOf(contract)) {
    told.push(...(await walkRoute({ ask, samples, statements, since: Date.now() }, route)))
  }
  return told
}

const ways = { eachValue, eachCase }
let clean: Record<keyof typeof ways, Told[]>

beforeAll(async () => {
  clean = { eachValue: await walk(null), eachCase: await walk(null, { samples: eachCase }) }
})

test('two servers without a leak say the same, of every value of every parameter', async () => {
  const told = clean.eachValue
  expect(differences(await walk(() => ''), told)).toEqual([])
  const requests = told.map(({ request }) => request)
  for (const folder of ['open', 'hidden']) {
    for (const query of ['search=word', 'order=age', 'limit=9', 'limit=-1', 'order[wrong]=word']) {
      expect(requests).toContain(`GET /api/letters/${folder}?${query}`)
    }
  }
  expect(told.every(({ statements }) => statements.length < 2)).toBe(true)
  expect(told.filter(({ statements }) => statements.length === 1).length).toBeGreaterThan(10)
})

test.each<[string, Leak, RegExp]>([
  ['a count of rows', () => '1 hidden', /answer/],
  [
    'an order that only one parameter brings out',
    ({ order }) => (order === 'age' ? 'x' : ''),
    /order=age: answer/,
  ],
  ['a search that finds', ({ search }) => (search === 'word' ? 'x' : ''), /search=word: answer/],
  ['a row by its id', ({ folder }) => (folder === 'hidden' ? 'x' : ''), /letters\/hidden: answer/],
  ['a limit that is reached', ({ limit }) => (limit === 1 ? 'x' : ''), /limit=1: answer/],
  [
    'an error of its own',
    ({ search }) => {
      if (search !== undefined) throw new Error('hidden')
      return ''
    },
    /search=word: answer/,
  ],
  [
    'a statement more, though the answer is the same',
    async (_input, store) => String(await store.settings.get('hidden')).slice(0, 0),
    /statements/,
  ],
])('a route that leaks %s is found', async (_what, leak, found) => {
  for (const way of ['eachValue', 'eachCase'] as const) {
    const all = differences(await walk(leak, { samples: ways[way] }), clean[way])
    expect(all.filter((one) => found.test(one))).not.toEqual([])
  }
})

test('a walk by what belongs together sends each parameter with each, and less of it', () => {
  const requests = clean.eachCase.map(({ request }) => request)
  for (const folder of ['open', 'hidden']) {
    for (const query of ['search=word', 'order=age', 'limit=1']) {
      expect(requests).toContain(`GET /api/letters/${folder}?${query}`)
    }
  }
  expect(new Set(requests).size).toBe(requests.length)
  expect(requests.length).toBeLessThan(clean.eachValue.length)
})

test('a secret in an answer is found', async () => {
  const told = await walk(({ order }) => (order === 'age' ? 'a key' : ''))
  expect(tellingOf('a key', told)).toContain('GET /api/letters/hidden?order=age')
  expect(tellingOf('a key', clean.eachValue)).toEqual([])
})

test('a route that answers nobody is found', async () => {
  const routes = routesOf(contract)
  expect(unanswered(routes, clean.eachCase)).toEqual([])
  const refuses: Leak = () => {
    throw new Error('Nobody may.')
  }
  expect(unanswered(routes, await walk(refuses))).toEqual(['GET /api/letters/{folder}'])
})

test('two logs are the same but for ids, times and how long it took', () => {
  const since = Date.parse('2026-05-04T10:00:00.000Z')
  const line = (ms: number, more: object = {}, time = '2026-05-04T10:00:00.001Z') =>
    `${JSON.stringify({ time, event: 'request', request: `id-${ms}`, status: 200, ms, ...more })}\n`
  const other = line(2.5, {}, '2026-05-04T11:00:00.000Z')
  expect(linesApart([line(1)], [other], since)).toEqual([])
  expect(linesApart([line(1), line(3)], [other], since)).toHaveLength(1)
  expect(linesApart([line(1, { examples: 12 })], [line(1, { examples: 11 })], since)).toEqual([
    expect.stringMatching(/with: .*"examples":12.*\n.*without: .*"examples":11/),
  ])
})

test('of the times and the tag of an answer only what is new with the request is left out', () => {
  const since = Date.parse('2026-05-04T10:00:00.000Z')
  const stable = (content: string) => stableAnswer(`200\netag: "of it"\n\n${content}`, since)
  const before = '{"at":"2026-05-04T09:59:59.999Z","ms":1777888799999}'
  expect(stable(before)).toBe(`200\netag: "of it"\n\n${before}`)
  expect(stable('{"at":"2026-05-04T10:00:00.000Z"}')).toBe('200\n\n\n{"at":"TIME"}')
})

test('each procedure is of a verb that is walked', () => {
  const walked: readonly string[] = verbs
  expect(routesOf(served).filter(({ method }) => !walked.includes(method))).toEqual([])
})

test('a hidden row that is read is found, though the statement and the answer are the same', async () => {
  const reads: Leak = async (_input, store) => {
    await store.settings.get('hidden')
    return ''
  }
  const hidden = (store: Store) => store.settings.put('hidden', 'row')
  const all = differences(await walk(reads, { prepare: hidden }), await walk(reads))
  expect(all.length).toBeGreaterThan(10)
  expect(all.filter((one) => !/: rows\n/.test(one))).toEqual([])
})

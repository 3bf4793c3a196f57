import { expect, test } from 'vitest'
import type { Split } from '../schema/access.ts'
import type { DatasetVersion, StoredExample } from '../schema/stored-dataset.ts'
import { checkVersion } from './check-version.ts'
import { documentHash } from './document-hash.ts'
import { exampleHash } from './version-hash.ts'
import { sizesOf } from './version-sizes.ts'

function example(id: string, text: string, split: Split = 'evaluation'): StoredExample {
  const paragraphs = [{ index: 0, text }]
  const document = documentHash(paragraphs)
  const content = { paragraphs, labels: { issues: [] } }
  const group = { group: id, textGroup: id }
  const facts = { issues: 0, types: [], provenance: null }
  return {
    id,
    split,
    document,
    hash: exampleHash({ document, issues: [] }),
    ...group,
    ...facts,
    content,
  }
}

/** Where nobody has brought anything else. */
const nowhereElse = {
  splitKey: 'key',
  store: {
    datasets: { examples: async () => [], list: async () => [], splitsOf: async () => new Map() },
    groups: { many: async () => new Map() },
    signatures: { lookUp: async () => [] },
  },
}

type Given = {
  source: string
  /** Groups of documents, by their ids. */
  filed: Map<string, string>
}

function check(
  examples: StoredExample[],
  { source = '', filed = new Map<string, string>() }: Partial<Given> = {},
) {
  const version: DatasetVersion = {
    id: 'v',
    dataset: 'letters',
    createdBy: 'cus',
    createdAt: 1,
    provenance: { source: 'a', note: null, groups: { kept: 0, drawn: 0, chosen: 0 } },
    ...sizesOf(examples),
  }
  const reader = {
    async *allExamples() {
      yield* examples
    },
  }
  const sources = [{ name: 'agent.prompty', text: source }]
  return checkVersion(reader, version, {
    search: { sources, flow: 'here', left: 0 },
    place: {
      ...nowhereElse,
      store: { ...nowhereElse.store, documents: { groupsOf: async () => filed } },
    },
  })
}

const words = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => `w${from + i}`).join(' ')

test('others have their turn while thousands of examples are hashed', async () => {
  const examples = Array.from({ length: 2000 }, (_, i) => example(`${i}`, words(i * 20, 10)))
  let turns = 0
  let isDone = false
  const count = (): void => {
    turns += 1
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  expect((await check(examples)).intact).toBe(true)
  isDone = true
  expect(turns).toBeGreaterThan(15)
})

test('texts that reach the thread in different parts are compared with each other', async () => {
  const open = Array.from({ length: 2500 }, (_, i) => example(`open ${i}`, words(i * 40, 30)))
  const [copied, leaked] = [words(200_000, 80), words(300_000, 12)]
  const first = example('copied', copied)
  const last = [example('copy', `${copied} more`, 'test'), example('leaked', leaked, 'test')]
  const found = await check([first, ...open, ...last], { source: `Look for ${leaked}.` })
  const ids = found.straddling.map(({ examples }) => examples.map(({ id }) => id))
  expect(ids).toEqual([['copied', 'copy']])
  expect(found.leaks).toMatchObject([{ example: { id: 'leaked', split: 'test' } }])
  expect(found).toMatchObject({ intact: true, forgotten: 0, repeated: [] })
})

test('parts of one document that lie in more than one split are told, copies or not', async () => {
  const made = (id: string, split: Split, provenance: StoredExample['provenance']) => {
    return { ...example(id, `This is ${id}.`, split), provenance }
  }
  const examples = [
    made('p1', 'test', { source: 'one' }),
    made('p2', 'audit', { source: 'two' }),
    made('p3', 'test', { source: 'three' }),
    made('c1', 'evaluation', { group: 'c7' }),
    made('c2', 'test', { group: 'c7' }),
  ]
  const filed = new Map([
    ['one', 'contract'],
    ['two', 'contract'],
    ['three', 'letter'],
  ])
  const ids = async (some: StoredExample[]) => {
    const { straddling } = await check(some, { filed })
    return straddling.map((set) => set.examples.map(({ id }) => id))
  }
  expect(await ids(examples)).toEqual([
    ['p1', 'p2'],
    ['c1', 'c2'],
  ])
  expect(await ids(examples.filter(({ split }) => split === 'test'))).toEqual([])
})

test('texts that are too short to be told as near copies are counted', async () => {
  const texts = [words(100, 19), words(200, 20), 'We always pay.', '']
  const found = await check(texts.map((text, i) => example(`${i}`, text)))
  expect(found).toMatchObject({ short: 2, straddling: [], repeated: [] })
})

test('a text that is not what its hash says is told', async () => {
  const examples = [example('a', 'We always pay.'), example('b', 'We never pay.')]
  const changed = { ...example('b', 'We sometimes pay.'), hash: examples[1]?.hash ?? '' }
  expect((await check(examples)).intact).toBe(true)
  expect((await check([examples[0] ?? changed, changed])).intact).toBe(false)
})

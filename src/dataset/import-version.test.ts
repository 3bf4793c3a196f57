import { describe, expect, it } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { groupOfText, splitOf } from '../document/document-group.ts'
import { copyKeys } from '../document/copy-keys.ts'
import { packSignature, signatureOf } from '../document/text-signature.ts'
import { textWords } from '../document/text-words.ts'
import type { Split } from '../schema/access.ts'
import type { DatasetVersion } from '../schema/stored-dataset.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { diffStoredVersions } from './diff-stored-versions.ts'
import { exportLines } from './export-lines.ts'
import { importVersion, type NewContent } from './import-version.ts'
import { loadExamples, type LoadedExample } from './loaded-example.ts'
import { readDataset } from './read-dataset.ts'

const splitKey = 'key'
const shares = { evaluation: 0.5, test: 0.3, audit: 0.2 }

function example(id: string, more: Partial<LoadedExample> = {}): LoadedExample {
  const location = { paragraph: 0, start: 0, end: 4 }
  return {
    id,
    paragraphs: [{ index: 0, text: `This is ${id}.` }],
    issues: [{ type: 'Tone', text: 'This', location, extra: { annotator: 'ann' } }],
    ...more,
  }
}

const letters = (examples: LoadedExample[], more: Partial<NewContent> = {}): NewContent => ({
  dataset: 'letters',
  examples,
  mode: 'replace',
  splits: 'drawn',
  createdBy: 'ann',
  source: 'letters.jsonl',
  note: null,
  ...more,
})

async function withStore(use: (store: Store) => Promise<void>): Promise<void> {
  await using folder = await tempFolder()
  await using store = await openStore({ dataFolder: folder.path('.proofloop'), exclusive: false })
  await use(store)
}

/** Without an audit log. */
const readerOf = ({ datasets }: Store) => ({
  async *allEntries({ id }: DatasetVersion, split?: Split) {
    yield* await datasets.entries('everything', id, { split, limit: 999 })
  },
  async *allExamples({ id }: DatasetVersion, split?: Split) {
    yield* await datasets.examples('everything', id, { split, limit: 999 })
  },
  example: (version: DatasetVersion, id: string) => datasets.example('everything', version.id, id),
})

const many = Array.from({ length: 40 }, (_, i) => example(`letter ${i}`))

/** Enough words, which no other text has, to tell its versions by. */
const long = Array.from({ length: 60 }, (_, i) => `word${i}`).join(' ')

describe('the import of a version', () => {
  it('draws splits as for documents that are uploaded, and counts what they hold', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares }
      const { version, added } = await importVersion(host, letters(many))
      expect(added).toBe(true)
      expect(version.provenance?.groups).toEqual({ kept: 0, drawn: 40, chosen: 0 })
      expect(version.splits.map(({ split }) => split)).toEqual(['evaluation', 'test', 'audit'])
      const examples = version.splits.reduce((sum, size) => sum + size.examples, 0)
      expect(examples).toBe(40)
      for (const { split, types, issues } of version.splits) {
        expect(types).toEqual([{ type: 'Tone', issues }])
        const entries = await store.datasets.entries('everything', version.id, { split, limit: 99 })
        for (const { id, group } of entries) {
          const { paragraphs } = example(id)
          expect(group).toBe(groupOfText(splitKey, { sha256: '', paragraphs }))
          expect(splitOf(splitKey, group, shares)).toBe(split)
          expect(await store.groups.get(group)).toMatchObject({ split })
        }
      }
    }))

  it('of the same content again is no new version, whoever labelled it', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares }
      const { version } = await importVersion(host, letters(many))
      const others = many.map((one) => ({
        ...one,
        issues: one.issues.map((issue) => ({ ...issue, extra: { annotator: 'bob' } })),
      }))
      const again = await importVersion(host, letters(others.toReversed()))
      expect(again).toMatchObject({ version, added: false, leftOut: [] })
    }))

  it('keeps the splits of what is there, and of its near-copies, whatever the shares are now', () =>
    withStore(async (store) => {
      const original = example('letter 3', { paragraphs: [{ index: 0, text: `${long}.` }] })
      const letters40 = many.map((one) => (one.id === 'letter 3' ? original : one))
      const first = await importVersion({ store, splitKey, shares }, letters(letters40))
      const hidden = { store, splitKey, shares: { evaluation: 0, test: 0, audit: 1 } }
      const copy = example('near letter 3', {
        paragraphs: [{ index: 0, text: `${long} It was sent twice.` }],
      })
      const more = [...letters40, copy, example('new')]
      const { version } = await importVersion(hidden, letters(more))
      const splits = async (id: string) =>
        new Map(
          (await store.datasets.entries('everything', id, { limit: 99 })).map((one) => [
            one.id,
            one.split,
          ]),
        )
      const [before, after] = [await splits(first.version.id), await splits(version.id)]
      for (const [id, split] of before) expect(after.get(id)).toBe(split)
      expect(after.get('near letter 3')).toBe(before.get('letter 3'))
      expect(after.get('new')).toBe('audit')
      expect(version.provenance?.groups).toEqual({ kept: 40, drawn: 1, chosen: 0 })
    }))

  it('adds to a version, and replaces what has the same id', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares }
      const first = await importVersion(host, letters(many))
      const relabelled = example('letter 3', { issues: [] })
      const { version } = await importVersion(
        host,
        letters([relabelled, example('new')], { mode: 'add' }),
      )
      const reader = readerOf(store)
      const compared = { before: first.version, after: version, detailed: 9 }
      const diff = await diffStoredVersions(reader, compared)
      expect(diff).toMatchObject({ removed: [], moved: [], regrouped: [], replaced: [] })
      expect(diff.added).toMatchObject([{ id: 'new' }])
      expect(diff.labels).toMatchObject([
        { id: 'letter 3', removed: [{ text: 'This' }], added: [] },
      ])
    }))

  it('keeps what belongs together when one of it comes again, also as it was written out', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares: { evaluation: 0, test: 1, audit: 0 } }
      const other = Array.from({ length: 60 }, (_, i) => `other${i}`).join(' ')
      const of = (id: string, text: string, more: Partial<LoadedExample> = {}) =>
        example(id, { paragraphs: [{ index: 0, text }], ...more })
      const add = async (examples: LoadedExample[], more: Partial<NewContent> = {}) => {
        const made = await importVersion(host, letters(examples, { mode: 'add', ...more }))
        const entries = await store.datasets.entries('everything', made.version.id, { limit: 9 })
        const groups = Map.groupBy(entries, ({ group }) => group).values()
        return { ...made, groups: Array.from(groups, (some) => some.map(({ id }) => id)) }
      }
      const bridge = of('c', `${long} ${other}`)
      await add([of('a', long, { group: 'x' }), of('b', other), bridge])
      const parted = await add([of('c', 'Something else.')])
      expect(parted.groups).toEqual([['a', 'b'], ['c']])
      expect((await add([of('a', long, { issues: [] })])).groups).toEqual(parted.groups)
      expect((await add([of('b', other, { issues: [] })])).groups).toEqual(parted.groups)
      const { version } = await add([of('c', 'Something else.', { issues: [] })])
      const lines = await Array.fromAsync(exportLines(readerOf(store), version))
      await using folder = await tempFolder({ 'all.jsonl': lines.join('') })
      const { examples } = await readDataset('all.jsonl', folder.folder)
      const loaded = await loadExamples(examples, {
        read: () => Promise.reject(new Error('no file')),
      })
      const again = await add(loaded, { dataset: 'again', mode: 'replace' })
      expect(again.version.hash).toBe(version.hash)
      const [, b] = loaded
      const relabelled = await add([{ ...of('b', other), group: b?.group }])
      expect(relabelled).toMatchObject({ added: true, groups: parted.groups })
      const elsewhere = await add([of('b', other, { group: 'y' })])
      expect(elsewhere.groups).toEqual([['a'], ['b'], ['c']])
    }))

  it('joins what was made of documents of one group, also what came apart before', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares: { evaluation: 0, test: 1, audit: 0 } }
      const pageOf = (id: string, split: Split) =>
        example(id, { split, origin: { document: id, group: 'contract' } })
      const first = [pageOf('one', 'test'), pageOf('two', 'audit')]
      await importVersion(host, letters(first, { splits: 'given' }))
      for (const id of ['one', 'two']) {
        const facts = { sha256: id, name: id, mediaType: 'text/plain', bytes: 1, uploader: 'cus' }
        const group = { id: 'contract', split: 'test' as const, shownToEngineer: false }
        await store.documents.add({ id, ...facts, group })
      }
      const next = await importVersion(host, letters([example('other')], { mode: 'add' }))
      expect(next.changes?.moved).toEqual([{ from: 'audit', to: 'test', examples: 1 }])
      const entries = await store.datasets.entries('everything', next.version.id, { limit: 9 })
      const [one, other, two] = entries.map(({ group }) => group)
      expect(one).toBe(two)
      expect(other).not.toBe(one)
    }))

  it('takes splits as each example says, whole groups at once', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares }
      const given = [
        example('a', { split: 'test', group: 'book' }),
        example('b', { split: 'test', group: 'book' }),
        example('c', { split: 'evaluation' }),
      ]
      const { version } = await importVersion(host, letters(given, { splits: 'given' }))
      expect(version.provenance?.groups).toEqual({ kept: 0, drawn: 0, chosen: 2 })
      const entries = await store.datasets.entries('everything', version.id, { limit: 9 })
      expect(entries.map(({ split }) => split)).toEqual(['test', 'test', 'evaluation'])
      expect(entries[0]?.group).toBe(entries[1]?.group)
      const torn = [
        example('a', { split: 'test', group: 'book' }),
        example('b', { split: 'audit', group: 'book' }),
      ]
      await expect(importVersion(host, letters(torn, { splits: 'given' }))).rejects.toMatchObject({
        code: 'group-straddles',
        message: expect.stringContaining('"a", "b"'),
      })
      await expect(
        importVersion(host, letters([example('d')], { splits: 'given' })),
      ).rejects.toMatchObject({ code: 'split-missing' })
      const nowhere = example('d', { extra: { split: 'nowhere' } })
      await expect(
        importVersion(host, letters([nowhere], { splits: 'given' })),
      ).rejects.toMatchObject({
        code: 'split-unknown',
        message: expect.stringMatching(/"d" says the split "nowhere".*evaluation, test or audit/),
      })
    }))

  it('names what comes when it is refused, and nothing hidden that it belongs to', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares }
      const ofText = (text: string) => ({ paragraphs: [{ index: 0, text }] })
      const other = example('other', { group: 'book' })
      const hidden = [example('hidden', { ...ofText(long), group: 'book' }), other]
      const { version } = await importVersion(host, letters(hidden, { splits: 'test' }))
      const entries = await store.datasets.entries('everything', version.id, { limit: 9 })
      const retire = new Set(entries.map(({ group }) => group))
      const copy = example('copy', ofText(`${long} It was sent twice.`))
      const add = (more: Partial<NewContent> = {}) =>
        importVersion(host, letters([copy], { mode: 'add', splits: 'test', ...more }))
      const naming = (code: string) => ({
        code,
        message: expect.stringMatching(/^The examples "copy" [^"]*$/u),
      })
      await expect(add({ retire })).rejects.toMatchObject(naming('group-straddles'))
      const show = { dataset: 'others', splits: 'evaluation', showHidden: true } as const
      await importVersion(host, letters([other], show))
      await expect(add()).rejects.toMatchObject(naming('group-shown'))
    }))

  it('asks before a rotation shows what was not drawn and belongs to what was by now', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares }
      const other = long.replaceAll('word', 'term')
      const of = (id: string, text: string) => example(id, { paragraphs: [{ index: 0, text }] })
      await importVersion(host, letters([of('a', long)], { splits: 'test' }))
      const sealed = letters([of('b', other)], { mode: 'add', splits: 'audit' })
      const { version } = await importVersion(host, sealed)
      const test = await store.datasets.entries('everything', version.id, {
        split: 'test',
        limit: 9,
      })
      const retire = new Set(test.map(({ group }) => group))
      const bridge = letters([of('both', `${long} ${other}`)], { mode: 'add', retire })
      await expect(importVersion(host, bridge)).rejects.toMatchObject({
        code: 'hidden-shown',
        message: expect.stringContaining('"b"'),
      })
      await importVersion(host, letters([of('c', 'Else.')], { mode: 'add', retire }))
    }))

  it('never hides what engineers may have seen: in a version, a document, a copy', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares }
      await importVersion(host, letters([example('a')], { splits: 'evaluation' }))
      const hide = (some: LoadedExample[], dataset = 'other') =>
        importVersion(host, letters(some, { splits: 'test', dataset }))
      await expect(
        hide([example('renamed', { paragraphs: example('a').paragraphs })]),
      ).rejects.toMatchObject({
        code: 'group-shown',
        message: expect.stringContaining('"renamed"'),
      })
      const uploaded = example('b')
      const group = groupOfText(splitKey, { sha256: '', paragraphs: uploaded.paragraphs })
      const facts = { name: 'b.txt', mediaType: 'text/plain', bytes: 1, uploader: 'eve' }
      const shown = { id: group, split: 'evaluation' as const, shownToEngineer: true }
      await store.documents.add({ sha256: 'b', ...facts, group: shown })
      await expect(hide([uploaded])).rejects.toMatchObject({ code: 'group-shown' })
      const page = example('c', { group: 'book' })
      await expect(hide([page, example('a', { group: 'book' })])).rejects.toMatchObject({
        code: 'group-shown',
      })
      expect(await store.datasets.version('everything', { dataset: 'other' })).toBeNull()
      expect((await hide([example('d')])).version.splits).toMatchObject([{ split: 'test' }])
    }))

  it('shows what was hidden when a custodian chooses so, for ever', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares }
      await importVersion(host, letters([example('a'), example('b')], { splits: 'test' }))
      const show = [example('a', { split: 'evaluation' }), example('b', { split: 'test' })]
      const given = letters(show, { splits: 'given' })
      await expect(importVersion(host, given)).rejects.toMatchObject({
        code: 'hidden-shown',
        message: expect.stringContaining('"a" is hidden until now'),
      })
      expect(await store.datasets.version('evaluation', { dataset: 'letters' })).toBeNull()
      const { shown } = await importVersion(host, { ...given, showHidden: true })
      expect(shown).toEqual([{ id: 'a', dataset: 'letters', split: 'test' }])
      expect(await store.datasets.version('evaluation', { dataset: 'letters' })).toMatchObject({
        splits: [{ split: 'evaluation', examples: 1 }],
      })
      await expect(
        importVersion(host, letters([example('a')], { splits: 'audit' })),
      ).rejects.toMatchObject({ code: 'group-shown' })
    }))

  it('never shows on the side what another dataset hides, not the same text and not a near copy', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares }
      const near = { paragraphs: [{ index: 0, text: `${long} It was sent twice.` }] }
      const hidden = [example('a'), example('b', { paragraphs: [{ index: 0, text: long }] })]
      await importVersion(host, letters(hidden, { splits: 'audit' }))
      const others = [
        example('same', { paragraphs: example('a').paragraphs }),
        example('near', near),
      ]
      const open = letters(others, { dataset: 'other', splits: 'evaluation' })
      await expect(importVersion(host, open)).rejects.toMatchObject({
        code: 'hidden-shown',
        message: expect.stringMatching(/^2 examples.* in letters \(audit\)/u),
      })
      expect(await store.datasets.version('everything', { dataset: 'other' })).toBeNull()
      // A group of which engineers see another text would show it as well.
      await importVersion(host, letters([example('c')], { dataset: 'seen', splits: 'evaluation' }))
      const drawn = [
        example('same', { paragraphs: example('a').paragraphs, group: 'book' }),
        example('c', { group: 'book' }),
      ]
      await expect(importVersion(host, letters(drawn, { dataset: 'other' }))).rejects.toMatchObject(
        { code: 'hidden-shown' },
      )
      const { shown } = await importVersion(host, { ...open, showHidden: true })
      expect(shown).toEqual([
        { id: 'same', dataset: 'letters', split: 'audit' },
        { id: 'near', dataset: 'letters', split: 'audit' },
      ])
      // What was shown elsewhere is told where it is next met.
      const next = await importVersion(host, letters([example('new')], { mode: 'add' }))
      expect(next.shown).toEqual([])
      expect(next.changes?.moved).toEqual([{ from: 'audit', to: 'evaluation', examples: 1 }])
    }))

  it.each(['', '../x', 'a b', '-x', 'x'.repeat(101)])('refuses the name %j', (dataset) =>
    withStore(async (store) => {
      const host = { store, splitKey, shares }
      await expect(importVersion(host, letters([example('a')], { dataset }))).rejects.toMatchObject(
        {
          code: 'dataset-name',
        },
      )
    }),
  )

  it('refuses a version without an example', () =>
    withStore(async (store) => {
      await expect(importVersion({ store, splitKey, shares }, letters([]))).rejects.toMatchObject({
        code: 'dataset-empty',
      })
    }))
})

describe('an import that came too late', () => {
  it('moves nothing later: copies go where their text was really added', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares: { evaluation: 1, test: 0, audit: 0 } }
      const inOther = (some: LoadedExample[], splits: Split) =>
        letters(some, { dataset: 'other', mode: 'add', splits })
      const original = example('original', { paragraphs: [{ index: 0, text: long }] })
      const late = importVersion(host, inOther([original], 'test'), async () => {
        await importVersion(host, inOther([example('faster')], 'evaluation'))
        return async () => {}
      })
      await expect(late).rejects.toMatchObject({ code: 'dataset-changed' })
      await importVersion(host, letters([original], { splits: 'audit' }))
      const near = example('near', {
        paragraphs: [{ index: 0, text: `${long} It was sent twice.` }],
      })
      const { version, changes } = await importVersion(host, letters([near], { mode: 'add' }))
      expect(changes).toMatchObject({ moved: [] })
      expect(version.splits).toMatchObject([{ split: 'audit', examples: 2 }])
    }))
})

describe('an import that shows a text', () => {
  it.each(['drawn', 'evaluation'] as const)(
    'is not added when another one has just hidden it, and asks then: %s',
    (splits) =>
      withStore(async (store) => {
        const host = { store, splitKey, shares: { evaluation: 1, test: 0, audit: 0 } }
        const open = letters([example('a')], { dataset: 'open', splits })
        let withdrawn = false
        const late = importVersion(host, open, async () => {
          await importVersion(host, letters([example('a')], { dataset: 'secret', splits: 'test' }))
          return async () => {
            withdrawn = true
          }
        })
        await expect(late).rejects.toMatchObject({ code: 'dataset-changed' })
        expect(withdrawn).toBe(true)
        expect(await store.datasets.list('evaluation')).toEqual([])
        const asked = letters([example('a')], { dataset: 'open', splits: 'evaluation' })
        await expect(importVersion(host, asked)).rejects.toMatchObject({ code: 'hidden-shown' })
        const { shown } = await importVersion(host, { ...asked, showHidden: true })
        expect(shown).toEqual([{ id: 'a', dataset: 'secret', split: 'test' }])
      }),
  )
})

describe('two imports at once of a text that is known as hidden', () => {
  const host = (store: Store) => ({ store, splitKey, shares })
  const at = (dataset: string, splits: Split, more: Partial<NewContent> = {}) =>
    letters([example('a')], { dataset, splits, mode: 'add', ...more })

  it('are not both added, each into another hidden split', () =>
    withStore(async (store) => {
      await importVersion(host(store), at('old', 'test'))
      // In no newest version any more.
      await importVersion(host(store), letters([example('b')], { dataset: 'old', splits: 'test' }))
      const late = importVersion(host(store), at('one', 'audit'), async () => {
        await importVersion(host(store), at('two', 'test'))
        return async () => {}
      })
      await expect(late).rejects.toMatchObject({ code: 'dataset-changed' })
      const after = importVersion(host(store), at('one', 'audit'))
      await expect(after).rejects.toMatchObject({ code: 'split-taken' })
    }))

  it('are not both added, of which one shows it and the other hides it where nobody was told of', () =>
    withStore(async (store) => {
      await importVersion(host(store), at('one', 'test'))
      const shows = at('one', 'evaluation', { showHidden: true })
      const late = importVersion(host(store), shows, async ({ shown }) => {
        expect(shown).toMatchObject([{ dataset: 'one' }])
        await importVersion(host(store), at('two', 'test'))
        return async () => {}
      })
      await expect(late).rejects.toMatchObject({ code: 'dataset-changed' })
      const { shown } = await importVersion(host(store), shows)
      expect(new Set(shown.map(({ dataset }) => dataset))).toEqual(new Set(['one', 'two']))
    }))
})

describe('a version that is written out', () => {
  it('is the same version when it is read again somewhere else', () =>
    withStore(async (store) => {
      const told = [
        ...many,
        example('page 1', {
          group: 'book',
          paragraphs: [{ index: 0, page: 3, text: 'One.' }],
          file: { name: 'book.pdf', sha256: 'ab'.repeat(32) },
          extra: { lang: 'en', split: 'dev', id: 7 },
        }),
        example('page 2', { group: 'book' }),
        example('nothing', { issues: [], paragraphs: [] }),
      ]
      const { version } = await importVersion({ store, splitKey, shares }, letters(told))
      const [page] = await readElsewhere(store, version, 'page 1')
      expect(page).toMatchObject({
        provenance: { group: 'book', file: { name: 'book.pdf' } },
        content: { labels: { issues: [{ extra: { annotator: 'ann' } }] } },
      })
    }))

  it('is so where examples are together that are no copies and have no group of one name', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares }
      const text = (words: string) => [{ index: 0, text: words }]
      const other = long.replaceAll('word', 'term')
      const told = [
        example('a', { group: 'book', paragraphs: text(long) }),
        example('b', { paragraphs: text(other) }),
        example('both', { paragraphs: text(`${long} ${other}`) }),
      ]
      await importVersion(host, letters(told))
      const apart = [example('both', { paragraphs: text('No more.') })]
      const { version } = await importVersion(host, letters(apart, { mode: 'add' }))
      const entries = await readElsewhere(store, version, 'a', 'b')
      expect(new Set(entries.map((one) => one?.group)).size).toBe(1)
    }))

  it('is so where labels carry fields that are called as those that a line has', () =>
    withStore(async (store) => {
      const location = { page_num: 7, line: 1 }
      const taken = { reason: 'why', para_index: 5, score: '1', start: 'a', extra: { a: 1 } }
      const extras = [
        { ...taken, annotator: 'ann', location },
        { annotator: 'ann', location: { line: 1 } },
        { location: 'above', extra: null },
        { extra: [1] },
        { a: 1, extra: { a: 2 } },
      ]
      const issues = extras.map((extra, i) => ({ type: `${i}`, text: 'This', location: {}, extra }))
      const { version } = await importVersion(
        { store, splitKey, shares },
        letters([example('a', { issues })]),
      )
      const [entry] = await readElsewhere(store, version, 'a')
      expect(entry?.content?.labels.issues).toEqual(issues)
    }))

  /** Expects it to be the same version there. @returns these examples of it */
  async function readElsewhere(store: Store, version: DatasetVersion, ...ids: string[]) {
    const lines = await Array.fromAsync(exportLines(readerOf(store), version))
    await using folder = await tempFolder({ 'all.jsonl': lines.join('') })
    const { examples } = await readDataset('all.jsonl', folder.folder)
    const loaded = await loadExamples(examples, {
      read: () => Promise.reject(new Error('no file')),
    })
    await using other = await openStore({ dataFolder: folder.path('other'), exclusive: false })
    const host = { store: other, splitKey: 'another key', shares }
    const again = await importVersion(host, letters(loaded, { splits: 'given' }))
    expect(again.version.hash).toBe(version.hash)
    return await Promise.all(
      ids.map((id) => other.datasets.example('everything', again.version.id, id)),
    )
  }
})

describe('a hidden text of which an engineer has brought a copy', () => {
  const version = `${long} It was sent twice.`
  const paragraphsOf = (text: string) => [{ index: 0, text }]

  /** As the server files what an engineer uploads. */
  async function uploadedByEngineer(store: Store, text: string, { hidden }: { hidden: boolean }) {
    const document = {
      sha256: 'ab'.repeat(32),
      name: 'mine.txt',
      language: 'en',
      pages: [{ number: 1, width: null, height: null, hasText: true }],
      paragraphs: [{ index: 0, page: 1, text, role: 'body' as const, words: [] }],
    }
    const of = hidden ? 'engineers' : 'everybody'
    const group = groupOfText(splitKey, document, of)
    const facts = { name: 'mine.txt', mediaType: 'text/plain', bytes: 1, uploader: 'eve' }
    const shown = { id: group, split: 'evaluation' as const, shownToEngineer: true }
    await store.documents.add({ sha256: document.sha256, ...facts, group: shown })
    await store.documents.markReady(document.sha256, document)
    const signature = signatureOf(textWords(text))
    if (signature === null) return
    const { keys } = copyKeys(signature)
    const seen = await store.signatures.last()
    await store.signatures.add(document.sha256, { content: packSignature(signature), keys, seen })
  }

  it('goes on with its test set, whatever its file is called', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares }
      const add = (ids: string[], source: string) => {
        const examples = ids.map((id) => example(id))
        return importVersion(host, letters(examples, { mode: 'add', splits: 'test', source }))
      }
      await add(['a', 'b', 'c'], 'letters.jsonl')
      await add(['d'], 'rotation')
      const { db } = store.accountTables
      const rows = await db.selectFrom('test_set_generations').selectAll().execute()
      expect(rows).toHaveLength(1)
    }))

  it('makes no version when nothing else would be in it', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares: { evaluation: 0, test: 1, audit: 0 } }
      await uploadedByEngineer(store, 'This is a.', { hidden: true })
      const wanted = letters([example('a')], { splits: 'drawn' })
      await expect(importVersion(host, wanted)).rejects.toMatchObject({ code: 'dataset-empty' })
      expect(await store.datasets.version('everything', { dataset: 'letters' })).toBeNull()
      expect(await store.datasets.owners(['letters'])).toEqual(new Map())
    }))

  it('is left out where it is new, also beside what stays of its group', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares: { evaluation: 0, test: 1, audit: 0 } }
      const inBook = (id: string) => example(id, { group: 'book' })
      const first = letters([inBook('one'), example('b')], { splits: 'test' })
      await importVersion(host, first)
      await uploadedByEngineer(store, 'This is two.', { hidden: true })
      const chapters = [inBook('two'), inBook('three')]
      const alone = letters(chapters, { mode: 'add', splits: 'test' })
      await expect(importVersion(host, alone)).rejects.toMatchObject({ code: 'group-shown' })
      const more = letters([...chapters, example('c')], { mode: 'add' })
      const { version: next, leftOut } = await importVersion(host, more)
      expect(leftOut).toEqual(['two', 'three'])
      const entries = await store.datasets.entries('everything', next.id, { limit: 9 })
      expect(entries.map(({ id }) => id)).toEqual(['b', 'c', 'one'])
      expect(next.provenance?.groups).toEqual({ kept: 2, drawn: 1, chosen: 0 })
      const rest = letters(chapters, { mode: 'add' })
      expect(await importVersion(host, rest)).toMatchObject({ added: false, version: next })
    }))

  it.each([
    ['a correction by a word', `${long}.`, `${long} Yours.`],
    ['a short text', 'This is a.', 'This is a letter.'],
    ['another reading of the file', 'lll ls u.', 'This is a letter.'],
  ])('is corrected where it is hidden, and stays there: %s', (_, text, corrected) =>
    withStore(async (store) => {
      const host = { store, splitKey, shares: { evaluation: 0, test: 1, audit: 0 } }
      const a = (words: string, more: Partial<LoadedExample> = {}) =>
        example('a', { paragraphs: paragraphsOf(words), ...more })
      await importVersion(host, letters([a(text), example('b')], { splits: 'test' }))
      await uploadedByEngineer(store, corrected, { hidden: true })
      const drawn = await importVersion(host, letters([a(corrected)], { mode: 'add' }))
      expect(drawn).toMatchObject({ added: true, leftOut: [] })
      expect(drawn.version.splits).toMatchObject([{ split: 'test', examples: 2 }])
      const again = letters([a(`${corrected} Bye.`, { split: 'test' })], {
        mode: 'add',
        splits: 'given',
      })
      const given = await importVersion(host, again)
      expect(given).toMatchObject({ added: true, leftOut: [] })
      expect(given.version.splits).toMatchObject([{ split: 'test', examples: 2 }])
    }),
  )

  it('joins nothing and moves nothing when it is left out', () =>
    withStore(async (store) => {
      const host = { store, splitKey, shares: { evaluation: 0, test: 1, audit: 0 } }
      const given = [example('a', { split: 'test' }), example('z', { split: 'audit' })]
      await importVersion(host, letters(given, { splits: 'given' }))
      await uploadedByEngineer(store, 'This is two.', { hidden: true })
      const bridge = [
        example('a', { group: 'book' }),
        example('two', { group: 'book', paragraphs: paragraphsOf('This is two.') }),
        example('two again', { group: 'chapter', paragraphs: paragraphsOf('This is two.') }),
        example('z', { group: 'chapter' }),
      ]
      const bridged = await importVersion(host, letters(bridge))
      expect(bridged.leftOut).toEqual(['two', 'two again'])
      const entries = await store.datasets.entries('everything', bridged.version.id, { limit: 9 })
      expect(
        entries.map(({ id, split, group, textGroup }) => [id, split, group === textGroup]),
      ).toEqual([
        ['a', 'test', true],
        ['z', 'audit', true],
      ])
    }))

  it('is still known by its copies where what no text holds was deleted while it was imported', () =>
    withStore(async (store) => {
      const { datasets, pruning } = store
      const addVersion: typeof datasets.addVersion = async (next) => {
        await pruning.datasets(0)
        return datasets.addVersion(next)
      }
      const host = { store: { ...store, datasets: { ...datasets, addVersion } }, splitKey, shares }
      const hidden = example('a', { paragraphs: paragraphsOf(long) })
      const { version: made } = await importVersion(host, letters([hidden], { splits: 'test' }))
      const [entry] = await datasets.entries('everything', made.id, { split: 'test', limit: 9 })
      const document = entry?.document ?? ''
      expect(await store.signatures.signedExamples([document])).toEqual(new Set([document]))
    }))

  it.each([
    ['the same short text', 'This is a.', 'This is a.'],
    ['another version of it', long, version],
  ])(
    'stays where it is hidden, is left out elsewhere with its group, and not shown: %s',
    (_, text, theirs) =>
      withStore(async (store) => {
        const host = { store, splitKey, shares: { evaluation: 0, test: 1, audit: 0 } }
        const first = [
          example('a', { paragraphs: paragraphsOf(text), group: 'book' }),
          example('of the same book', { group: 'book' }),
          example('b'),
        ]
        await importVersion(host, letters(first, { splits: 'test' }))
        await uploadedByEngineer(store, theirs, { hidden: true })
        const more = letters([example('c')], { mode: 'add', splits: 'test' })
        const { version: next, leftOut } = await importVersion(host, more)
        expect(leftOut).toEqual([])
        expect(next.splits).toMatchObject([{ split: 'test', examples: 4 }])
        expect(await store.datasets.list('evaluation')).toEqual([])
        const others = await importVersion(host, letters(first, { dataset: 'others' }))
        expect(others.leftOut).toEqual(['a', 'of the same book'])
        expect(others.version.splits).toMatchObject([{ split: 'test', examples: 1 }])
        await expect(
          importVersion(host, letters(first, { splits: 'test', dataset: 'more' })),
        ).rejects.toMatchObject({ code: 'group-shown' })
      }),
  )
})

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { expectKept, writePart, type Acknowledged } from '../../../test/helpers/ingest.ts'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { bytesOf } from '../blobs/blob-contract.ts'
import type { Blobs } from '../blobs/blobs.ts'
import { openStore, type StoreOptions } from '../open-store.ts'
import { newDatasetVersion, newDocument, reviewWithIssues } from '../store-samples.ts'
import { versionHash } from '../version-hash.ts'
import { backUp, openSnapshot } from './backup.ts'
import { BackupEntry } from './backup-file.ts'
import {
  canary,
  canaryFile,
  canarySha256,
  fillHidden,
  fillMore,
  fillStore,
} from './backup-samples.ts'
import { newCustodianKeys } from './custodian-key.ts'
import { hasRule } from './hidden-rows.ts'
import { restore } from './restore.ts'
import { leftOut } from './snapshot.ts'

/** An empty place for a store and its files. */
export type BackupTestPlace = { store: StoreOptions; blobs: Blobs } & AsyncDisposable

const now = 1_790_000_000_000
const signal = new AbortController().signal

const placeOf = ({ store, blobs }: BackupTestPlace) => ({ ...store, blobs })

/** Every row by its table, and the hash of every file's bytes. */
export async function contentOf({ store, blobs }: BackupTestPlace) {
  await using snapshot = await openSnapshot(store)
  const tables: Record<string, Record<string, unknown>[]> = {}
  for (const { name, columns } of snapshot.tables) {
    const rows = (await Array.fromAsync(snapshot.rows(name))).flat()
    const named = rows.map((row) => columns.map((column, i) => [column, plain(row[i])]))
    const sorted = named.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    tables[name] = sorted.map((row) => Object.fromEntries(row) as Record<string, unknown>)
  }
  const files: string[] = []
  for await (const sha256 of blobs.list()) {
    const bytes = await bytesOf(await blobs.get(sha256))
    files.push(createHash('sha256').update(bytes).digest('hex'))
  }
  return { tables, files: files.toSorted() }
}

function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}

const rowsOf = ({ tables }: Awaited<ReturnType<typeof contentOf>>, name: string) =>
  tables[name] ?? []

/** Where hidden rows leave something, among themselves or in others. */
const dependent = [
  'answers',
  'audit_log',
  'dataset_declined',
  'dataset_entries',
  'dataset_label_sets',
  'dataset_labels',
  'dataset_owners',
  'dataset_texts',
  'dataset_version_splits',
  'dataset_versions',
  'datasets',
  'document_groups',
  'document_shingles',
  'document_signatures',
  'document_texts',
  'documents',
  'evaluation_details',
  'evaluation_runs',
  'evaluations',
  'issue_texts',
  'issues',
  'read_marks',
  'review_events',
  'review_parts',
  'reviews',
  'settings',
  'test_set_anchors',
  'test_set_generations',
  'verdict_texts',
  'verdicts',
]

/** With ids that are others each time made alike. */
function shape(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id')
}

/** What anybody reads of a sealed backup, the rows of each table in an order of their own. */
async function openPart(file: string): Promise<string[]> {
  const lines = gunzipSync(await readFile(file))
    .toString('utf8')
    .trimEnd()
    .split('\n')
  const entries = lines.map((line) => BackupEntry.parse(JSON.parse(line)))
  return entries.flatMap((entry) => {
    if (entry.is === 'sealed') return []
    if (entry.is === 'rows') return entry.rows.map(shape).toSorted()
    if (entry.is === 'start') return [shape({ ...entry, sealed: null })]
    return [shape(entry.is === 'end' ? { ...entry, sha256: '' } : entry)]
  })
}

/** What a backup of one engine owes when it is restored on another. */
export function describeBackupContract(
  name: string,
  createSource: () => Promise<BackupTestPlace>,
  createTarget: () => Promise<BackupTestPlace>,
): void {
  describe(`A backup of ${name}`, () => {
    it('holds every table and every file', async () => {
      await using source = await createSource()
      await using target = await createTarget()
      await using folder = await tempFolder()
      const file = folder.path('all.backup')
      {
        await using store = await openStore(source.store)
        await fillStore(store, source.blobs)
        const content = await contentOf(source)
        const all = await store.accountTables.db.introspection.getTables()
        const names = all.map((table) => table.name).filter((table) => !leftOut.includes(table))
        expect(Object.keys(content.tables).toSorted()).toEqual(names.toSorted())
        const empty = names.filter((table) => content.tables[table]?.length === 0)
        expect(empty, 'Tables without rows: fill them in backup-samples.ts.').toEqual([])
        const result = await backUp(placeOf(source), { file, now, signal })
        expect(result).toMatchObject({ files: 2, damagedFiles: [] })
      }
      const result = await restore(placeOf(target), { file, now })
      const before = await contentOf(source)
      expect(await contentOf(target)).toEqual(before)
      expect(result.rows).toBe(Object.values(before.tables).flat().length)
      // And it is a store that works.
      await using store = await openStore(target.store)
      const [review] = await store.reviews.list({ limit: 1 })
      expect(await store.issues.list(review?.id ?? '')).toHaveLength(700)
      expect(await store.settings.get('colours')).toEqual({ text: 'ü\u0000' })
      expect(await store.audit.verify()).toMatchObject({ head: { sequence: 1 }, fault: null })
      await store.settings.put('more', 1)
    })

    it('gives hidden rows and files to the custodian only', async () => {
      await using source = await createSource()
      await using some = await createTarget()
      await using whole = await createTarget()
      await using folder = await tempFolder()
      const { publicKey, secretKey } = newCustodianKeys()
      const file = folder.path('sealed.backup')
      {
        await using store = await openStore(source.store)
        await fillStore(store, source.blobs)
        await fillHidden(store, source.blobs)
        await fillMore(store, source.blobs)
      }
      await backUp(placeOf(source), { file, now, signal, to: publicKey })
      const before = await contentOf(source)
      const lines = gunzipSync(await readFile(file)).toString('utf8')
      expect(before.files).toHaveLength(3)
      expect(JSON.stringify(before)).toContain(canary)
      for (const trace of [canary, canaryFile, canarySha256]) expect(lines).not.toContain(trace)

      const left = await restore(placeOf(some), { file, now })
      expect(left).toMatchObject({ files: 1, isHiddenLeftOut: true })
      const without = await contentOf(some)
      expect(JSON.stringify(without)).not.toContain(canary)
      const hiddenVersions = rowsOf(before, 'dataset_versions').filter(
        (row) => row['evaluation_changed'] === 0,
      )
      // Each hidden row has the canary somewhere, or is of a dataset's split or of such a version.
      const traces = [canary, 'newest-backup', ...hiddenVersions.map(({ id }) => String(id))]
      const isHidden = (row: Record<string, unknown>): boolean =>
        traces.some((trace) => JSON.stringify(row).includes(trace)) ||
        ['test', 'audit'].includes(String(row['split']))
      const isToldElsewhere =
        /^(dataset_(texts|labels|versions)|datasets|document_signatures|example_shingles)$/
      for (const [name, rows] of Object.entries(before.tables)) {
        if (isToldElsewhere.test(name)) continue
        const isWholly =
          /^(answers|audit_log|dataset_(declined|label_sets|owners)|environment_checks|opened_texts|spend_batches|test_set_(anchors|generations))$/.test(
            name,
          )
        const open = rows.filter((row) => !isWholly && !isHidden(row))
        expect([name, without.tables[name]]).toEqual([name, open])
      }
      expect(without.tables['example_shingles']).toEqual([])
      const documents = without.tables['dataset_entries']?.map(({ document }) => document)
      const texts = without.tables['dataset_texts']?.map(({ document }) => document)
      expect(new Set(texts)).toEqual(new Set(documents))
      expect(before.tables['dataset_texts']?.length).toBeGreaterThan(texts?.length ?? 0)
      const all = await restore(placeOf(whole), { file, now, custodianKey: secretKey })
      expect(all).toMatchObject({ files: 3, isHiddenLeftOut: false })
      expect(await contentOf(whole)).toEqual(before)
      await using store = await openStore(some.store)
      await store.documents.add(newDocument(`${canary}-again`, { split: 'test' }))
      const versions = await store.datasets.versions('everything', { dataset: 'letters', limit: 9 })
      expect(versions.map(({ splits }) => splits[0]?.examples)).toEqual([3, 2, 1])
      // Named by what is left of them, as if there had never been more.
      const hashes = versions.map(({ splits: [open] }) =>
        versionHash({ evaluation: open?.hash ?? null, test: null, audit: null }),
      )
      expect(versions.map(({ hash }) => hash)).toEqual(hashes)
      expect(
        await store.datasets.addVersion(newDatasetVersion([], { hash: 'dd', after: versions[0] })),
      ).toMatchObject({ hash: 'dd' })
    })

    it('shows without the key what it would if nothing were hidden', async () => {
      await using source = await createSource()
      await using twin = await createSource()
      await using folder = await tempFolder()
      const at = { now: () => now }
      {
        await using store = await openStore({ ...source.store, ...at })
        await fillStore(store, source.blobs)
      }
      await backUp(placeOf(source), { file: folder.path('whole'), now, signal })
      await restore(placeOf(twin), { file: folder.path('whole'), now })
      {
        await using store = await openStore({ ...source.store, ...at })
        await fillHidden(store, source.blobs)
        await fillMore(store, source.blobs)
        await using other = await openStore({ ...twin.store, ...at })
        await fillMore(other, twin.blobs)
      }
      const [before, after] = [await contentOf(twin), await contentOf(source)]
      const changed = Object.keys(after.tables).filter(
        (name) => shape(after.tables[name]) !== shape(before.tables[name]),
      )
      // Else there is nothing to be seen.
      expect(changed.toSorted()).toEqual(dependent)
      const { publicKey } = newCustodianKeys()
      const shown = []
      for (const place of [twin, source]) {
        const file = folder.path(`${shown.length}`)
        await backUp(placeOf(place), { file, now, signal, to: publicKey })
        shown.push(await openPart(file))
      }
      expect(shown[1]).toEqual(shown[0])
    })

    it('has a rule for each table, so that a new one is not in the open by chance', async () => {
      await using source = await createSource()
      await using store = await openStore(source.store)
      const all = await store.accountTables.db.introspection.getTables()
      const names = all.map(({ name }) => name).filter((name) => !leftOut.includes(name))
      expect(
        names.filter((name) => !hasRule(name)),
        'See hidden-rows.ts.',
      ).toEqual([])
    })

    it('is of one moment, while others go on writing', async () => {
      await using source = await createSource()
      await using target = await createTarget()
      await using folder = await tempFolder()
      await using store = await openStore(source.store)
      const { review } = await reviewWithIssues(store, 0)
      const acknowledged: Acknowledged[] = []
      const writing = { on: true }
      const write = async (): Promise<void> => {
        while (writing.on) await writePart(store, review, (done) => acknowledged.push(done))
      }
      const writers = Promise.all([write(), write(), write()])
      while (acknowledged.length < 60) await writePart(store, review, () => {})
      // A backup may be over before a write is; then it shows nothing.
      let promised: Acknowledged[] = []
      let file = ''
      for (let i = 0; promised.length === acknowledged.length || file === ''; i += 1) {
        promised = [...acknowledged]
        file = folder.path(`${i}.backup`)
        await backUp(placeOf(source), { file, now, signal })
      }
      writing.on = false
      await writers
      await restore(placeOf(target), { file, now })
      await using restored = await openStore(target.store)
      await expectKept(restored, review, promised)
      const { tables } = await contentOf(target)
      const done = new Set(tables['review_parts']?.map(({ agent }) => agent))
      expect(tables['issues']?.filter(({ agent }) => !done.has(agent))).toEqual([])
      expect(tables['review_events']).toHaveLength(Number(tables['reviews']?.[0]?.['last_event']))
    })

    it('sees nothing that is written after it began', async () => {
      await using source = await createSource()
      await using store = await openStore(source.store)
      const { review } = await reviewWithIssues(store, 3)
      await using snapshot = await openSnapshot(source.store)
      await writePart(store, review, () => {})
      const issues = (await Array.fromAsync(snapshot.rows('issues'))).flat()
      expect(issues).toHaveLength(3)
      expect(await store.issues.list(review)).toHaveLength(8)
    })

    it('is refused where data are already, which stay', async () => {
      await using source = await createSource()
      await using target = await createTarget()
      await using folder = await tempFolder()
      const file = folder.path('all.backup')
      {
        await using store = await openStore(source.store)
        await fillStore(store, source.blobs)
      }
      {
        await using store = await openStore(target.store)
        await store.settings.put('mine', true)
      }
      await backUp(placeOf(source), { file, now, signal })
      const before = await contentOf(target)
      await expect(restore(placeOf(target), { file, now })).rejects.toMatchObject({
        name: 'UserFacingError',
        code: 'restore-not-empty',
      })
      expect(await contentOf(target)).toEqual(before)
    })
  })
}

import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { tempFolder } from '../../test/helpers/temp-folder.ts'
import { migrate, type MigrationSession, pendingMigrations, readMigrations } from './migrate.ts'
import { openStore } from './open-store.ts'
import { newChange, newRevision } from './store-samples.ts'

const step = (number: number, hash = `hash ${number}`) => ({
  number,
  name: `00${number}-step`,
  sql: '',
  hash,
})

it('runs what was not applied, in order', () => {
  const known = [step(1), step(2), step(3)]
  expect(pendingMigrations(known, [])).toEqual(known)
  expect(pendingMigrations(known, [step(1), step(2)])).toEqual([step(3)])
})

it('refuses data of a newer version', () => {
  expect(() => pendingMigrations([step(1)], [step(1), step(2)])).toThrow(
    /written by a newer Proofloop \(its tables have 002-step,/,
  )
  // Also when its number is between those that are known.
  expect(() => pendingMigrations([step(1), step(3)], [step(2)])).toThrow(/have 002-step/)
})

it('refuses a step that is not the one that was applied', () => {
  expect(() => pendingMigrations([step(1)], [step(1, 'other')])).toThrow(/001-step/)
})

it('gives each step of an engine a number of its own', async () => {
  for (const engine of ['sqlite', 'postgres'] as const) {
    const numbers = (await readMigrations(engine)).map(({ number }) => number)
    expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other))
  }
})

it('leaves data of a newer version as they are', async () => {
  await using place = await tempFolder()
  await (await openStore({ dataFolder: place.folder }))[Symbol.asyncDispose]()
  {
    using database = new DatabaseSync(place.path('proofloop.db'))
    database.exec("insert into proofloop_migrations values ('999-later', 999, 'hash', 0)")
  }
  await expect(openStore({ dataFolder: place.folder })).rejects.toMatchObject({
    name: 'UserFacingError',
    code: 'store-newer',
    message: expect.stringContaining('999-later'),
  })
})

it('undoes all steps when one fails', async () => {
  await using place = await tempFolder()
  {
    using database = new DatabaseSync(place.path('proofloop.db'))
    database.exec('create table answers (key text)')
  }
  await expect(openStore({ dataFolder: place.folder })).rejects.toThrow(/answers already exists/)
  using database = new DatabaseSync(place.path('proofloop.db'))
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all()
  expect(tables.map(({ name }) => name)).toEqual(['answers'])
})

it('changes no tables under a server of an older version', async () => {
  await using place = await tempFolder()
  const { folder: dataFolder } = place
  const command = { dataFolder, exclusive: false }
  {
    await using _server = await openStore({ dataFolder })
    await (await openStore(command))[Symbol.asyncDispose]()
    using database = new DatabaseSync(place.path('proofloop.db'))
    // As if this step were a new one: run again, it fails.
    database.exec("delete from proofloop_migrations where name like '013-%'")
    await expect(openStore(command)).rejects.toMatchObject({ code: 'store-older' })
  }
  await expect(openStore(command)).rejects.toThrow(/duplicate column/)
})

/** Makes the tables of an older store, and rows in them. */
async function writeOlder(file: string, before: number, rows: readonly string[]): Promise<void> {
  const known = await readMigrations('sqlite')
  using database = new DatabaseSync(file)
  const session: MigrationSession = {
    query: async (sql, parameters = []) =>
      database.prepare(sql.replaceAll(/\$\d+/g, '?')).all(...parameters),
    script: async (sql) => database.exec(sql),
  }
  await migrate(session, { known: known.filter(({ number }) => number < before), now: 1 })
  for (const row of rows) database.exec(row)
}

it('gives documents and reviews of an older store the split of their group', async () => {
  await using place = await tempFolder()
  await writeOlder(place.path('proofloop.db'), 85, [
    "insert into flow_versions values ('hash', 'flow', '{}', 1)",
    ...['evaluation', 'test', 'audit'].map(
      (split) => `
        insert into document_groups values ('${split}', '${split}', 0, 1);
        insert into documents
          (id, sha256, group_id, media_type, bytes, state, uploader, uploaded_at)
          values ('${split}', 'same', '${split}', 'text/plain', 1, 'forgotten', 'ann', 1);
        insert into reviews
          (id, document, flow_version, state, issue_order, full_review, requester, created_at, last_event)
          values ('of-${split}', '${split}', 'hash', 'done', 'random', 0, 'ann', 1, 0);`,
    ),
  ])
  await (await openStore({ dataFolder: place.folder }))[Symbol.asyncDispose]()
  using database = new DatabaseSync(place.path('proofloop.db'))
  const rows = database
    .prepare('select id, split from documents union all select id, split from reviews order by id')
    .all()
  expect(rows.map(({ id, split }) => `${String(id)} ${String(split)}`)).toEqual([
    'audit audit',
    'evaluation evaluation',
    'of-audit audit',
    'of-evaluation evaluation',
    'of-test test',
    'test test',
  ])
})

it('leaves texts that may be short without a signature, and others theirs, until they get the one of today', async () => {
  await using place = await tempFolder()
  const file = place.path('proofloop.db')
  await writeOlder(file, 97, [
    "insert into document_groups values ('group', 'evaluation', 0, 1)",
    ...['', 'ab'.repeat(413), 'ab'.repeat(417)].map(
      (content, i) => `
        insert into documents
          (id, sha256, group_id, media_type, bytes, state, uploader, uploaded_at, split)
          values ('${i}', '${i}', 'group', 'text/plain', 1, 'ready', 'ann', 1, 'evaluation');
        insert into document_signatures values ('${i}', ${i + 1}, x'${content}');
        insert into document_shingles values (0, ${i}, '${i}');
        insert into example_signatures values ('${i}', 'text', 'group', 'test', x'${content}');
        insert into example_shingles values (${i}, '${i}');`,
    ),
  ])
  await using store = await openStore({ dataFolder: place.folder })
  expect(await store.signatures.missing(9)).toEqual(['0', '1', '2'])
  expect(await store.signatures.signedExamples(['0', '1', '2'])).toEqual(new Set(['2']))
  expect((await store.signatures.lookUp([0, 1, 2], { hidden: false })).length).toBe(1)
})

it('deletes answers of which nobody can tell whose text they quote, where documents became examples', async () => {
  const abouts = ['a file', 'the text of an example', 'what is unknown', null]
  const leftWhere = async (source: string | null): Promise<unknown[]> => {
    await using place = await tempFolder()
    const file = place.path('proofloop.db')
    const quoted = (text: string | null): string => (text === null ? 'null' : `'${text}'`)
    await writeOlder(file, 124, [
      `insert into document_groups values ('group', 'test', 0, 1);
      insert into documents
        (id, sha256, group_id, media_type, bytes, state, uploader, uploaded_at)
        values ('made', 'a file', 'group', 'text/plain', 1, 'ready', 'ann', 1);
      insert into dataset_entries
        (version, id, split, group_id, text_group, document, hash, issues, types, source_document)
        values ('1', 'a', 'test', 'g', 'g', 'the text of an example', 'h', 0, '[]', ${quoted(source)})`,
      ...abouts.map((about, i) => `insert into answers values ('${i}', ${quoted(about)}, '{}', 1)`),
    ])
    await (await openStore({ dataFolder: place.folder }))[Symbol.asyncDispose]()
    using database = new DatabaseSync(file)
    return database.prepare('select document from answers order by key').all()
  }
  const documents = (some: (string | null)[]) => some.map((document) => ({ document }))
  expect(await leftWhere('made')).toEqual(documents([...abouts.slice(0, 2), null]))
  expect(await leftWhere(null)).toEqual(documents(abouts))
})

it('looks again at what was seen, and tested, before it was kept on what', async () => {
  await using place = await tempFolder()
  const key = { change: 'a', tree: 'tree', name: 'functional', attempt: 1 } as const
  const nothing = { cause: null, summary: null, log: null, subject: 'version' }
  {
    await using store = await openStore({ dataFolder: place.folder })
    await store.changes.add(newChange('a'))
    await store.changes.addRevision(newRevision('a', 0))
    await store.changes.startCheck({ ...key, subject: null })
    await store.changes.endCheck(key, { outcome: 'pass', conditions: 'now', ...nothing })
    expect(await store.changes.checks('a', 'tree')).toMatchObject([{ conditions: 'now' }])
  }
  {
    using database = new DatabaseSync(place.path('proofloop.db'))
    database.exec(`
      alter table change_revisions drop column tested_on;
      alter table change_revisions add column tested_tree text;
      alter table change_checks drop column conditions;
      delete from proofloop_migrations where number = 108`)
  }
  await using store = await openStore({ dataFolder: place.folder })
  expect(await store.changes.revision('a', 0)).toMatchObject({ tree: 'tree', testedOn: null })
  expect(await store.changes.checks('a', 'tree')).toMatchObject([
    { outcome: 'pass', conditions: null },
  ])
})

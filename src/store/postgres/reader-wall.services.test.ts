import type pg from 'pg'
import { expect, test } from 'vitest'
import { createDatabase, dropDatabase } from '../../../test/helpers/postgres-server.ts'
import { createReaderRole } from '../../../test/helpers/reader-role.ts'
import {
  asRole,
  createWalledStore as createPlace,
  type WalledStore as Place,
} from '../../../test/helpers/walled-store.ts'
import { type DocumentScope, Split } from '../../schema/access.ts'
import { openServedStore } from '../open-store.ts'
import {
  datasetEntry,
  evaluationDetails,
  evaluationRun,
  event,
  longDocument,
  newDatasetVersion,
  newLabelSet,
  newDocument,
  newEvaluation,
  newIssue,
  newReview,
  readMark,
  verdict,
} from '../store-samples.ts'
import type { Store } from '../store.ts'
import { readPads, sealScope } from './reader-seal.ts'

const engineer: DocumentScope[] = [{ splits: ['evaluation'] }]
const custodian: DocumentScope[] = [{ splits: Split.options }]
const reviewer = (assignee: string): DocumentScope[] => [{ splits: Split.options, assignee }]

/** A document of each kind, all of it: text, review, part, event, issue, verdict. */
async function fill(store: Store) {
  await store.flowVersions.put({ hash: 'flow-hash', name: 'review', manifest: {} })
  const kinds = { open: 'evaluation', hidden: 'test', assigned: 'audit' } as const
  const made: Record<string, { id: string; review: string; issue: string }> = {}
  for (const [id, split] of Object.entries(kinds)) {
    await store.documents.add(newDocument(id, { split }))
    await store.documents.markReady(id, longDocument(id))
    const { id: review } = await store.reviews.create(newReview(id))
    await store.parts.plan(review, [{ agent: 'grammar', chunk: 0 }])
    const issue = newIssue(1)
    const part = { review, agent: 'grammar', chunk: 0 }
    await store.parts.finish(part, { issues: [issue], events: [event('issues')] })
    await store.verdicts.add(
      verdict(review, issue, { kind: 'edited', edit: { suggestedFix: 'x' } }),
      0,
    )
    await store.readMarks.add(readMark(review, id))
    made[id] = { id, review, issue: issue.id }
  }
  await store.documents.assign('assigned', 'ray')
  return made
}

type Made = Awaited<ReturnType<typeof fill>>[string]

/** What the store tells of a document when nobody in front of it checks anything. */
async function told(store: Store, { id, review, issue }: Made): Promise<boolean[]> {
  const found = await Promise.all([
    store.documents.get(id),
    store.documents.text(id),
    store.groups.get(`group-${id}`),
    store.reviews.get(review),
    store.issues.get(issue),
  ])
  const lists = await Promise.all([
    store.documents.sharing([id]),
    store.reviews.list({ documents: [id], limit: 9 }),
    store.reviews.newestOf([id]),
    store.parts.list(review),
    store.parts.tally([review]),
    store.issues.list(review),
    store.events.since(review, { after: 0, limit: 9 }),
    store.verdicts.list(review),
    store.verdicts.newest([review]),
    store.verdicts.standing([review]),
  ])
  const marks = (await store.readMarks.of([id])).get(id)?.marks ?? []
  return [...found.map((row) => row !== null), ...[...lists, marks].map((rows) => rows.length > 0)]
}

async function toldAs(place: Place, scopes: DocumentScope[], made: Made): Promise<string> {
  const { store, run } = place.readers
  const answers = await run(scopes, () => told(store, made))
  return answers.every(Boolean)
    ? 'all'
    : answers.some(Boolean)
      ? JSON.stringify(answers)
      : 'nothing'
}

test('what is not in the scope of a reader is not there, in whatever query', async () => {
  await using place = await createPlace()
  expect(place.readers.wall).toBe('up')
  const { open, hidden, assigned } = await fill(place.store)
  if (!open || !hidden || !assigned) throw new Error('Nothing was made.')
  const seen = async (scopes: DocumentScope[]): Promise<string[]> => {
    const answers = []
    for (const made of [open, hidden, assigned]) answers.push(await toldAs(place, scopes, made))
    return answers
  }
  expect(await seen(engineer)).toEqual(['all', 'nothing', 'nothing'])
  expect(await seen(custodian)).toEqual(['all', 'all', 'all'])
  expect(await seen(reviewer('ray'))).toEqual(['nothing', 'nothing', 'all'])
  expect(await seen(reviewer('bob'))).toEqual(['nothing', 'nothing', 'nothing'])
  expect(await seen([...engineer, ...reviewer('ray')])).toEqual(['all', 'nothing', 'all'])
  expect(await seen([])).toEqual(['nothing', 'nothing', 'nothing'])
  // A query that asks for too much, as one with a mistake would.
  const { store, run } = place.readers
  const ids = async (scopes: DocumentScope[]): Promise<string[]> =>
    run(scopes, () => store.documents.list({ scopes: custodian, limit: 9 })).then((documents) =>
      documents.map(({ id }) => id).toSorted(),
    )
  expect(await ids(engineer)).toEqual(['open'])
  expect(await ids(custodian)).toEqual(['assigned', 'hidden', 'open'])
  // Work that nobody was named for.
  expect(await store.documents.list({ scopes: custodian, limit: 9 })).toEqual([])
})

test('connections keep nothing of a scope, however many readers share them', async () => {
  await using place = await createPlace()
  await fill(place.store)
  const { store, run } = place.readers
  const all = { scopes: custodian, limit: 9 }
  const counts = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      run(i % 3 === 0 ? custodian : i % 3 === 1 ? engineer : [], () =>
        store.documents.list(all),
      ).then(({ length }) => [i % 3, length].join()),
    ),
  )
  expect(new Set(counts)).toEqual(new Set(['0,3', '1,1', '2,0']))
})

test('verdicts of a reader are written, and read back through the wall', async () => {
  await using place = await createPlace()
  const { open } = await fill(place.store)
  const { store, run } = place.readers
  const issue = { ...newIssue(2), id: open?.issue ?? '' }
  const given = verdict(open?.review ?? '', issue, { kind: 'accepted' })
  expect(await run(engineer, () => store.verdicts.add(given, 0))).toMatchObject({
    status: 'conflict',
    current: [{ version: 1 }],
  })
  const added = await run(engineer, () => store.verdicts.add(given, 1))
  expect(added).toMatchObject({ status: 'added' })
})

const countRows = async (client: pg.Client, table: string): Promise<number> =>
  Number((await client.query(`select count(*) as n from ${table}`)).rows[0].n)

test('whoever has the session of the role for readers cannot get out of it', async () => {
  await using place = await createPlace()
  await fill(place.store)
  const owner = new URL(place.databaseUrl).username
  await asRole(place.role.url, async (client) => {
    expect(await countRows(client, 'documents')).toBe(0)
    for (const statement of [
      `set role ${owner}`,
      `set session authorization ${owner}`,
      'select * from people',
      'select * from sessions',
      'select * from secrets',
      'select * from secret_keys',
      'select * from answers',
      'select * from reader_key',
      `select reader_seal('{"splits":["test"]}')`,
      `update documents set name = 'mine'`,
      'delete from issue_texts',
      'alter table documents disable row level security',
      'drop policy reader on documents',
      'create table mine (a int)',
    ]) {
      await expect(client.query(statement)).rejects.toThrow(/permission|must be owner/)
    }
    await client.query('reset role')
    await client.query('reset session authorization')
    await client.query('set row_security = off')
    await expect(client.query('select * from documents')).rejects.toThrow('row-level security')
    await client.query('set row_security = on')
    // A scope of one's own making.
    for (const content of ['{"splits":["evaluation","test","audit"]}', '']) {
      for (const seal of ['', `${'0'.repeat(64)}.`, 'x']) {
        await client.query("select set_config('proofloop.scope', $1, false)", [seal + content])
        expect(await countRows(client, 'documents')).toBe(0)
      }
    }
  })
})

test('a superuser that takes the role on is held back by nothing: it may put it off', async () => {
  await using place = await createPlace()
  await fill(place.store)
  await asRole(place.databaseUrl, async (client) => {
    await client.query(`set role ${place.role.name}`)
    expect(await countRows(client, 'documents')).toBe(0)
    await client.query('reset role')
    expect(await countRows(client, 'documents')).toBe(3)
  })
})

test('a role that would be no wall is refused', async () => {
  await using place = await createPlace()
  const { name, url } = place.role
  const owner = new URL(place.databaseUrl).username
  const refused = async (readerUrl: string): Promise<string> =>
    place.open(readerUrl).then(
      async ({ store, readers }) => {
        await readers[Symbol.asyncDispose]()
        await store[Symbol.asyncDispose]()
        return 'taken'
      },
      (error: unknown) => (error instanceof Error ? error.message : ''),
    )
  expect(await refused(url)).toBe('taken')
  expect(await refused(place.databaseUrl)).toContain('a superuser')
  const changes = [
    [`alter role ${name} bypassrls`, `alter role ${name} nobypassrls`, 'BYPASSRLS'],
    [`alter role ${name} createrole`, `alter role ${name} nocreaterole`, 'CREATEROLE'],
    [`grant ${owner} to ${name}`, `revoke ${owner} from ${name}`, 'a superuser'],
    [`grant pg_read_all_data to ${name}`, `revoke pg_read_all_data from ${name}`, 'no guard'],
    [`grant select on people to ${name}`, `revoke select on people from ${name}`, 'no guard'],
    [`grant insert on issues to ${name}`, `revoke insert on issues from ${name}`, 'may write'],
    [
      `grant execute on function reader_seal to ${name}`,
      `revoke execute on function reader_seal from ${name}`,
      'make scopes',
    ],
  ] as const
  await asRole(place.databaseUrl, async (client) => {
    for (const [change, back, why] of changes) {
      await client.query(change)
      expect(await refused(url)).toContain(why)
      await client.query(back)
    }
  })
  expect(await refused(url)).toBe('taken')
  const other = await createDatabase(place.databaseUrl)
  const elsewhere = Object.assign(new URL(url), { pathname: new URL(other).pathname }).href
  expect(await refused(elsewhere)).toContain('another database')
  await dropDatabase(other)
})

const readable = `select table_name as name from information_schema.role_table_grants
  where grantee = $1 and privilege_type = 'SELECT' order by 1`

test('a role that is refused may read nothing; one that is not, what is read', async () => {
  await using place = await createPlace()
  await using fresh = await createReaderRole(place.databaseUrl)
  await asRole(place.databaseUrl, async (client) => {
    const readableBy = async (name: string): Promise<string[]> =>
      (await client.query<{ name: string }>(readable, [name])).rows.map((row) => row.name)
    await client.query(`alter role ${fresh.name} bypassrls`)
    await expect(place.open(fresh.url)).rejects.toMatchObject({ code: 'reader-role-unsafe' })
    expect(await readableBy(fresh.name)).toEqual([])
    // As a start of an older version did.
    await client.query(`grant select on document_signatures to ${place.role.name}`)
    const { store, readers } = await place.open(place.role.url)
    await readers[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
    const names = await readableBy(place.role.name)
    expect(names).toEqual(expect.arrayContaining(['documents', 'dataset_entries']))
    expect(names.filter((name) => /signatures|shingles/.test(name))).toEqual([])
  })
})

test('the role in DATABASE_URL must be one that the guards do not hold back', async () => {
  await using place = await createPlace()
  await fill(place.store)
  const databaseUrl = place.role.url
  await expect(openServedStore({ dataFolder: 'unused', databaseUrl })).rejects.toMatchObject({
    code: 'store-unsupported',
  })
})

test('hidden examples of datasets are not there, whatever a query asks for', async () => {
  await using place = await createPlace()
  const { datasets } = place.store
  const entries = [datasetEntry('open', 'evaluation'), datasetEntry('secret', 'test')]
  const first = await datasets.addVersion(newDatasetVersion(entries, { hash: 'aa11' }))
  const more = [...entries, datasetEntry('more', 'audit')]
  const second = await datasets.addVersion(newDatasetVersion(more, { hash: 'bb22', after: first }))
  const set = { ...newLabelSet('ann'), example: 'open', document: entries[0]?.document ?? '' }
  await place.store.labelSets.save(set)
  const seen = async (scopes: DocumentScope[]): Promise<unknown[]> => {
    const { store, run } = place.readers
    return run(scopes, async () => {
      const versions = await store.datasets.versions('everything', { dataset: 'letters', limit: 9 })
      const examples = await store.datasets.examples('everything', second.id, { limit: 9 })
      return [
        versions.map(({ splits }) => splits.map(({ split }) => split)),
        examples.map(({ id, content }) => [id, content?.paragraphs[0]?.text]),
        (await store.datasets.example('everything', second.id, 'secret')) !== null,
        (await store.labelSets.of(set)).length +
          (await store.labelSets.ofVersion('letters', second.id)).length,
      ]
    })
  }
  const open = ['open', 'This is open.']
  expect(await seen(engineer)).toEqual([[['evaluation']], [open], false, 0])
  expect(await seen(reviewer('ray'))).toEqual([[], [], false, 0])
  expect(await seen(custodian)).toEqual([
    [
      ['evaluation', 'test', 'audit'],
      ['evaluation', 'test'],
    ],
    [['more', 'This is more.'], open, ['secret', 'This is secret.']],
    true,
    2,
  ])
})

test('evaluations on hidden splits are not there, whoever may read evaluations', async () => {
  await using place = await createPlace()
  for (const evaluations of [place.store.evaluations, place.store.testEvaluations]) {
    const id = evaluations === place.store.evaluations ? 'open' : 'hidden'
    await evaluations.start(newEvaluation(id))
    await evaluations.finish(id, evaluationRun, evaluationDetails)
  }
  const { store, run } = place.readers
  for (const scopes of [[], engineer, custodian]) {
    const told = await run(scopes, async () => [
      (await store.evaluations.get('open'))?.state,
      await store.evaluations.run('open'),
      await store.evaluations.details('open'),
      (await store.evaluations.list({ limit: 9 })).map(({ id }) => id),
    ])
    expect(told).toEqual(['done', evaluationRun, evaluationDetails, ['open']])
  }
  // As a query with a mistake would ask.
  const all = `select id from evaluations
    join evaluation_runs r on r.evaluation = id join evaluation_details d on d.evaluation = id`
  const scope = sealScope(await readPads(place.store.accountTables.db), '{"splits":["evaluation"]}')
  await asRole(place.role.url, async (client) => {
    expect((await client.query(all)).rows).toEqual([])
    await client.query("select set_config('proofloop.scope', $1, false)", [scope])
    expect((await client.query(all)).rows).toEqual([{ id: 'open' }])
    for (const table of ['evaluations', 'evaluation_runs', 'evaluation_details']) {
      expect(await countRows(client, table)).toBe(1)
    }
  })
})

test('without a role for readers the wall is down, and says so', async () => {
  await using place = await createPlace()
  const { store, readers } = await place.open('')
  expect(readers.wall).toBe('down')
  await store[Symbol.asyncDispose]()
})

test('each table that comes from a document is guarded, no other may be read, and which those are is known', async () => {
  await using place = await createPlace()
  await asRole(place.databaseUrl, async (client) => {
    const { rows: guarded } = await client.query(
      `select c.relname as name from pg_policy p join pg_class c on c.oid = p.polrelid order by 1`,
    )
    const { rows: near } = await client.query(
      `with recursive near as (
         select oid from pg_class where relname = 'documents' and relkind = 'r'
         union select c.conrelid from pg_constraint c join near on near.oid = c.confrelid)
       select relname as name from near join pg_class using (oid) order by 1`,
    )
    const names = guarded.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(near.map(({ name }) => name)))
    expect(names).toMatchInlineSnapshot(`
      [
        "audit_log",
        "dataset_declined",
        "dataset_entries",
        "dataset_label_sets",
        "dataset_labels",
        "dataset_texts",
        "dataset_version_splits",
        "dataset_versions",
        "document_groups",
        "document_shingles",
        "document_signatures",
        "document_texts",
        "documents",
        "evaluation_details",
        "evaluation_runs",
        "evaluations",
        "gate_audits",
        "gate_calls",
        "gate_measures",
        "gates",
        "issue_texts",
        "issues",
        "notifications",
        "opened_texts",
        "read_marks",
        "review_events",
        "review_parts",
        "reviews",
        "test_set_generations",
        "verdict_texts",
        "verdicts",
      ]
    `)
    const { rows: tables } = await client.query(
      `select c.relname as name from pg_class c where c.relkind in ('r', 'p')
       and c.relnamespace = current_schema()::regnamespace order by 1`,
    )
    // They rest on the code alone: docs/security.md says so of each that holds something hidden.
    const others = tables.map(({ name }) => name).filter((name) => !names.includes(name))
    expect(others).toMatchInlineSnapshot(`
      [
        "answers",
        "api_keys",
        "bundles",
        "change_checks",
        "change_decisions",
        "change_events",
        "change_revisions",
        "change_told",
        "changes",
        "chosen_splits",
        "credentials",
        "dataset_owners",
        "dataset_shown",
        "datasets",
        "deployment_requests",
        "environment_checks",
        "environment_spend",
        "example_shingles",
        "example_signatures",
        "flow_drafts",
        "flow_versions",
        "gate_charges",
        "people",
        "proofloop_migrations",
        "reader_key",
        "reference_versions",
        "secret_keys",
        "secrets",
        "sessions",
        "settings",
        "spend",
        "spend_batches",
        "test_set_anchors",
        "verifications",
      ]
    `)
  })
})

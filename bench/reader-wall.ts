import { performance } from 'node:perf_hooks'
import { createDatabase, startPostgres } from '../test/helpers/postgres-server.ts'
import { createReaderRole } from '../test/helpers/reader-role.ts'
import { sql } from 'kysely'
import { timeOrderedId } from '../src/lib/time-ordered-id.ts'
import { type DocumentScope, Split } from '../src/schema/access.ts'
import { openServedStore } from '../src/store/open-store.ts'
import type { Store } from '../src/store/store.ts'
import { newReview, verdict } from '../src/store/store-samples.ts'

// What reading by the role for readers costs: the same questions to the same PostgreSQL with and without.
// node --conditions=proofloop-source bench/reader-wall.ts

const documents = 20_000
const issuesOfOne = 700
const rounds = 60

async function fill(store: Store): Promise<string> {
  const { db } = store.accountTables
  await store.flowVersions.put({ hash: 'flow-hash', name: 'review', manifest: {} })
  await sql`insert into document_groups select 'g' || i,
    (array['evaluation', 'test', 'audit'])[1 + (i % 3)], 0, 0 from generate_series(1, ${documents}) i`.execute(
    db,
  )
  await sql`insert into documents (id, sha256, group_id, name, media_type, bytes, state, uploader, uploaded_at)
    select 'd' || i, 'd' || i, 'g' || i, 'n' || i, 'text/plain', 1, 'ready', 'ann', i
    from generate_series(1, ${documents}) i`.execute(db)
  const { id: review } = await store.reviews.create(newReview('d3'))
  await store.parts.plan(review, [{ agent: 'grammar', chunk: 0 }])
  const issues = Array.from({ length: issuesOfOne }, (_, i) => ({
    id: timeOrderedId(),
    type: 'Spelling',
    agent: 'grammar',
    text: 'teh',
    explanation: 'A typo.',
    suggestedFix: 'the',
    score: 7.5,
    unresolved: false,
    location: {
      sourceSentence: 'It is teh end.',
      page: 1,
      paragraph: i,
      start: 0,
      end: 3,
      quads: [],
    },
  }))
  await store.parts.finish({ review, agent: 'grammar', chunk: 0 }, { issues, events: [] })
  for (const issue of issues.slice(0, 100)) {
    await store.verdicts.add(verdict(review, issue, { kind: 'accepted' }), 0)
  }
  await sql`analyze`.execute(db)
  return review
}

function median(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2)
  return `${at(0.5)} ms (${at(0.1)} to ${at(0.9)})`
}

await using server = await startPostgres()
const databaseUrl = await createDatabase(server.url)
await using role = await createReaderRole(databaseUrl)
const { store, readers } = await openServedStore({
  dataFolder: 'unused',
  databaseUrl,
  readerUrl: role.url,
})
const review = await fill(store)
const scopes: Record<string, DocumentScope[]> = {
  engineer: [{ splits: ['evaluation'] }],
  custodian: [{ splits: Split.options }],
}
for (const [reader, own] of Object.entries(scopes)) {
  const questions = {
    'list of 50 documents': (from: Store) => from.documents.list({ scopes: own, limit: 50 }),
    'one document': (from: Store) => from.documents.get('d3'),
    [`${issuesOfOne} issues with texts`]: (from: Store) => from.issues.list(review),
    'counts of verdicts': (from: Store) => from.verdicts.standing([review]),
  }
  for (const [name, ask] of Object.entries(questions)) {
    const timed = async (from: Store): Promise<number> => {
      const begun = performance.now()
      await readers.run(own, () => ask(from))
      return performance.now() - begun
    }
    const without: number[] = []
    const behind: number[] = []
    // Turn by turn, so that what else the machine does meets both.
    for (let round = 0; round < rounds; round += 1) {
      without.push(await timed(store))
      behind.push(await timed(readers.store))
    }
    const figures = `${median(without)} without, ${median(behind)} behind`
    process.stdout.write(`${reader}, ${name}: ${figures}\n`)
  }
}
await readers[Symbol.asyncDispose]()
await store[Symbol.asyncDispose]()

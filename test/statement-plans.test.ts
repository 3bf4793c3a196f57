import { expect, test } from 'vitest'
import type { DocumentScope } from '../src/schema/access.ts'
import { openStore } from '../src/store/open-store.ts'
import type { Store } from '../src/store/store.ts'
import { openPlans, pastHidden } from './helpers/statement-plans.ts'
import { tempFolder } from './helpers/temp-folder.ts'
import { watchStatements } from './helpers/watch-statements.ts'

const engineer: DocumentScope = { splits: ['evaluation'] }
const reviewer: DocumentScope = { splits: ['evaluation', 'test', 'audit'], assignee: 'ray' }

/** All ways to ask for documents and reviews in scopes. */
async function askAll({ documents, reviews }: Store, scopes: DocumentScope[]): Promise<void> {
  const page = { scopes, limit: 9 }
  const before = { uploadedAt: 1, sha256: 'a' }
  const earlier = { createdAt: 1, id: 'a' }
  await documents.count(scopes)
  await documents.get('a', scopes)
  await documents.sharing(['a', 'b'], scopes)
  for (const filter of [{}, { search: 'a' }, { states: ['failed' as const] }, { uploader: 'a' }]) {
    for (const assignee of [undefined, null, 'ray']) {
      await documents.list({ ...page, ...filter, assignee })
      await documents.list({ ...page, ...filter, assignee, before })
    }
  }
  await reviews.get('a', scopes)
  for (const filter of [{}, { states: ['done' as const] }, { requester: 'a' }]) {
    for (const ids of [undefined, [], ['a'], ['a', 'b']]) {
      await reviews.list({ ...page, ...filter, documents: ids })
      await reviews.list({ ...page, ...filter, documents: ids, before: earlier })
    }
  }
}

test.each([
  ['a split', [engineer]],
  ['somebody', [reviewer]],
  ['a split and somebody', [engineer, reviewer]],
  ['two splits', [{ splits: ['evaluation' as const, 'test' as const] }]],
])('documents and reviews of %s are found past all others', async (_of, scopes) => {
  await using folder = await tempFolder()
  await using store = await openStore({ dataFolder: folder.path('data') })
  using watched = watchStatements()
  using plans = await openPlans()
  const { statements } = await watched.during(() => askAll(store, scopes))
  expect(statements.length).toBeGreaterThan(45)
  expect(statements.filter((one) => plans.stepsOf(one).length === 0)).toEqual([])
  expect(statements.flatMap((statement) => pastHidden(plans, { statement, roles: [] }))).toEqual([])
})

test.each([
  ['all rows', 'select * from reviews', 'reviews: SCAN'],
  ['all rows, by another name', 'select name from documents as d', 'documents: SCAN d'],
  ['all rows of an index', 'select count(*) from documents', 'documents: SCAN documents USING'],
  [
    'rows of an index that tells nothing of who may read',
    `select * from documents where sha256 = ? and split <> 'audit'`,
    'documents: SEARCH documents',
  ],
  [
    'all rows, to ask of each whose group may be read',
    `select documents.* from documents join document_groups as g on g.id = documents.group_id
      where g.split = ? order by uploaded_at desc`,
    'documents: SCAN documents USING INDEX documents_by_time',
  ],
  [
    'an index that is made for the statement',
    'select * from people cross join verdicts on verdicts.kind = people.name',
    'verdicts: SEARCH verdicts USING AUTOMATIC',
  ],
])('a statement that looks at %s is found', async (_what, statement, found) => {
  using plans = await openPlans()
  const past = pastHidden(plans, { statement, roles: ['engineer'] })
  expect(past.filter((one) => one.startsWith(found))).not.toEqual([])
})

test('who reads the audit log may look at all of it, and others may not', async () => {
  using plans = await openPlans()
  const statement = 'select * from "audit_log" order by "sequence" desc limit ?'
  expect(pastHidden(plans, { statement, roles: ['admin'] })).toEqual([])
  expect(pastHidden(plans, { statement, roles: ['engineer', 'operator'] })).toHaveLength(1)
})

import type { DocumentScope } from '../schema/access.ts'
import { createAuditReads } from './audit.ts'
import type { StoreContext } from './context.ts'
import { createDatasetReads } from './datasets.ts'
import type { Database } from './database.ts'
import { createEvaluationReads, type EvaluationReads } from './evaluations.ts'
import { createLabelSetReads } from './label-sets.ts'
import { createReaderScope, type OwnRows, type ReaderScope } from './reader-scope.ts'
import type { Store } from './store.ts'

/**
 * The store as requests read it. On PostgreSQL with a role for readers, documents and what comes from
 * them, datasets, evaluations, gates, the audit log and what is somebody's own are read by that role, and the
 * database itself holds back what is not in the reader's scope. Copies of documents, changes and answers of models
 * are not.
 */
export type Readers = {
  store: Store
  /** `none`: SQLite has no roles. `down`: PostgreSQL has no role for readers; queries alone hold back. */
  wall: 'up' | 'down' | 'none'
  /** Work for a reader who may see documents of any of these scopes, and `own` besides. */
  run: <T>(scopes: DocumentScope[], work: () => T, own?: OwnRows) => T
} & AsyncDisposable

export type ReaderOptions = {
  /** `postgres://…` of a role that may log in and owns nothing; undefined or empty: there is none. */
  readerUrl?: string
}

/** @throws UserFacingError reader-role-unsafe, reader-role-elsewhere, store-unavailable */
export async function openReaders(
  { context, store, createStore }: Opened,
  { readerUrl = '' }: ReaderOptions,
): Promise<Readers> {
  const scope = createReaderScope()
  const { run } = scope
  const isPostgres = context.database.engine === 'postgres'
  if (!isPostgres || readerUrl === '') {
    return {
      store,
      wall: isPostgres ? 'down' : 'none',
      run,
      async [Symbol.asyncDispose]() {},
    }
  }
  const { openReaderDatabase } = await import('./postgres/reader-database.ts')
  const database = await openReaderDatabase(context.database, { readerUrl, scope })
  const read = createStore({ ...context, database })
  const { documents, groups, reviews, parts, issues, events, verdicts, readMarks } = read
  const { gates, gateAudits, gateCalls, notifications, openedTexts } = read
  return {
    // All else is read as ever, by the role that also writes.
    store: {
      ...store,
      documents,
      groups,
      reviews,
      parts,
      issues,
      events,
      verdicts,
      readMarks,
      gates,
      gateAudits,
      gateCalls: {
        ...store.gateCalls,
        list: (wanted) => gateCalls.list(wanted),
        count: (measured) => gateCalls.count(measured),
      },
      notifications,
      openedTexts,
      // What tells custodians which splits texts are in looks at all of them.
      datasets: { ...store.datasets, ...createDatasetReads(database) },
      evaluations: { ...store.evaluations, ...evaluationReads(database, scope) },
      testEvaluations: {
        ...store.testEvaluations,
        ...createEvaluationReads(database.kysely, 'test'),
      },
      labelSets: { ...store.labelSets, ...createLabelSetReads(database) },
      // Who writes an entry has to know the one before, whatever they may read.
      audit: { ...store.audit, ...createAuditReads(database) },
    },
    wall: 'up',
    run,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

/**
 * Their permission says who may read them, whatever documents they may see. The wall holds back those on
 * other splits, whose mistakes quote hidden examples.
 */
function evaluationReads({ kysely }: Database, { run }: ReaderScope): EvaluationReads {
  const scopes: DocumentScope[] = [{ splits: ['evaluation'] }]
  const reads = createEvaluationReads(kysely, 'evaluation')
  return {
    get: (id) => run(scopes, () => reads.get(id)),
    run: (id) => run(scopes, () => reads.run(id)),
    details: (id) => run(scopes, () => reads.details(id)),
    list: (filter) => run(scopes, () => reads.list(filter)),
  }
}

type Opened = {
  context: StoreContext
  store: Store
  createStore: (context: StoreContext) => Store
}

import { UserFacingError } from '../lib/errors.ts'
import { createAccountTables } from './account-tables.ts'
import { createAnswers } from './answers.ts'
import { createApiKeys } from './api-keys.ts'
import { createAudit } from './audit.ts'
import type { StoreContext } from './context.ts'
import type { Database } from './database.ts'
import { createDatasets } from './datasets.ts'
import { createDocuments } from './documents.ts'
import { createEnvironmentChecks } from './environment-checks.ts'
import { createEvaluations } from './evaluations.ts'
import { createBundles } from './bundles.ts'
import { createChanges } from './changes.ts'
import { createDrafts } from './drafts.ts'
import { createFinishedReviews } from './finished-reviews.ts'
import { createFlowVersions } from './flow-versions.ts'
import { createGateAudits } from './gate-audits.ts'
import { createGateCalls } from './gate-calls.ts'
import { createGates } from './gates.ts'
import { createGroups } from './groups.ts'
import { createHealth } from './health.ts'
import { createIssues } from './issues.ts'
import { createLabelSets } from './label-sets.ts'
import { createJobRows } from './jobs.ts'
import { migrate, readMigrations } from './migrate.ts'
import { createOpenedTexts } from './opened-texts.ts'
import { createNotifications } from './notifications.ts'
import { createPeople } from './people.ts'
import { createPruning } from './pruning.ts'
import { openReaders, type ReaderOptions, type Readers } from './readers.ts'
import { createReadMarks } from './read-marks.ts'
import { createReferenceVersions } from './reference-versions.ts'
import { createReviewEvents } from './review-events.ts'
import { createReviewParts } from './review-parts.ts'
import { createReviews } from './reviews.ts'
import { masterKeysOf } from './secrets/master-keys.ts'
import { createSecrets } from './secrets/secrets.ts'
import { createSettings } from './settings.ts'
import { isServed } from './sqlite/data-folder.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'
import { createExampleSignatures } from './example-signatures.ts'
import { createSignatures } from './signatures.ts'
import { createSpend } from './spend.ts'
import type { Store } from './store.ts'
import { createVerdicts } from './verdicts.ts'

export type StoreOptions = {
  /** Of SQLite; used when there is no `databaseUrl`. */
  dataFolder: string
  /** `postgres://…`; undefined or empty for SQLite. */
  databaseUrl?: string
  /** SQLite only: refuse a second server on the folder. False for commands that run beside one. */
  exclusive?: boolean
  /** `PROOFLOOP_MASTER_KEY` and its like are in it; without them, the master key is in the data folder. */
  env?: Record<string, string | undefined>
  /** PostgreSQL only: take also a server that is too old or set to lose what it acknowledged. */
  unsafe?: boolean
  /** UTC epoch milliseconds. */
  now?: () => number
}

/**
 * Opens the store and brings its tables up to date.
 * @throws UserFacingError store-locked, store-older, store-newer, store-migration-changed, store-unavailable,
 * store-full, store-damaged, store-unsupported
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  return createStore(await openContext(options))
}

/**
 * With the store as requests read it.
 * @throws UserFacingError as `openStore`, reader-role-unsafe, reader-role-elsewhere
 */
export async function openServedStore(
  options: StoreOptions & ReaderOptions,
): Promise<{ store: Store; readers: Readers }> {
  const context = await openContext(options)
  const store = createStore(context)
  try {
    return { store, readers: await openReaders({ context, store, createStore }, options) }
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
}

async function openContext(options: StoreOptions): Promise<StoreContext> {
  const { now = Date.now } = options
  const masterKeys = masterKeysOf(options)
  const database = await openDatabase(options)
  try {
    const known = await readMigrations(database.engine)
    await database.migrateWith((session) =>
      migrate(session, { known, now: now(), assertUnused: () => assertUnused(options) }),
    )
  } catch (error) {
    await database[Symbol.asyncDispose]()
    throw error
  }
  return { database, masterKeys, now }
}

/** A server that runs does not know tables of a newer version; who has the folder alone is it. */
function assertUnused({ dataFolder, databaseUrl = '', exclusive = true }: StoreOptions): void {
  if (exclusive || databaseUrl !== '' || !isServed(dataFolder)) return
  throw new UserFacingError(
    'store-older',
    `A server of an older Proofloop uses the data folder ${dataFolder}. Stop it and start it again with this version.`,
  )
}

/** On a database whose tables are up to date; disposing it disposes the database. */
export function createStore(context: StoreContext): Store {
  const audit = createAudit(context)
  return {
    settings: createSettings(context),
    secrets: createSecrets(context),
    people: createPeople(context),
    accountTables: createAccountTables(context),
    apiKeys: createApiKeys(context),
    groups: createGroups(context),
    documents: createDocuments(context),
    signatures: { ...createSignatures(context), ...createExampleSignatures(context) },
    flowVersions: createFlowVersions(context),
    drafts: createDrafts(context),
    environmentChecks: createEnvironmentChecks(context),
    bundles: createBundles(context),
    reviews: createReviews(context),
    finishedReviews: createFinishedReviews(context),
    parts: createReviewParts(context),
    issues: createIssues(context),
    events: createReviewEvents(context),
    verdicts: createVerdicts(context),
    readMarks: createReadMarks(context),
    evaluations: createEvaluations(context, 'evaluation'),
    testEvaluations: createEvaluations(context, 'test'),
    referenceVersions: createReferenceVersions(context),
    gates: createGates(context),
    gateAudits: createGateAudits(context),
    gateCalls: createGateCalls(context),
    changes: createChanges(context),
    notifications: createNotifications(context),
    datasets: createDatasets(context),
    labelSets: createLabelSets(context),
    answers: createAnswers(context),
    spend: createSpend(context),
    openedTexts: createOpenedTexts(context),
    audit,
    pruning: createPruning(context),
    health: createHealth(context),
    jobs: createJobRows(context),
    async [Symbol.asyncDispose]() {
      await audit.endWindows()
      await context.database[Symbol.asyncDispose]()
    },
  }
}

/** @throws as `openStore`, except for what its tables say */
export async function openDatabase({
  dataFolder,
  databaseUrl = '',
  exclusive = true,
  unsafe = false,
}: StoreOptions): Promise<Database> {
  if (databaseUrl === '') return openSqlite({ dataFolder, exclusive })
  if (/^postgres(ql)?:\/\//.test(databaseUrl)) {
    const { openPostgres } = await import('./postgres/open-postgres.ts')
    return openPostgres(databaseUrl, { unsafe })
  }
  throw new UserFacingError(
    'store-unsupported',
    'DATABASE_URL must begin with postgres://. Leave it out to use the data folder.',
  )
}

import path from 'node:path'
import { createAccounts, type Accounts } from '../access/accounts.ts'
import { type Budgets, createBudgets } from '../access/budgets.ts'
import { datasetReader } from '../access/dataset-reader.ts'
import type { OidcSettings } from '../access/auth-options.ts'
import { isSolo } from '../access/membership.ts'
import { createMail, mailQueue, type MailSettings } from '../access/mail.ts'
import { changeQueue, type ChangeSource } from '../change/change-host.ts'
import { notificationQueue } from '../change/notify/notification-steps.ts'
import type { OpenForge } from '../change/forge/forge.ts'
import { auditSteps } from '../change/notify/audit-steps.ts'
import { changesOn, openForge } from '../change/open-changes.ts'
import { serverDatasets } from '../dataset/stored-datasets.ts'
import { gateEnvironment } from '../environment/gate-environment.ts'
import { runEnvironments, settingsOf } from '../environment/run-environments.ts'
import type { Environment, ServerConfig } from '../environment/server-config.ts'
import { doctorQueue } from '../environment/doctor-queue.ts'
import { findFlow } from '../flow/find-flow.ts'
import { createFlowLibrary } from '../flow/flow-library.ts'
import { throughGateWorker } from '../flow/isolate/gate-worker-isolation.ts'
import { findIsolation } from '../flow/isolate/isolation.ts'
import { evaluationQueue, testQueue } from '../evaluation/evaluation-host.ts'
import { auditQueue, type GateHost, gateQueue } from '../gate/gate-host.ts'
import { defaultPolicy } from '../gate/policy.ts'
import { runApart } from '../gate/run-version.ts'
import { ensureSigningKey } from '../gate/signing-key.ts'
import { contentHash } from '../lib/content-hash.ts'
import { once } from '../lib/once.ts'
import type { Jobs } from '../job/jobs.ts'
import { openJobs } from '../job/open-jobs.ts'
import type { FailureReport } from '../job/run-job.ts'
import { queues, type ReviewHost } from '../review/review-host.ts'
import { sealReadyWebhook } from '../review/review-settings.ts'
import { createReviewSignals } from '../review/review-signals.ts'
import { ensureSplitKey } from '../review/split-key.ts'
import type { ChangeSettings } from '../schema/change-settings.ts'
import type { SettingsOf } from '../schema/environment.ts'
import { GateSettings } from '../schema/gate-settings.ts'
import type { SignInWays } from '../schema/api/sign-in-ways.ts'
import { openBlobs } from '../store/blobs/open-blobs.ts'
import { openServedStore } from '../store/open-store.ts'
import type { Readers } from '../store/readers.ts'
import type { Store } from '../store/store.ts'
import type { Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createStreams, type Streams } from './streams.ts'

export type HostOptions = {
  dataFolder: string
  /** `postgres://…`; undefined for SQLite in the data folder. */
  databaseUrl?: string
  /** Keys of models and of the blob store. */
  env: Record<string, string | undefined>
  /** Folder with agents/; the working folder, else the bundled example, when left out. */
  flow?: string
  cwd: string
  /** What the server is told about itself; no environments when left out. */
  config?: ServerConfig
  /** The one of its environments that it is for. */
  environment?: Environment
  /** SQLite only: whether a second server on the data folder is refused; default true. */
  exclusive?: boolean
  /** `local`: its gate is asked on the command line, by the user who has the data; default `server`. */
  requester?: 'server' | 'local'
  /** Socket of a worker that runs flows where this machine puts up no walls. */
  gateSocket?: string
  /** Where browsers reach the server. */
  url: string
  oidc: OidcSettings | null
  /** Null: links are copied. */
  mail: MailSettings | null
  log: Log
  version: string
  /** UTC epoch milliseconds; left out, the machine's clock. */
  now?: () => number
}

export type Host = ReviewHost &
  GateHost & {
    /** Its environments. */
    config: ServerConfig
    /** The one of them that the server is for. */
    environment?: Environment
    /** Keys of models and of the blob store. */
    env: Record<string, string | undefined>
    dataFolder: string
    budgets: Budgets
    accounts: Accounts
    readers: Readers
    /** Null: the configuration names no repository. */
    changes: ChangeSource | null
    /** Aborts when the server stops, before it waits for what is under way. */
    stopping: AbortController
    streams: Streams
    metrics: Metrics
    signInWays: SignInWays
  }

/** In milliseconds: how soon another process' work is seen. SQLite has no other server. */
const lookEvery = { postgres: 500, sqlite: 2000 }

/** What of a host is made before it, and how its jobs are opened. */
type HostParts = {
  store: Store
  readers: Readers
  /** Where versions of the flow are laid out. */
  versionsFolder: string
  jobs: (report: FailureReport) => Promise<Jobs>
}

/** Everything that a server or a worker holds, freed with the stack in the opposite order. */
export async function openHost(stack: AsyncDisposableStack, options: HostOptions): Promise<Host> {
  const { databaseUrl, dataFolder, exclusive = true, now } = options
  const { store, readers } = await openStores(stack, options)
  await sealReadyWebhook(store)
  const opened = await openChanges(stack, { store, ...options })
  const host = await assembleHost(stack, options, {
    store,
    readers,
    versionsFolder: path.join(dataFolder, 'flows'),
    jobs: async (report) =>
      stack.use(
        await openJobs({ store, databaseUrl, alone: exclusive, queues: allQueues, report, now }),
      ),
  })
  if (opened === null) return host
  return { ...host, changes: changesOn(opened, { ...host, settings: opened.settings }) }
}

/** Before jobs, so that what they use is there until they have ended. */
async function openChanges(
  stack: AsyncDisposableStack,
  { store, config, env, dataFolder, now = Date.now }: HostOptions & { store: Store },
): Promise<(OpenForge & { settings: ChangeSettings }) | null> {
  if (config?.changes === undefined) return null
  const { changes: settings, directory } = config
  return {
    ...stack.use(await openForge({ settings, directory, store, env, dataFolder, now })),
    settings,
  }
}

/** Of a server. */
export const allQueues = {
  ...queues,
  [evaluationQueue.name]: evaluationQueue,
  [testQueue.name]: testQueue,
  [gateQueue.name]: gateQueue,
  [auditQueue.name]: auditQueue,
  [mailQueue.name]: mailQueue,
  [doctorQueue.name]: doctorQueue,
  [changeQueue.name]: changeQueue,
  [notificationQueue.name]: notificationQueue,
}

export async function assembleHost(
  stack: AsyncDisposableStack,
  options: Omit<HostOptions, 'databaseUrl' | 'exclusive'>,
  { store, readers, versionsFolder, jobs: open }: HostParts,
): Promise<Host> {
  const { env, log, dataFolder, environment } = options
  const { config = { directory: options.cwd, environments: [] } } = options
  const flow = findFlow(options.flow, options.cwd)
  const settings = settingsOf(config.environments)
  const metrics = stack.use(createMetrics())
  tellWall(readers, { log, metrics })
  const blobs = await openBlobs(options)
  const environments = runEnvironments(config, { own: environment?.name ?? null, flow })
  const kept = { versionsFolder, kept: store.flowVersions }
  const engine = options.version
  const flows = stack.use(
    createFlowLibrary({ directory: flow, ...kept, engine, env, environments }),
  )
  // What cannot be loaded is told at the start.
  await flows.use((await flows.current()).hash)
  const jobs = await open((error, job) => {
    log.error('job-failed', error, { ...job })
    metrics.add('proofloop_jobs_failed_total', { queue: job?.queue ?? '' })
  })
  const { url, oidc } = options
  const budgets = budgetsIn(settings, { store, now: options.now })
  const report = (error: unknown): void => log.error('evaluation-error', error)
  const mail = options.mail && (await createMail(options.mail))
  const isolation = isolationOf(options)
  return {
    config,
    environment,
    env,
    dataFolder,
    store,
    readers,
    changes: null,
    datasets: serverDatasets(async () => store, [flows.directory, options.dataFolder]),
    ...hiddenReads(store),
    budgets,
    settingsOf: settings,
    report,
    gate: await gateOf(options, { store, flows, budgets, report, isolation }),
    isolation,
    isSolo: () => isSolo(store),
    auditEnded: (ended) => auditSteps({ store, jobs, mail }, ended),
    now: options.now ?? Date.now,
    version: options.version,
    policyHash: contentHash(defaultPolicy),
    blobs,
    jobs,
    flows,
    metrics,
    signals: createReviewSignals(lookEvery[store.accountTables.type]),
    splitKey: await ensureSplitKey(store),
    mail,
    accounts: await createAccounts({ store, url, oidc }),
    signInWays: { oidc: oidc && { name: oidc.name } },
    ...cutWhenStopping({ metrics, log }),
  }
}

/** Walls of this machine are tried once; a gate worker each time, since it comes and goes. */
export function isolationOf({
  dataFolder,
  requester = 'server',
  gateSocket: worker,
  version,
}: Pick<HostOptions, 'dataFolder' | 'requester' | 'gateSocket' | 'version'>) {
  const here = once(() => findIsolation({ dataFolder, requester }))
  if (worker === undefined) return here
  const options = { worker, version, dataFolder, requester }
  return async () => throughGateWorker(await here(), options)
}

function budgetsIn(
  settings: SettingsOf,
  { store, now = Date.now }: Pick<HostOptions, 'now'> & { store: Store },
): Budgets {
  return createBudgets({
    store,
    now,
    budgetIn: (name) => settings(name)?.limits.budget ?? null,
  })
}

function cutWhenStopping(host: { metrics: Metrics; log: Log }): Pick<Host, 'stopping' | 'streams'> {
  const stopping = new AbortController()
  return { stopping, streams: createStreams({ ...host, stopping: stopping.signal }) }
}

/** Jobs read hidden examples beyond the wall, and the audit log knows for whom. */
function hiddenReads(store: Store): Pick<GateHost, 'readTest' | 'readHidden'> {
  const readHidden: GateHost['readHidden'] = (version, split, person) =>
    datasetReader(store, { id: person, roles: ['custodian'] }).allExamples(version, split)
  return { readHidden, readTest: (version, person) => readHidden(version, 'test', person) }
}

async function gateOf(
  options: Pick<HostOptions, 'config' | 'version'>,
  { store, ...host }: Pick<Host, 'store' | 'flows' | 'budgets' | 'report' | 'isolation'>,
): Promise<GateHost['gate']> {
  // Made before somebody asks for it: then its making tells of nobody's question.
  await ensureSigningKey(store)
  const { environments = [], gate: settings = GateSettings.parse({}) } = options.config ?? {}
  return {
    settings,
    environment: gateEnvironment({ environments, gate: settings }).own,
    runner: runApart({ ...host, store, version: options.version }),
    signingKey: () => ensureSigningKey(store),
  }
}

async function openStores(stack: AsyncDisposableStack, options: HostOptions) {
  const readerUrl = options.env['PROOFLOOP_READER_DATABASE_URL']
  const { store, readers } = await openServedStore({ ...options, readerUrl })
  stack.use(store)
  stack.use(readers)
  return { store, readers }
}

/** Whoever runs PostgreSQL without the role for readers is told at each start and at each scrape. */
function tellWall({ wall }: Readers, { log, metrics }: { log: Log; metrics: Metrics }): void {
  if (wall === 'none') return
  metrics.add('proofloop_reader_wall', {}, wall === 'up' ? 1 : 0)
  if (wall === 'down') log.warn('reader-wall-down', { set: 'PROOFLOOP_READER_DATABASE_URL' })
}

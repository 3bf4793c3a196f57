import { fromKysely, PgBoss, type JobResult, type JobWithMetadata } from 'pg-boss'
import { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import type { Step } from '../store/database.ts'
import { translatePostgresError } from '../store/postgres/postgres-errors.ts'
import { connectTimeout, queryTimeout } from '../store/postgres/postgres-pool.ts'
import type { JobData, Jobs, JobsOptions, JobStatus, QueueSettings, WorkOptions } from './jobs.ts'
import { fullJob, settingsOf, type FullJob } from './new-job.ts'
import { runJob, type Outcome } from './run-job.ts'
import { RunningJobs } from './running-jobs.ts'
import { Schedules } from './schedules.ts'

export type PostgresJobsOptions = JobsOptions & {
  databaseUrl: string
}

/** Tables of pg-boss, beside those of the store. */
const schema = 'proofloop_jobs'
const defaultGrace = 10_000

/** For the driver, to which pg-boss hands on what it does not know: a request waits for `add`. */
const timeouts = { connectionTimeoutMillis: connectTimeout, query_timeout: queryTimeout }

/** In seconds. A runner is asked for a sign of life; pg-boss allows no less than 10. */
const heartbeat = 10
/** How soon a cancelled job's handler hears of it when another process cancelled it. */
const renewEvery = 2
const pollEvery = 0.5
const year = 365 * 24 * 3600
/** pg-boss ends longer runs; reviews and evaluations of a day are none of ours. */
const longestRun = 24 * 3600 - 1
/** Runs that were returned count for pg-boss; how many of those a job may have besides its attempts. */
const returnsAtMost = 1000

/** What we leave on a job that ended a run. */
const Output = z.object({ code: z.string(), returned: z.number() })
const Affected = z.object({ affected: z.number() })

/** Jobs of pg-boss, for any number of processes on one PostgreSQL. */
export async function createPostgresJobs(options: PostgresJobsOptions): Promise<Jobs> {
  const { report, grace = defaultGrace } = options
  const boss = createBoss(options)
  await translated(startBoss(boss, options))
  const queues = new Map<string, RunningJobs>()
  const add = (queue: string, job: FullJob): Promise<string> => translated(send(boss, queue, job))
  const schedules = new Schedules({ add, report })
  return {
    async add(queue, job) {
      settingsOf(options, queue)
      return add(queue, fullJob(job))
    },
    async steps(queue, job) {
      settingsOf(options, queue)
      return translated(collectSteps(boss, queue, fullJob(job)))
    },
    async find(queue, id) {
      settingsOf(options, queue)
      const [job] = await translated(boss.findJobs<JobData>(queue, { id }))
      return job === undefined ? null : statusOf(job)
    },
    async cancel(queue, id) {
      settingsOf(options, queue)
      const { affected } = Affected.parse(await translated(boss.cancel(queue, id)))
      if (affected > 0) queues.get(queue)?.lose(id)
      return affected > 0
    },
    async remove(queue, id) {
      settingsOf(options, queue)
      await translated(boss.deleteJob(queue, id))
      queues.get(queue)?.lose(id)
    },
    async work(queue, limits, handler) {
      const { attempts } = settingsOf(options, queue)
      if (queues.has(queue)) throw new Error(`The queue ${queue} is worked on already.`)
      const running = new RunningJobs()
      queues.set(queue, running)
      const run = { queue, attempts, handler, crashed: limits.crashed, report }
      await startWork({ boss, queue, limits }, async (job) => {
        const attempt = attemptOf(job)
        const entry = { id: job.id, attempt, group: job.groupId ?? null }
        const outcome = await running.run(entry, (signal) => {
          job.signal.addEventListener('abort', () => running.lose(job.id))
          return runJob({ ...run, job: { id: job.id, data: job.data, attempt, signal } })
        })
        return resultOf(job, outcome)
      })
    },
    schedule(queue, pattern, data) {
      settingsOf(options, queue)
      schedules.start({ queue, pattern, data })
    },
    async [Symbol.asyncDispose]() {
      schedules[Symbol.dispose]()
      // Fetches no more from now on, while those that run go on.
      await Promise.all([...queues.keys()].map((queue) => boss.offWork(queue, { wait: false })))
      await Promise.all([...queues.values()].map((running) => running.drain(grace)))
      await boss.stop({ graceful: true, timeout: 5000 })
    },
  }
}

function createBoss({ databaseUrl, report, asTheyAre = false }: PostgresJobsOptions): PgBoss {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema,
    max: 6,
    ...timeouts,
    schedule: false,
    migrate: !asTheyAre,
    supervise: !asTheyAre,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    queueCacheIntervalSeconds: 2,
    useListenNotify: true,
    registerInstance: false,
    openTelemetry: { enabled: false },
  })
  boss.on('error', (error) => report(translatePostgresError(error)))
  return boss
}

async function startBoss(boss: PgBoss, { queues, asTheyAre }: JobsOptions): Promise<void> {
  try {
    if (asTheyAre) return await startAsItIs(boss, Object.keys(queues))
    await boss.start()
    for (const [queue, settings] of Object.entries(queues)) {
      const options = queueOptions(settings)
      await boss.createQueue(queue, { ...options, policy: 'exclusive' })
      // One that was made by an older version keeps its settings otherwise.
      await boss.updateQueue(queue, options)
    }
  } catch (error) {
    await boss.stop({ graceful: false })
    throw error
  }
}

/** What pg-boss says where it is not, or is of another version. */
const unprepared = ['pg-boss is not installed', 'pg-boss database requires migrations']

/** @throws UserFacingError queues-missing */
async function startAsItIs(boss: PgBoss, queues: string[]): Promise<void> {
  try {
    await boss.start()
  } catch (error) {
    const isUnprepared = error instanceof Error && unprepared.includes(error.message)
    throw isUnprepared ? queuesMissing(error) : error
  }
  const found = await Promise.all(queues.map((queue) => boss.getQueue(queue)))
  if (found.includes(null)) throw queuesMissing()
}

function queuesMissing(cause?: unknown): UserFacingError {
  return new UserFacingError(
    'queues-missing',
    'The database has no queues of this version of Proofloop. Start the server with this version once: it makes them.',
    { cause },
  )
}

function queueOptions({ attempts }: QueueSettings) {
  return {
    retryLimit: attempts + returnsAtMost,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 30,
    heartbeatSeconds: heartbeat,
    expireInSeconds: longestRun,
    retentionSeconds: year,
    notify: true,
  }
}

function sendOptions({ id, key, priority, group }: FullJob) {
  const owner = group === null ? {} : { group: { id: group } }
  return { id, singletonKey: key, priority, ...owner }
}

type Work = { boss: PgBoss; queue: string; limits: WorkOptions }

async function startWork(
  { boss, queue, limits }: Work,
  handle: (job: JobWithMetadata<JobData>) => Promise<JobResult>,
): Promise<void> {
  const options = {
    includeMetadata: true,
    perJobResults: true,
    batchSize: 1,
    pollingIntervalSeconds: pollEvery,
    notifyPollingIntervalSeconds: pollEvery,
    heartbeatRefreshSeconds: renewEvery,
    localConcurrency: limits.concurrency,
    localGroupConcurrency: limits.perGroup,
  } as const
  await boss.work<JobData, unknown, typeof options>(queue, options, (jobs) =>
    Promise.all(jobs.map(handle)),
  )
}

async function send(boss: PgBoss, queue: string, job: FullJob): Promise<string> {
  // The one with the key may end between the two: then there is room for ours.
  for (;;) {
    const id = await boss.send(queue, job.data, sendOptions(job))
    if (id !== null) return id
    const [known] = await boss.findJobs(queue, { id: job.id })
    if (known !== undefined) return known.id
    const others = await boss.findJobs<JobData>(queue, { key: job.key })
    const open = others.find(({ state }) => ['created', 'retry', 'active'].includes(state))
    if (open !== undefined) return open.id
  }
}

/** What pg-boss would run in a transaction of the caller's, to be run later in one. */
async function collectSteps(boss: PgBoss, queue: string, job: FullJob): Promise<Step[]> {
  const steps: Step[] = []
  const db = fromKysely({
    async executeQuery({ sql, parameters, queryId }) {
      const compiled = { sql, parameters, query: { kind: 'RawNode' }, queryId }
      steps.push({ query: { compile: () => compiled } as unknown as Step['query'] })
      return { rows: [] }
    },
  })
  await boss.send(queue, job.data, { ...sendOptions(job), db })
  return steps
}

const states: Record<JobWithMetadata['state'], JobStatus['state']> = {
  created: 'waiting',
  retry: 'waiting',
  active: 'running',
  completed: 'done',
  cancelled: 'cancelled',
  failed: 'failed',
}

function statusOf(job: JobWithMetadata<JobData>): JobStatus {
  const left = Output.safeParse(job.output)
  const code = left.success ? left.data.code : null
  return {
    id: job.id,
    state: states[job.state],
    attempt: job.state === 'created' ? 0 : attemptOf(job),
    errorCode: job.state === 'completed' || code === 'returned' ? null : code,
  }
}

/** From 1; runs that were returned do not count. After a run that was killed we no longer know of them. */
function attemptOf({ retryCount, output }: JobWithMetadata<JobData>): number {
  return retryCount + 1 - returnsOf(output)
}

function returnsOf(output: unknown): number {
  const left = Output.safeParse(output)
  return left.success ? left.data.returned : 0
}

function resultOf({ id, output }: JobWithMetadata<JobData>, outcome: Outcome): JobResult {
  const returned = returnsOf(output)
  switch (outcome.kind) {
    case 'done':
      return { id, status: 'completed' }
    case 'returned':
    case 'lost':
      // Of one that is lost pg-boss changes nothing.
      return { id, status: 'failed', output: { code: 'returned', returned: returned + 1 } }
    case 'postponed':
      return { id, status: 'failed', output: { code: outcome.code, returned: returned + 1 } }
    case 'retry':
      return { id, status: 'failed', output: { code: outcome.code, returned } }
    case 'failed':
      return { id, status: 'deadletter', output: { code: outcome.code, returned } }
  }
}

async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw translatePostgresError(error)
  }
}

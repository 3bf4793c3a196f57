import { sql, type Kysely } from 'kysely'
import { z } from 'zod'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import type { Tables } from './tables.ts'

const StoredJob = z.object({
  id: z.string(),
  data: z.record(z.string(), z.string()),
  group: z.string().nullable(),
  attempt: z.number(),
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  errorCode: z.string().nullable(),
})
type StoredJob = z.infer<typeof StoredJob>

type NewJobRow = {
  id: string
  queue: string
  key: string
  data: Record<string, string>
  priority: number
  group: string | null
}

/** One run of a job: later ones of the same job have a higher attempt. */
type JobRun = { id: string; attempt: number }

/**
 * Jobs of a SQLite store. Times are UTC epoch milliseconds. A lease is how long a runner that is silent
 * counts as alive.
 */
export type JobRows = {
  /** Adds nothing while one with the key waits or runs, or when the id is taken. */
  addStep(job: NewJobRow): Step
  /** @returns of the newest with the key */
  add(job: NewJobRow): Promise<string>
  find(queue: string, id: string): Promise<StoredJob | null>
  /**
   * Marks the next one as running.
   * @param next `mine`: those that run here, however old their lease; none of `busyGroups` is taken
   */
  claim(next: {
    queue: string
    mine: string[]
    busyGroups: string[]
    leaseUntil: number
  }): Promise<StoredJob | null>
  /** @returns ids of those that are still the caller's */
  renew(runs: JobRun[], leaseUntil: number): Promise<string[]>
  /** False when the run had lost its job: then nothing is changed. */
  settle(
    run: JobRun,
    outcome:
      | { state: 'done' }
      | { state: 'failed'; errorCode: string }
      | { state: 'waiting'; errorCode: string | null; runAt: number; attempt: number },
  ): Promise<boolean>
  cancel(queue: string, id: string): Promise<boolean>
  /** Whatever its state. */
  remove(queue: string, id: string): Promise<void>
  /** For a process that knows itself to be alone: those that run were another's that has died. */
  expireLeases(): Promise<void>
}

export function createJobRows({ database: { kysely, atomically }, now }: StoreContext): JobRows {
  const addStep = (job: NewJobRow): Step => ({ query: insertJob(kysely, job, now()) })
  return {
    addStep,
    async add(job) {
      await atomically([addStep(job)])
      const row = await kysely
        .selectFrom('jobs')
        .select('id')
        .where('queue', '=', job.queue)
        .where('key', '=', job.key)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .executeTakeFirstOrThrow()
      return row.id
    },
    async find(queue, id) {
      const query = kysely.selectFrom('jobs').selectAll()
      const row = await query.where('queue', '=', queue).where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : jobOf(row)
    },
    async claim(next) {
      const results = await atomically([{ query: claimQuery(kysely, next, now()) }])
      const row = results?.[0]?.rows[0] as Tables['jobs'] | undefined
      return row === undefined ? null : jobOf(row)
    },
    async renew(runs, leaseUntil) {
      if (runs.length === 0) return []
      const queries = runs.map((run) => ({
        query: runningJob(kysely, run).set({ lease_until: leaseUntil }).returning('id'),
      }))
      const results = (await atomically(queries)) ?? []
      return results.flatMap(({ rows }) => (rows as { id: string }[]).map(({ id }) => id))
    },
    async settle(run, outcome) {
      const query = runningJob(kysely, run).set(outcomeColumns(outcome, now()))
      return (await atomically([{ query, required: true }])) !== null
    },
    async cancel(queue, id) {
      const query = kysely
        .updateTable('jobs')
        .set({ state: 'cancelled', lease_until: null, ended_at: now() })
        .where('queue', '=', queue)
        .where('id', '=', id)
        .where('state', 'in', ['waiting', 'running'])
      return (await atomically([{ query, required: true }])) !== null
    },
    async remove(queue, id) {
      const query = kysely.deleteFrom('jobs').where('queue', '=', queue).where('id', '=', id)
      await atomically([{ query }])
    },
    async expireLeases() {
      const query = kysely
        .updateTable('jobs')
        .set({ lease_until: 0 })
        .where('state', '=', 'running')
      await atomically([{ query }])
    },
  }
}

function insertJob(kysely: Kysely<Tables>, { data, group, ...job }: NewJobRow, time: number) {
  return kysely
    .insertInto('jobs')
    .values({
      ...job,
      content: JSON.stringify(data),
      group_id: group,
      state: 'waiting',
      attempt: 0,
      created_at: time,
      run_at: time,
    })
    .onConflict((conflict) => conflict.doNothing())
}

function claimQuery(
  kysely: Kysely<Tables>,
  { queue, mine, busyGroups, leaseUntil }: Parameters<JobRows['claim']>[0],
  time: number,
) {
  const next = kysely
    .selectFrom('jobs')
    .select('id')
    .where('queue', '=', queue)
    .where((eb) =>
      eb.or([
        eb('state', '=', 'waiting').and('run_at', '<=', time),
        eb('state', '=', 'running').and('lease_until', '<', time).and(notIn('id', mine)),
      ]),
    )
    .where((eb) => eb.or([eb('group_id', 'is', null), notIn('group_id', busyGroups)]))
    .orderBy('priority', 'desc')
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
  return kysely
    .updateTable('jobs')
    .set((eb) => ({
      state: 'running',
      attempt: eb('attempt', '+', 1),
      lease_until: leaseUntil,
    }))
    .where('id', 'in', next)
    .returningAll()
}

function notIn(column: string, values: string[]) {
  if (values.length === 0) return sql<boolean>`1 = 1`
  return sql<boolean>`${sql.ref(column)} not in (${sql.join(values)})`
}

function runningJob(kysely: Kysely<Tables>, { id, attempt }: JobRun) {
  return kysely
    .updateTable('jobs')
    .where('id', '=', id)
    .where('attempt', '=', attempt)
    .where('state', '=', 'running')
}

function outcomeColumns(outcome: Parameters<JobRows['settle']>[1], time: number) {
  const { state } = outcome
  if (state === 'done') return { state, lease_until: null, error_code: null, ended_at: time }
  const columns = { state, lease_until: null, error_code: outcome.errorCode }
  if (state === 'failed') return { ...columns, ended_at: time }
  return { ...columns, run_at: outcome.runAt, attempt: outcome.attempt }
}

function jobOf(row: Tables['jobs']): StoredJob {
  return StoredJob.parse({
    ...row,
    data: JSON.parse(row.content),
    group: row.group_id,
    errorCode: row.error_code,
  })
}

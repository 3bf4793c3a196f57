import type { Store } from '../store/store.ts'
import type { Jobs, JobsOptions } from './jobs.ts'
import { createStoredJobs } from './stored-jobs.ts'

export type OpenJobsOptions = JobsOptions & {
  store: Pick<Store, 'jobs'>
  /** The one that the store was opened with. */
  databaseUrl?: string
  /** SQLite only: the store was opened `exclusive`, so what runs is left over from a dead process. */
  alone?: boolean
  /** SQLite only; the one of the store. */
  now?: () => number
}

/** The jobs that belong to a store. Dispose them before the store. @throws UserFacingError store-unavailable */
export async function openJobs(options: OpenJobsOptions): Promise<Jobs> {
  const { store, databaseUrl = '', alone = true } = options
  if (databaseUrl !== '') {
    // pg-boss is a quarter of what a server would have to load, and of use only here.
    const { createPostgresJobs } = await import('./postgres-jobs.ts')
    return createPostgresJobs({ ...options, databaseUrl })
  }
  return createStoredJobs({ ...options, rows: store.jobs, alone })
}

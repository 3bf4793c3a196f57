import type { Store } from '../store/store.ts'
import type { Jobs, JobsOptions } from './jobs.ts'
import { createPostgresJobs } from './postgres-jobs.ts'
import { createStoredJobs } from './stored-jobs.ts'

export type OpenJobsOptions = JobsOptions & {
  store: Pick<Store, 'jobs'>
  /** The one that the store was opened with. */
  databaseUrl?: string
  /** SQLite only: the store was opened `exclusive`, so what runs is left over from a dead process. */
  alone?: boolean
}

/** The jobs that belong to a store. Dispose them before the store. @throws UserFacingError store-unavailable */
export function openJobs(options: OpenJobsOptions): Promise<Jobs> {
  const { store, databaseUrl = '', alone = true } = options
  if (databaseUrl !== '') return createPostgresJobs({ ...options, databaseUrl })
  return createStoredJobs({ ...options, rows: store.jobs, alone })
}

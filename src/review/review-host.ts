import type { Mail } from '../access/mail.ts'
import type { Budgets } from '../access/budgets.ts'
import type { FlowLibrary } from '../flow/flow-library.ts'
import type { SettingsOf } from '../schema/environment.ts'
import type { Jobs } from '../job/jobs.ts'
import type { Blobs } from '../store/blobs/blobs.ts'
import type { Store } from '../store/store.ts'
import type { ReviewSignals } from './review-signals.ts'

/** What documents and their reviews need on a server. */
export type ReviewHost = {
  store: Store
  blobs: Blobs
  jobs: Jobs
  flows: FlowLibrary
  signals: ReviewSignals
  /** Null where no mail server is configured. */
  mail: Mail | null
  budgets: Pick<Budgets, 'limitsFor' | 'meter'>
  /** Of the server, what holds for what runs in an environment. */
  settingsOf: SettingsOf
  /** Splits documents; nobody outside can tell where one goes. */
  splitKey: string
}

/** Of background work; their jobs carry ids only. */
export const queues = {
  'read-document': { attempts: 4 },
  'read-scan': { attempts: 4 },
  review: { attempts: 5 },
  'tell-ready': { attempts: 6 },
  prune: { attempts: 3 },
  'sign-documents': { attempts: 3 },
}

import type { EnvironmentName } from '../schema/environment.ts'
import type { GateSettings } from '../schema/gate-settings.ts'
import type { Split } from '../schema/access.ts'
import type { DatasetVersion, StoredExample } from '../schema/stored-dataset.ts'
import type { StoredAudit } from '../schema/stored-gate.ts'
import type { Step } from '../store/database.ts'
import type { Store } from '../store/store.ts'
import { defaultPolicy, type GatePolicy } from './policy.ts'
import type { VersionRunner } from './run-version.ts'
import type { TestHost } from './test-bench.ts'

/** How a look at `audit` ends; null: without a result. */
export type AuditEnded = {
  gate: string
  audit: Pick<StoredAudit, 'startedAt' | 'requester'>
  passed: boolean | null
}

/** What gates need on a server. */
export type GateHost = TestHost & {
  store: TestHost['store'] & Pick<Store, 'gates' | 'gateAudits' | 'gateCalls' | 'flowVersions'>
  gate: {
    settings: GateSettings
    /** That of the settings, where the server has it; null: each version asks its own models. */
    environment: EnvironmentName | null
    runner: VersionRunner
    /** PEM of the Ed25519 key that signs receipts. */
    signingKey: () => Promise<string>
  }
  /** The examples of a hidden split, once the audit log knows that they are read for this person. */
  readHidden: (
    version: DatasetVersion,
    split: Split,
    person: string,
  ) => AsyncIterable<StoredExample>
  /** Tells whoever is to know of it, to be written together with it. */
  auditEnded: (ended: AuditEnded) => Promise<Step[]>
  /** Of the installation: tells test sets apart without telling what they are. */
  splitKey: string
  /** UTC epoch milliseconds. */
  now: () => number
}

/** Of the queue: an id, and how it is stopped. */
export type GateJob = {
  data: Record<string, string>
  /** From 1. */
  attempt: number
  signal: AbortSignal
}

/** For the queues of a server. */
export const gateQueue = { name: 'gate', attempts: 3 } as const
export const auditQueue = { name: 'gate-audit', attempts: 3 } as const

/** Who pays what gates ask of models: no person, or what they spend would tell of hidden examples. */
export const gatePayer = 'gate'

/** Milliseconds between the start and the answer. */
export function answerEvery({ answerEverySeconds }: GateSettings): number {
  return answerEverySeconds * 1000
}

export function policyOf({ margin, minDocs }: GateSettings): GatePolicy {
  return { ...defaultPolicy, margin, minDocs }
}

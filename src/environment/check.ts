import type { DatasetSource } from '../dataset/dataset-source.ts'
import type { Isolation } from '../flow/isolate/isolation.ts'
import type { Jobs } from '../job/jobs.ts'
import type { BranchGuard } from '../schema/branch-guard.ts'
import type { DoctorCheck } from '../schema/doctor.ts'
import type { Blobs } from '../store/blobs/blobs.ts'
import type { Store } from '../store/store.ts'
import type { Role } from '../schema/access.ts'
import type { ProcedureMeta } from '../schema/api/procedure.ts'
import type { GateEnvironment } from './gate-environment.ts'
import type { Environment } from './server-config.ts'

/** What a check came to. */
export type Finding = Pick<DoctorCheck, 'result' | 'sentence' | 'fix'>

/** An address of the API, with something in the place of its parameters. */
export type Route = { method: string; path: string; permission: ProcedureMeta['permission'] }

type Ask = (route: Pick<Route, 'method' | 'path'>, signal: AbortSignal) => Promise<Response>

/** The server's HTTP, asked in its process. */
export type AskedServer = {
  /** Every procedure of the API. */
  routes: Route[]
  /** What an operator may read, besides procedures: metrics, descriptions, health. */
  pages: string[]
  /** Of these, what strangers are refused. */
  closedPages: string[]
  /** Without credentials. */
  asStranger: Ask
  /** Signed in, and without any right. */
  asRoleless: Ask
  /**
   * Somebody with these roles, to see whether an answer has a key in it. Of what they read the audit log knows
   * nothing, and nothing of it may be told.
   * @param id of a person, whose own things they then see; nobody's when left out
   */
  readerAs: (roles: readonly Role[], id?: string) => Reader
}

export type Reader = {
  ask: Ask
  /** Whether they may use it. */
  may: (route: Route) => boolean
}

/**
 * What is examined. The functions open what they give at the first call, and throw a UserFacingError
 * when that fails.
 */
export type DoctorHost = {
  environment: Environment
  /** Whose models gates ask. */
  gateModels: GateEnvironment & {
    /** Who else asks with a key of theirs. */
    sharedWith: readonly string[]
  }
  /** Whether gates accept whatever walls there are. */
  gateDemo: boolean
  /** Whether the forge keeps untested things from its protected branch; null: changes are on no such forge. */
  branchGuard: (() => Promise<BranchGuard>) | null
  /** From which files of recordings are looked for. */
  directory: string
  /** Keys of models, among others; nothing of it gets into a finding. */
  env: Record<string, string | undefined>
  dataFolder: string
  /** What keeps flows apart, as the server finds it. */
  isolation: () => Promise<Isolation>
  datasets: DatasetSource
  /** UTC epoch milliseconds. */
  now: () => number
  /** As it is, up to date or not. */
  store: () => Promise<Store>
  /** The same with the tables of this version. */
  tables: () => Promise<Store>
  blobs: () => Promise<Blobs>
  /** With `doctorQueue`. */
  jobs: () => Promise<Jobs>
  /** Whether who examines takes jobs, too: then one that is done does not show that a worker runs. */
  worksOnJobs?: boolean
  server: () => Promise<AskedServer>
}

/** What a check uses and another one examines: when it cannot be had, this one is skipped. */
export type Need = 'store' | 'tables' | 'server'

export type Check = {
  name: string
  needs: readonly Need[]
  /** In milliseconds; default 20 s. */
  limit?: number
  /** @throws UserFacingError: its sentence is what failed */
  run: (host: DoctorHost, signal: AbortSignal) => Promise<Finding>
}

export function pass(sentence: string): Finding {
  return { result: 'pass', sentence, fix: null }
}

export function fail(sentence: string, fix: string): Finding {
  return { result: 'fail', sentence, fix }
}

/** @param fix when something can be done so that it is not skipped */
export function skipped(sentence: string, fix: string | null = null): Finding {
  return { result: 'skipped', sentence, fix }
}

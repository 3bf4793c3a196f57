import type { Budgets } from '../access/budgets.ts'
import type { GateHost } from '../gate/gate-host.ts'
import type { ChangeSettings } from '../schema/change-settings.ts'
import type { DoctorReport } from '../schema/doctor.ts'
import type { Store } from '../store/store.ts'
import type { PackedBundle } from '../flow/bundle.ts'
import type { Forge, OpenForge } from './forge/forge.ts'
import type { Repository } from './repository.ts'

/** What running a change's own tests and bundling it came to. */
export type TestedTree = {
  /** Null when a test failed or nothing could be bundled; then `cause` and `summary` say why. */
  bundle: PackedBundle | null
  cause: string | null
  summary: string
  /** The end of what was printed, for everybody who sees the change. */
  log: string
}

/** Where a server's changes come from. */
export type ChangeSource = {
  settings: ChangeSettings
  forge: Forge
  repository: Repository
  /** Asked before a merge. Null: the forge merges what is named and nothing else. */
  guard: OpenForge['guard']
  /**
   * Runs what the tree brings along, behind walls. `tests`: the functional tests, too, where no runner of the
   * forge has run them.
   * @throws UserFacingError checkout-walls, checkout-own-files, checkout-unreadable and those of git: faults of ours
   */
  testTree: (tree: string, options: { tests: boolean; signal: AbortSignal }) => Promise<TestedTree>
  /** Examines the environment whose models the gate asks; null when the server has none of that name. */
  examine: ((signal: AbortSignal) => Promise<DoctorReport>) | null
  /** Where browsers reach the server; left out: nobody said, and a forge is told no address. */
  publicUrl?: string
}

/** What changes need on a server that has them. */
export type ChangeHost = GateHost & {
  store: GateHost['store'] &
    Pick<
      Store,
      | 'changes'
      | 'people'
      | 'settings'
      | 'audit'
      | 'environmentChecks'
      | 'gateAudits'
      | 'notifications'
      | 'secrets'
    >
  budgets: Pick<Budgets, 'low'>
  changes: ChangeSource
  /** Null: nobody is mailed what is told of changes. */
  mail: object | null
}

/** For the queues of a server. A change that cannot be gone on with is taken up by the timer. */
export const changeQueue = { name: 'change', attempts: 3 } as const

import type { ShownExample, VersionChanges } from '../schema/api/dataset-version.ts'
import type { NewAuditEvent } from '../schema/audit.ts'
import type { Store } from '../store/store.ts'
import { type Doer, record } from './audit.ts'

type Change = {
  dataset: string
  /** What is done, and with what. */
  details: NonNullable<NewAuditEvent['details']>
  version: {
    hash: string
    changes: VersionChanges
    shown: readonly ShownExample[]
    refused: boolean
  }
}

/**
 * Before a version is added: which one, and how much of it is otherwise than before. One that is refused for
 * what it would show tells its sender that it is hidden.
 */
export async function recordNewVersion(
  store: Pick<Store, 'audit'>,
  doer: Doer,
  { dataset, details, version: { hash, changes, shown, refused } }: Change,
): Promise<void> {
  if (refused) {
    const counts = Map.groupBy(shown, ({ split }) => split)
    const bySplit = Array.from(counts, ([split, some]) => [split, some.length] as const)
    const rows = { rows: shown.length, ...Object.fromEntries(bySplit) }
    await record(store, doer, { action: 'hidden-read', subject: dataset, details: rows })
    return
  }
  await record(store, doer, {
    action: 'dataset-changed',
    subject: dataset,
    details: {
      ...details,
      version: hash,
      ...countsOf(changes),
      ...(shown.length > 0 && { showHidden: true }),
    },
  })
}

/** As `removed.test` or `moved.audit.evaluation`. */
function countsOf({ added, removed, moved, replaced, relabelled }: VersionChanges) {
  const counts = [
    ...added.map(({ split, examples }) => [`added.${split}`, examples] as const),
    ...removed.map(({ split, examples }) => [`removed.${split}`, examples] as const),
    ...moved.map(({ from, to, examples }) => [`moved.${from}.${to}`, examples] as const),
    ...(replaced > 0 ? [['replaced', replaced] as const] : []),
    ...(relabelled > 0 ? [['relabelled', relabelled] as const] : []),
  ]
  return Object.fromEntries(counts)
}

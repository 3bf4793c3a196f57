import type { Split } from '../schema/access.ts'
import type { VersionChanges } from '../schema/api/dataset-version.ts'
import type { NewAuditEvent } from '../schema/audit.ts'
import { chunksOf } from '../store/row-columns.ts'
import type { Store } from '../store/store.ts'
import { type Doer, record } from './audit.ts'
import { hiddenNames } from './hidden-names.ts'

type Change = {
  dataset: string
  /** What is done, and with what. */
  details: NonNullable<NewAuditEvent['details']>
  version: {
    hash: string
    changes: VersionChanges
    /** With the hashes of what is hidden until now. */
    shown: readonly { split: Split; hashes: readonly string[] }[]
    refused: boolean
  }
}

/**
 * Before a version is added, or is refused for what it would show: which one, and how much of it is otherwise than before.
 * @returns what says that it was not added after all
 */
export async function recordNewVersion(
  store: Pick<Store, 'audit' | 'secrets'>,
  doer: Doer,
  { dataset, details, version: { hash, changes, shown, refused } }: Change,
): Promise<() => Promise<void>> {
  if (shown.length > 0) await recordHidden(store, doer, { dataset, shown })
  if (refused) return async () => {}
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
  return () => recordNotAdded(store, doer, { dataset, version: hash })
}

/** Somebody else was faster, or engineers have come to see what it would hide. */
async function recordNotAdded(
  store: Pick<Store, 'audit'>,
  doer: Doer,
  { dataset, version }: { dataset: string; version: string },
): Promise<void> {
  await record(store, doer, {
    action: 'dataset-not-changed',
    subject: dataset,
    details: { version },
  })
}

/** So many rows have an entry, which names each. */
const rowsAtOnce = 1000

/** Its sender is told which of what comes is hidden until now, whether it is added or not. */
async function recordHidden(
  store: Pick<Store, 'audit' | 'secrets'>,
  doer: Doer,
  { dataset, shown }: Pick<Change, 'dataset'> & Pick<Change['version'], 'shown'>,
): Promise<void> {
  const nameOf = await hiddenNames(store)
  const events = chunksOf([...shown], rowsAtOnce).map((rows) => {
    const counts = Map.groupBy(rows, ({ split }) => split)
    const bySplit = Array.from(counts, ([split, some]) => [split, some.length] as const)
    const which = [...new Set(rows.flatMap(({ hashes }) => hashes.map(nameOf)))]
    const details = { rows: rows.length, ...Object.fromEntries(bySplit), which }
    return { action: 'hidden-read' as const, subject: dataset, details }
  })
  await record(store, doer, ...events)
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

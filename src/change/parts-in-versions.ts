import type { GateHost } from '../gate/gate-host.ts'
import type { ChangeSettings } from '../schema/change-settings.ts'
import type { ChangeRevision, StoredChange } from '../schema/stored-change.ts'
import type { Store } from '../store/store.ts'
import { type KnownPeople, withWritersNow } from './writers-here.ts'

/** What of a change says who had a part in it. */
type Parts = {
  change: Pick<StoredChange, 'author'>
  revision: Pick<ChangeRevision, 'writers'> | null
  /** As `partsInVersions` finds them, of the version that it comes to. */
  involved: ReadonlySet<string>
}

/** Whether somebody proposed a change, wrote commits of it, or has a part in its version otherwise. */
export function hasPart({ change, revision, involved }: Parts, person: string): boolean {
  const isWriter = revision?.writers.includes(person) ?? false
  return change.author === person || isWriter || involved.has(person)
}

type Known = { settings: Pick<ChangeSettings, 'forge'>; people: KnownPeople }

/**
 * Who has a part in each of these versions, and so judges nothing about it: whoever asked the gate about it, and who
 * proposed a change that comes to it or wrote commits of that.
 * @param known null: no repository is configured, and who was known as a writer is one
 */
export async function partsInVersions(
  { changes, gates }: Pick<Store, 'changes' | 'gates'>,
  versions: readonly string[],
  known: Known | null,
): Promise<Map<string, Set<string>>> {
  const [asked, written] = await Promise.all([
    gates.askersOf(versions),
    changes.ofVersions(versions),
  ])
  const parts = new Map(versions.map((version) => [version, new Set(asked.get(version))]))
  for (const { version, author, ...revision } of written) {
    const { writers } = known === null ? revision : withWritersNow(revision, author, known)
    for (const person of [author, ...writers]) {
      if (person !== null) parts.get(version)?.add(person)
    }
  }
  return parts
}

type Host = Pick<GateHost, 'isSolo'> & {
  store: Pick<Store, 'changes' | 'gates' | 'people'>
  /** Null: the server's configuration names no repository. */
  changes: Pick<Known, 'settings'> | null
}

/** Which of these versions somebody has a part in; none where one person is all there is. */
export async function ownVersions(
  { store, changes, isSolo }: Host,
  person: string,
  versions: readonly string[],
): Promise<Set<string>> {
  if (await isSolo()) return new Set()
  const people = await store.people.list()
  const known = changes && { settings: changes.settings, people }
  const parts = await partsInVersions(store, [...new Set(versions)], known)
  return new Set([...parts].flatMap(([version, own]) => (own.has(person) ? [version] : [])))
}

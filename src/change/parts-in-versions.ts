import type { GateHost } from '../gate/gate-host.ts'
import type { ChangeSettings } from '../schema/change-settings.ts'
import type { ChangeRevision, StoredChange } from '../schema/stored-change.ts'
import type { Store } from '../store/store.ts'
import { type KnownPeople, withWritersNow } from './writers-here.ts'

/** What of a change says who had a part in it. */
type Parts = {
  change: Pick<StoredChange, 'author'>
  revision: Pick<ChangeRevision, 'writers'> | null
  /** Of the version that it comes to: who asked the gate about it. */
  askers: ReadonlySet<string>
  /** And who has a part in any change that comes to it. */
  involved: ReadonlySet<string>
}

/** Whether somebody proposed a change, wrote commits of it, or has a part in its version otherwise. */
export function hasPart({ change, revision, askers, involved }: Parts, person: string): boolean {
  const isWriter = revision?.writers.includes(person) ?? false
  return change.author === person || isWriter || askers.has(person) || involved.has(person)
}

type Known = { settings: Pick<ChangeSettings, 'forge'>; people: KnownPeople }

/**
 * Of each of these versions, who proposed a change that comes to it, or wrote commits of that: they see no figures of it.
 * @param known null: no repository is configured, and who was known as a writer is one
 */
export async function involvedInVersions(
  { changes }: Pick<Store, 'changes'>,
  versions: readonly string[],
  known: Known | null,
): Promise<Map<string, Set<string>>> {
  const parts = new Map(versions.map((version) => [version, new Set<string>()]))
  for (const { version, author, ...revision } of await changes.ofVersions(versions)) {
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

/** Of these versions, those that somebody asked about or has a part in; none where one person is all there is. */
export async function ownVersions(
  { store, changes, isSolo }: Host,
  person: string,
  versions: readonly string[],
): Promise<Set<string>> {
  if (await isSolo()) return new Set()
  const people = await store.people.list()
  const known = changes && { settings: changes.settings, people }
  const all = [...new Set(versions)]
  const [asked, involved] = await Promise.all([
    store.gates.askersOf(all),
    involvedInVersions(store, all, known),
  ])
  const isOwn = (version: string): boolean =>
    asked.get(version)?.has(person) === true || involved.get(version)?.has(person) === true
  return new Set(all.filter(isOwn))
}

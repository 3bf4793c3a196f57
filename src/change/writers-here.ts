import type { ChangeSettings } from '../schema/change-settings.ts'
import type { ChangeRevision } from '../schema/stored-change.ts'
import type { StoredPerson } from '../store/people.ts'
import { personHere, personWithAddress } from './see-forge.ts'

type Settings = Pick<ChangeSettings, 'forge'>
export type KnownPeople = readonly Pick<StoredPerson, 'id' | 'email'>[]

/** Who of those that commits name is somebody here now. */
export function writersHere(
  settings: Settings,
  people: KnownPeople,
  { people: named, addresses }: NonNullable<ChangeRevision['writtenBy']>,
): string[] {
  const here = [
    ...named.map((writer) => personHere(settings, people, writer)),
    ...addresses.map((address) => personWithAddress(people, address)),
  ]
  return [...new Set(here.filter((person) => person !== null))].toSorted()
}

/**
 * With the writers that are known by now: somebody may have been invited since it was seen, or have another address.
 * Who was known as one stays one.
 */
export function withWritersNow<T extends Pick<ChangeRevision, 'writers' | 'writtenBy'>>(
  revision: T,
  author: string | null,
  { settings, people }: { settings: Settings; people: KnownPeople },
): T {
  const { writers, writtenBy } = revision
  if (writtenBy === null) return revision
  const here = writersHere(settings, people, writtenBy).filter((person) => person !== author)
  return { ...revision, writers: [...new Set([...writers, ...here])].toSorted() }
}

import { UserFacingError } from '../lib/errors.ts'
import { Role } from '../schema/access.ts'
import type { StoredPerson } from '../store/people.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import { record, type Doer } from './audit.ts'
import { conflictOf } from './permissions.ts'

export type Membership = { accounts: Accounts; store: Pick<Store, 'people' | 'settings' | 'audit'> }

const soloKey = 'solo-mode'

/** While nobody else is there. */
const aloneName = 'You'

/** One person with every role; it ends for ever when a second account is made. */
export async function isSolo({ settings }: Pick<Store, 'settings'>): Promise<boolean> {
  return (await settings.get(soloKey)) === true
}

/** The person of a local installation, who is made at the first start. */
export async function ensureFirstPerson(
  { accounts, store }: Membership,
  email = 'you@localhost',
): Promise<StoredPerson> {
  const [first] = await store.people.list()
  if (first !== undefined) return first
  const person = { name: aloneName, email, roles: [...Role.options] }
  const created = await accounts.create(person)
  await store.settings.ensure(soloKey, true)
  return created
}

type Invitation = {
  name: string
  email: string
  roles: Role[]
  /** What the first person keeps, and is called by the others from now on. */
  keep?: Role[]
  ownName?: string
}

/**
 * Makes an account that has no password yet.
 * @throws UserFacingError roles-to-keep, role-conflict, person-exists
 */
export async function invite(
  { accounts, store }: Membership,
  actor: Doer,
  { keep, ownName = 'First person', ...person }: Invitation,
): Promise<StoredPerson> {
  assertRoles(person.roles)
  if (!(await isSolo(store))) return createInvited()
  if (keep === undefined) {
    throw new UserFacingError(
      'roles-to-keep',
      'With a second account nobody holds every role any more. Send `keep`: the roles that you keep.',
    )
  }
  assertRoles(keep)
  assertAdmin([keep, person.roles])
  const created = await createInvited()
  const end = { action: 'solo-mode-ended' as const, subject: actor.id, details: { roles: keep } }
  await record(store, actor, end)
  await store.settings.put(soloKey, false)
  await store.people.setRoles(actor.id, keep)
  const first = await store.people.get(actor.id)
  if (first?.name === aloneName) await store.people.rename(actor.id, ownName)
  return created

  /** Nobody can use the account before the entry is there: its link comes after. */
  async function createInvited(): Promise<StoredPerson> {
    const invited = await accounts.create(person)
    const { id: subject, roles } = invited
    await record(store, actor, { action: 'person-invited', subject, details: { roles } })
    return invited
  }
}

/** @throws UserFacingError person-not-found, role-conflict, last-admin */
export async function setRoles(
  { store }: Membership,
  actor: Doer,
  { person: id, roles }: { person: string; roles: Role[] },
): Promise<StoredPerson> {
  if (!(await isSolo(store))) assertRoles(roles)
  const people = await store.people.list()
  const person = people.find((other) => other.id === id)
  if (person === undefined) throw personNotFound()
  assertAdmin(people.map((other) => (other.id === id ? roles : other.roles)))
  const isGrantToSelf = id === actor.id && roles.some((role) => !person.roles.includes(role))
  await record(store, actor, {
    action: isGrantToSelf ? 'roles-granted-to-self' : 'roles-changed',
    subject: id,
    details: { roles, before: person.roles },
  })
  await store.people.setRoles(id, roles)
  return { ...person, roles }
}

/** @throws UserFacingError person-not-found, last-admin */
export async function removePerson(
  { accounts, store }: Membership,
  actor: Doer,
  id: string,
): Promise<void> {
  const people = await store.people.list()
  if (!people.some((person) => person.id === id)) throw personNotFound()
  assertAdmin(people.filter((person) => person.id !== id).map(({ roles }) => roles))
  await record(store, actor, { action: 'person-removed', subject: id })
  await accounts.remove(id)
}

/** What others read of who did something is the new name from then on. @throws UserFacingError person-not-found */
export async function renameSelf(
  store: Membership['store'],
  actor: Doer,
  name: string,
): Promise<StoredPerson> {
  const person = await store.people.get(actor.id)
  if (person === null) throw personNotFound()
  if (person.name === name) return person
  await record(store, actor, { action: 'person-renamed', subject: actor.id })
  await store.people.rename(actor.id, name)
  return { ...person, name }
}

function assertRoles(roles: Role[]): void {
  const conflict = conflictOf(roles)
  if (conflict === null) return
  throw new UserFacingError(
    'role-conflict',
    `One person cannot be ${conflict[0]} and ${conflict[1]}: who writes prompts must not see what is hidden to measure them.`,
  )
}

function assertAdmin(rolesOfPeople: Role[][]): void {
  if (rolesOfPeople.some((roles) => roles.includes('admin'))) return
  throw new UserFacingError('last-admin', 'Somebody must stay admin, or nobody can invite people.')
}

function personNotFound(): UserFacingError {
  return new UserFacingError('person-not-found', 'There is no such person.')
}

import { permissionsOf } from '../../src/access/permissions.ts'
import { type Permission, Role } from '../../src/schema/access.ts'
import { type Account, type Accounts, type Ask, json, places } from './plant-hidden.ts'
import type { testServer } from './test-server.ts'

type Server = Awaited<ReturnType<typeof testServer>>

/** Somebody who has no right to what is hidden, by a session or by a key. */
export type Identity = {
  name: string
  roles: Role[]
  /** Words of hidden documents that they were given. */
  may?: string[]
  cookie?: string
  key?: string
  /** Somebody else with the same rights, or with each of them, sends each value of each parameter. */
  isBrief?: boolean
  /** What they change is changed by others of the same rights, or of each of them, too. */
  readsOnly?: boolean
}

/** One person of each role, ray who has what is hidden, and others that some tests need. */
export async function makeAccounts(server: Server): Promise<Accounts> {
  const make = (name: string, roles: Role[]) => makePerson(server, name, roles)
  const roles = await Promise.all(
    Role.options.map(async (role) => [role, await make(role, [role])] as const),
  )
  return {
    ...(Object.fromEntries(roles) as Record<Role, Account>),
    ray: await make('ray', ['reviewer']),
    dummy: await make('dummy', ['approver']),
    assigned: await make('assigned', ['reviewer']),
    both: await make('both', ['engineer', 'reviewer']),
    second: await make('second', ['custodian']),
  }
}

async function makePerson(server: Server, name: string, roles: Role[]): Promise<Account> {
  const { id, cookie, ask } = await server.person(name, roles)
  await json(ask('PUT', '/api/me/mails', { reviewReady: true }))
  return { id, cookie }
}

/** Each role by itself, with a session and with a key that may all that it may; and nobody. */
export async function singleRoles(server: Server, accounts: Accounts): Promise<Identity[]> {
  const others = Role.options.filter((role) => role !== 'custodian')
  const made = others.map(async (role): Promise<Identity[]> => {
    const { cookie } = accounts[role]
    const key = await keyOf(server.as(cookie), [...permissionsOf([role])])
    return [
      { name: role, roles: [role], cookie },
      { name: `a key of ${role}`, roles: [role], key, isBrief: true, readsOnly: true },
    ]
  })
  return [{ name: 'nobody', roles: [] }, ...(await Promise.all(made)).flat()]
}

const partial: [Role, Permission[]][] = [
  ['engineer', ['documents:read', 'reviews:read']],
  ['engineer', ['datasets:read', 'exports:read']],
  ['engineer', ['evaluations:read', 'agreement:read', 'budgets:read']],
  ['engineer', ['documents:upload']],
  ['reviewer', ['reviews:read', 'verdicts:write']],
  ['reviewer', ['documents:read', 'documents:upload']],
]

/** Several roles in one person, who was given something, keys that may little, and what is no right any more. */
export async function combinedRoles(server: Server, accounts: Accounts): Promise<Identity[]> {
  const together: Role[][] = [
    ['engineer', 'operator'],
    ['engineer', 'approver'],
    ['reviewer', 'approver'],
    ['operator', 'admin'],
  ]
  const people = together.map(async (roles): Promise<Identity> => {
    const name = roles.join('-and-')
    const { cookie } = await makePerson(server, name, roles)
    // What an engineer sends is compared with what only others may know.
    return { name, roles, cookie, isBrief: true, readsOnly: !roles.includes('engineer') }
  })
  const keys = partial.map(async ([role, permissions]): Promise<Identity> => {
    const key = await keyOf(server.as(accounts[role].cookie), permissions)
    return { name: `a key of ${role} for ${permissions.join()}`, roles: [role], key, isBrief: true }
  })
  const bothRoles: Role[] = ['engineer', 'reviewer']
  const both = { roles: bothRoles, may: [places.both] }
  const bothKey = await keyOf(server.as(accounts.both.cookie), [...permissionsOf(bothRoles)])
  const assigned = { roles: ['reviewer'] satisfies Role[], may: [places.assigned] }
  const readingKey = await keyOf(server.as(accounts.assigned.cookie), ['documents:read'])
  return [
    ...(await noRightsAnyMore(server)),
    { name: 'engineer and reviewer', ...both, cookie: accounts.both.cookie, isBrief: true },
    {
      name: 'a key of engineer and reviewer',
      ...both,
      key: bothKey,
      isBrief: true,
      readsOnly: true,
    },
    {
      name: 'a reviewer of something hidden',
      ...assigned,
      cookie: accounts.assigned.cookie,
      isBrief: true,
    },
    {
      name: 'a key of a reviewer of something hidden',
      ...assigned,
      key: readingKey,
      isBrief: true,
      readsOnly: true,
    },
    ...(await Promise.all(people)),
    ...(await Promise.all(keys)),
  ]
}

async function noRightsAnyMore(server: Server): Promise<Identity[]> {
  const { cookie, ask } = await server.person('left', ['custodian'])
  const { key, secret } = await makeKey(ask, ['documents:read'])
  await json(ask('DELETE', `/api/me/keys/${key.id}`))
  await json(ask('POST', '/api/auth/sign-out', {}))
  return [
    { name: 'a session that was signed out', roles: [], cookie },
    { name: 'a key that was revoked', roles: [], key: secret },
  ]
}

export async function keyOf(ask: Ask, permissions: Permission[]): Promise<string> {
  return (await makeKey(ask, permissions)).secret
}

function makeKey(ask: Ask, permissions: Permission[]) {
  return json<{ key: { id: string }; secret: string }>(
    ask('POST', '/api/me/keys', { name: 'some', permissions }),
  )
}

import { z } from 'zod'
import { Role } from '../schema/access.ts'
import type { StoreContext } from './context.ts'

/** An account with its roles. Times are UTC epoch milliseconds. */
export const StoredPerson = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  roles: z.array(Role),
  createdAt: z.int(),
})
export type StoredPerson = z.infer<typeof StoredPerson>

/** Who has an account; better-auth makes them. */
export type People = {
  get(id: string): Promise<StoredPerson | null>
  /** Oldest first. */
  list(): Promise<StoredPerson[]>
  /** False when there is no such person. */
  setRoles(id: string, roles: Role[]): Promise<boolean>
  /** False when there is no such person. */
  rename(id: string, name: string): Promise<boolean>
}

export function createPeople({ database: { kysely, atomically } }: StoreContext): People {
  const change = async (id: string, values: { roles: string } | { name: string }) => {
    const query = kysely.updateTable('people').set(values).where('id', '=', id)
    return (await atomically([{ query, required: true }])) !== null
  }
  const select = () =>
    kysely.selectFrom('people').select(['id', 'name', 'email', 'roles', 'created_at'])
  return {
    async get(id) {
      const row = await select().where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : personOf(row)
    },
    async list() {
      return (await select().orderBy('created_at').orderBy('id').execute()).map(personOf)
    },
    setRoles: (id, roles) => change(id, { roles: JSON.stringify(roles) }),
    rename: (id, name) => change(id, { name }),
  }
}

function personOf(row: {
  id: string
  name: string
  email: string
  roles: string
  created_at: string | Date
}): StoredPerson {
  const createdAt = new Date(row.created_at).getTime()
  return StoredPerson.parse({ ...row, roles: JSON.parse(row.roles), createdAt })
}

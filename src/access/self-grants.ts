import { z } from 'zod'
import { Role } from '../schema/access.ts'
import type { SelfGrant } from '../schema/api/people.ts'
import type { AuditAction, AuditEntry } from '../schema/audit.ts'
import type { StoredPerson } from '../store/people.ts'
import type { Store } from '../store/store.ts'

const Change = z.object({ roles: z.array(Role), before: z.array(Role) })

const entriesAtOnce = 500

/** Roles that people hold since they gave them to themselves; what somebody else gave them since is none. */
export async function selfGrants(
  { audit }: Pick<Store, 'audit'>,
  people: readonly Pick<StoredPerson, 'id' | 'roles'>[],
): Promise<SelfGrant[]> {
  const [own, others] = await Promise.all([
    entriesOf(audit, 'roles-granted-to-self'),
    entriesOf(audit, 'roles-changed'),
  ])
  const given = [...own, ...others]
    .toSorted((a, b) => b.sequence - a.sequence)
    .flatMap(({ subject, action, at, details }) => {
      const { roles, before } = changeOf(details)
      const added = roles.filter((role) => !before.includes(role))
      return added.map((role) => ({ subject, role, at, isOwn: action === 'roles-granted-to-self' }))
    })
  return people.flatMap(({ id, roles }) =>
    roles.flatMap((role) => {
      const last = given.find((one) => one.subject === id && one.role === role)
      return last?.isOwn === true ? [{ person: id, role, at: last.at }] : []
    }),
  )
}

/** Newest first. */
async function entriesOf(audit: Store['audit'], action: AuditAction): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = []
  for (;;) {
    const before = entries.at(-1)?.sequence
    const page = await audit.list({ action, before, limit: entriesAtOnce })
    entries.push(...page)
    if (page.length < entriesAtOnce) return entries
  }
}

/** What somebody else wrote into the log is no change of ours; whether it is whole is told elsewhere. */
function changeOf(details: string): z.infer<typeof Change> {
  try {
    return Change.parse(JSON.parse(details))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError)
      return { roles: [], before: [] }
    throw error
  }
}

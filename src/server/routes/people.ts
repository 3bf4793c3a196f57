import type { Accounts } from '../../access/accounts.ts'
import { requireSession } from '../../access/actor.ts'
import { record } from '../../access/audit.ts'
import { invite, isSolo, removePerson, setRoles } from '../../access/membership.ts'
import { UserFacingError } from '../../lib/errors.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'

type Host = { accounts: Accounts; store: Store }

const hour = 60 * 60 * 1000
const invitationMs = 7 * 24 * hour
const resetMs = hour

export function peopleRoutes(os: Implementer['people'], host: Host) {
  const { accounts, store } = host
  return {
    me: os.me.handler(async ({ context: { actor } }) => {
      const person = await store.people.get(actor.id)
      if (person === null) throw noSession()
      return { person, permissions: [...actor.permissions], soloMode: await isSolo(store) }
    }),
    list: os.list.handler(async () => {
      return { people: await store.people.list(), soloMode: await isSolo(store) }
    }),
    invite: os.invite.handler(async ({ input, context: { actor, origin } }) => {
      const person = await invite(host, actor, input)
      return { person, ...(await passwordLink(person.id, origin, invitationMs)) }
    }),
    setRoles: os.setRoles.handler(({ input, context: { actor } }) => setRoles(host, actor, input)),
    resetPassword: os.resetPassword.handler(async ({ input, context: { actor, origin } }) => {
      const link = await passwordLink(input.person, origin, resetMs)
      await record(store, actor, { action: 'password-link-made', subject: input.person })
      return link
    }),
    remove: os.remove.handler(async ({ input: { person }, context: { actor } }) => {
      await removePerson(host, actor, person)
      return { ok: true as const }
    }),
    sessions: os.sessions.handler(async ({ context: { actor, session } }) => {
      requireSession(actor)
      const sessions = await accounts.sessions.list(actor.id)
      return { sessions: sessions.map((one) => ({ ...one, current: one.id === session })) }
    }),
    endSession: os.endSession.handler(async ({ input, context: { actor } }) => {
      requireSession(actor)
      const open = await accounts.sessions.list(actor.id)
      if (!open.some(({ id }) => id === input.session)) throw noSession()
      await record(store, actor, { action: 'session-ended', subject: input.session })
      await accounts.sessions.end(actor.id, input.session)
      return { ok: true as const }
    }),
  }

  async function passwordLink(person: string, origin: string, validMs: number) {
    const { token, expiresAt } = await accounts.passwordToken(person, validMs)
    return { link: `${origin}/set-password?token=${token}`, expiresAt }
  }
}

function noSession(): UserFacingError {
  return new UserFacingError('session-not-found', 'There is no such session.')
}

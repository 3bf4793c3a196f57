import type { Accounts } from '../../access/accounts.ts'
import { requireSession } from '../../access/actor.ts'
import { record } from '../../access/audit.ts'
import { invite, isSolo, removePerson, renameSelf, setRoles } from '../../access/membership.ts'
import { type Mail, mailQueue } from '../../access/mail.ts'
import { passwordLink, type PasswordLinkKind } from '../../access/mail-password-link.ts'
import { setReadyMails, wantsReadyMails } from '../../access/ready-mails.ts'
import { selfGrants } from '../../access/self-grants.ts'
import type { Jobs } from '../../job/jobs.ts'
import { UserFacingError } from '../../lib/errors.ts'
import type { Store } from '../../store/store.ts'
import type { Implementer } from '../implementer.ts'

type Host = {
  accounts: Accounts
  store: Store
  jobs: Jobs
  mail: Mail | null
  /** Custodians are told who gave themselves a role, and read no log. */
  beyond: { store: Store }
}

export function peopleRoutes(os: Implementer['people'], host: Host) {
  const { accounts, store, jobs, mail } = host
  return {
    me: os.me.handler(async ({ context: { actor } }) => {
      const person = await store.people.get(actor.id)
      if (person === null) throw noSession()
      return { person, permissions: [...actor.permissions], soloMode: await isSolo(store) }
    }),
    list: os.list.handler(() => listPeople(host)),
    invite: os.invite.handler(async ({ input, context: { actor, origin } }) => {
      const person = await invite(host, actor, input)
      return { person, ...(await giveLink(person.id, 'invitation', origin)) }
    }),
    setRoles: os.setRoles.handler(({ input, context: { actor } }) => setRoles(host, actor, input)),
    resetPassword: os.resetPassword.handler(async ({ input, context: { actor, origin } }) => {
      if ((await store.people.get(input.person)) === null) throw noPerson()
      await record(store, actor, { action: 'password-link-made', subject: input.person })
      return giveLink(input.person, 'password-reset', origin)
    }),
    remove: os.remove.handler(async ({ input: { person }, context: { actor } }) => {
      await removePerson(host, actor, person)
      return { ok: true as const }
    }),
    rename: os.rename.handler(({ input: { name }, context: { actor } }) => {
      requireSession(actor)
      return renameSelf(store, actor, name)
    }),
    mails: os.mails.handler(async ({ context: { actor } }) => {
      const reviewReady = await wantsReadyMails(store, actor.id)
      return { available: mail !== null, reviewReady }
    }),
    setMails: os.setMails.handler(async ({ input: { reviewReady }, context: { actor } }) => {
      await setReadyMails(store, actor.id, reviewReady)
      return { available: mail !== null, reviewReady }
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

  /** To be copied; and mailed, where a mail server is configured. */
  async function giveLink(person: string, kind: PasswordLinkKind, origin: string) {
    if (mail !== null) {
      await jobs.add(mailQueue.name, { data: { kind, person }, key: `${kind}:${person}` })
    }
    const link = await passwordLink(accounts, { person, kind, url: mail?.url ?? origin })
    return { ...link, mailed: mail !== null }
  }
}

function noSession(): UserFacingError {
  return new UserFacingError('session-not-found', 'There is no such session.')
}

function noPerson(): UserFacingError {
  return new UserFacingError('person-not-found', 'There is no such person.')
}

async function listPeople({ store, beyond }: Pick<Host, 'store' | 'beyond'>) {
  const people = await store.people.list()
  const granted = await selfGrants(beyond.store, people)
  return { people, soloMode: await isSolo(store), selfGrants: granted }
}

import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import type { Mail } from './mail.ts'

export type PasswordLinkKind = 'invitation' | 'password-reset'

const hour = 60 * 60 * 1000
const linkValidMs: Record<PasswordLinkKind, number> = {
  invitation: 7 * 24 * hour,
  'password-reset': hour,
}

/** A page on which somebody sets a password, once. @throws UserFacingError person-not-found */
export async function passwordLink(
  accounts: Pick<Accounts, 'passwordToken'>,
  { person, kind, url }: { person: string; kind: PasswordLinkKind; url: string },
): Promise<{ link: string; expiresAt: number }> {
  const { token, expiresAt } = await accounts.passwordToken(person, linkValidMs[kind])
  return { link: `${url}/set-password?token=${token}`, expiresAt }
}

type Host = { accounts: Accounts; store: Pick<Store, 'people'>; mail: Mail }

/** The job that mails a link. It makes the link itself: a job's row must hold no secret. */
export async function mailPasswordLink(
  { accounts, store, mail }: Host,
  { person: id, kind }: { person: string; kind: PasswordLinkKind },
): Promise<void> {
  const person = await store.people.get(id)
  // The account was closed since.
  if (person === null) return
  const { link } = await passwordLink(accounts, { person: id, kind, url: mail.url })
  await mail.send({ to: person.email, ...letters[kind](link) })
}

const letters: Record<PasswordLinkKind, (link: string) => { subject: string; text: string }> = {
  invitation: (link) => ({
    subject: 'Your invitation to Proofloop',
    text: `You are invited to review documents with Proofloop.\n\nChoose your password here, once and within seven days:\n\n${link}\n`,
  }),
  'password-reset': (link) => ({
    subject: 'A new password for Proofloop',
    text: `Choose a new password here, once and within an hour:\n\n${link}\n\nIf you did not ask for it, tell whoever runs the server; your old password still works.\n`,
  }),
}

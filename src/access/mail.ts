import { UserFacingError } from '../lib/errors.ts'

export type MailSettings = {
  /** `smtp://` or `smtps://`, with name and password. */
  smtpUrl: string
  /** `Proofloop <proofloop@example.org>` */
  from: string
  /** Where people reach the server: links lead there, never to what a request says of itself. */
  url: string
}

export type Mail = {
  url: string
  /** Plain text. @throws UserFacingError mail-not-sent, to be tried again */
  send(mail: { to: string; subject: string; text: string }): Promise<void>
}

/** For the queue of a server; with the pauses between them the runs last about ten minutes. */
export const mailQueue = { name: 'mail', attempts: 20 } as const

/** Milliseconds. */
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 }

/** Each mail has a connection of its own; nothing is held in between. */
export async function createMail({ smtpUrl, from, url }: MailSettings): Promise<Mail> {
  const { createTransport } = await import('nodemailer')
  const safe = { disableFileAccess: true, disableUrlAccess: true }
  const transport = createTransport({ url: smtpUrl, ...timeouts, ...safe }, { from })
  return {
    url,
    async send(mail) {
      try {
        await transport.sendMail(mail)
      } catch (cause) {
        // The server's words may hold the address, and the settings hold a password.
        throw new UserFacingError('mail-not-sent', 'The mail server has not taken the mail.', {
          cause,
        })
      }
    },
  }
}

import { z } from 'zod'
import type { Accounts } from '../access/accounts.ts'
import { type Mail, mailQueue } from '../access/mail.ts'
import { mailPasswordLink } from '../access/mail-password-link.ts'
import { mailNotification } from '../change/notify/send-notification.ts'
import type { Jobs } from '../job/jobs.ts'
import { mailReady } from '../review/mail-ready.ts'
import type { Store } from '../store/store.ts'

const MailJob = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['invitation', 'password-reset']), person: z.string() }),
  z.object({ kind: z.literal('change-told'), notification: z.string(), person: z.string() }),
  z.object({ kind: z.literal('review-ready'), review: z.string(), person: z.string() }),
])

type Host = { jobs: Jobs; accounts: Accounts; store: Store; mail: Mail | null }

/** Sends mails in this process, where a mail server is configured. */
export async function workOnMail({ jobs, accounts, store, mail }: Host): Promise<void> {
  if (mail === null) return
  await jobs.work(mailQueue.name, { concurrency: 2 }, ({ data }) => {
    const job = MailJob.parse(data)
    if (job.kind === 'review-ready') return mailReady({ store }, mail, job)
    if (job.kind === 'change-told') return mailNotification({ store }, mail, job)
    return mailPasswordLink({ accounts, store, mail }, job)
  })
}

import { recordHiddenRow } from '../access/audit.ts'
import { maySee } from '../access/document-rights.ts'
import { type Mail, mailQueue } from '../access/mail.ts'
import { wantsReadyMails } from '../access/ready-mails.ts'
import type { StoredReview } from '../schema/stored-review.ts'
import type { ReviewHost } from './review-host.ts'

/** One job for each who asked for the review or is to judge it, and chose to be told. */
export async function addReadyMails(
  { store, jobs, mail }: ReviewHost,
  { id, document, requester }: Pick<StoredReview, 'id' | 'document' | 'requester'>,
): Promise<void> {
  if (mail === null) return
  const assignee = (await store.documents.get(document))?.assignee ?? requester
  for (const person of new Set([requester, assignee])) {
    if (!(await wantsReadyMails(store, person))) continue
    const data = { kind: 'review-ready', review: id, person }
    await jobs.add(mailQueue.name, { data, key: `${id}:${person}` })
  }
}

/** The job that mails one of them: the document's name and a link, nothing of what is in it. */
export async function mailReady(
  { store }: Pick<ReviewHost, 'store'>,
  mail: Mail,
  { review: id, person: personId }: { review: string; person: string },
): Promise<void> {
  const review = await store.reviews.get(id)
  const document = review === null ? null : await store.documents.get(review.document)
  const person = await store.people.get(personId)
  if (document === null || person === null || !maySee(person, document)) return
  // Forgotten since.
  if (document.name === null) return
  await recordHiddenRow(store, person, { ...document, review: id })
  await mail.send({
    to: person.email,
    subject: `Ready for you: ${document.name}`,
    text: `The review of ${document.name} is ready:\n\n${mail.url}/reviews/${id}\n\nYou get this mail because you chose it under Settings.\n`,
  })
}

import { openAsBlob } from 'node:fs'
import path from 'node:path'
import { getEventMeta, ORPCError } from '@orpc/client'
import { checkDocumentFile } from '../../document/document-reader.ts'
import { UserFacingError } from '../../lib/errors.ts'
import type { Split } from '../../schema/access.ts'
import { printable } from '../../lib/printable.ts'
import type { DocumentEntry, ReviewEntry } from '../../schema/workplace.ts'
import type { Watch } from '../review-files.ts'
import type { Remote } from './remote.ts'
import { wasNotSent } from './server-faults.ts'

export type RemoteOptions = {
  agents?: string[]
  password?: string
  ocr?: boolean
  /** Which the document comes into. */
  split?: Split
}

/**
 * Sends a file and starts its review.
 * @returns the review's id
 * @throws UserFacingError document-…, and what the server says
 */
export async function startOnServer(
  remote: Remote,
  file: string,
  options: RemoteOptions,
): Promise<string> {
  const document = await upload(remote, file, options)
  requireReadable(document)
  const start = await startOnce(remote, document, options)
  try {
    return (await remote.patience.ask(start)).id
  } catch (error) {
    const { client, signal } = remote
    // It may have failed since; its own error says more than the refusal.
    if (isRefusal(error)) requireReadable(await client.documents.get(document, { signal }))
    throw error
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ORPCError && error.code === 'document-not-readable'
}

function requireReadable({ error }: DocumentEntry): void {
  if (error !== null) throw new UserFacingError(error.code, printable(error.message))
}

async function upload(
  { client, patience, signal }: Remote,
  file: string,
  { password, ocr, split }: RemoteOptions,
): Promise<DocumentEntry> {
  await checkDocumentFile(file)
  const content = await openAsBlob(file)
  const form = {
    file: new File([content], path.basename(file)),
    ...(password !== undefined && { password }),
    ...(ocr && { ocr: 'true' }),
    ...(split !== undefined && { split }),
  }
  return patience.ask(() => client.documents.upload(form, { signal }))
}

/** Sent again, it looks first whether the server has begun: an answer may be lost on its way. */
async function startOnce(
  { client, person, patience, signal }: Remote,
  { sha256: document }: DocumentEntry,
  { agents, ocr }: RemoteOptions,
): Promise<() => Promise<ReviewEntry>> {
  const mine = async (): Promise<ReviewEntry[]> => {
    const { items } = await client.reviews.list({ document, limit: 50 }, { signal })
    return items.filter(({ requestedBy }) => requestedBy.id === person)
  }
  const before = new Set((await patience.ask(mine)).map(({ id }) => id))
  let sent = false
  return async () => {
    const begun = sent ? (await mine()).find(({ id }) => !before.has(id)) : undefined
    if (begun !== undefined) return begun
    try {
      return await client.reviews.start({ document, agents, ocr }, { signal })
    } catch (error) {
      sent ||= !wasNotSent(error)
      throw error
    }
  }
}

/** Until it has ended, over as many streams as it takes; each goes on after the last event. */
export async function followToEnd(
  { client, patience, signal }: Remote,
  review: string,
  watch: Pick<Watch, 'onPart'>,
): Promise<void> {
  let after = 0
  await patience.ask(async () => {
    const events = await client.reviews.events({ review, after, until: 'complete' }, { signal })
    for await (const event of events) {
      patience.answered()
      after = Number(getEventMeta(event)?.id ?? after)
      if (event.type !== 'agent') continue
      const { name, partsDone: done, parts: total } = event.agent
      watch.onPart?.(name, { done, total })
    }
  })
}

import { record, recordHiddenRow } from '../../access/audit.ts'
import { hiddenNames } from '../../access/hidden-names.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { documentEntries, findDocument, listDocuments } from '../../review/document-entries.ts'
import { forgetDocument } from '../../review/forget-document.ts'
import { readAgain } from '../../review/read-again.ts'
import type { ReviewHost } from '../../review/review-host.ts'
import type { StoredDocument } from '../../schema/stored-document.ts'
import type { DocumentEntry } from '../../schema/workplace.ts'
import type { Actor } from '../../access/actor.ts'
import type { Implementer } from '../implementer.ts'

type Host = ReviewHost & {
  /** Beyond the wall: it knows of what the reader may not. */
  beyond: ReviewHost
}

export function documentRoutes(os: Implementer['documents'], host: Host) {
  const { store, beyond } = host
  return {
    list: os.list.handler(({ input, context: { actor } }) => listDocuments(store, actor, input)),
    get: os.get.handler(({ input, context: { actor } }) =>
      documentEntry(host, actor, input.sha256),
    ),
    read: os.read.handler(async ({ input: { sha256, ...how }, context: { actor } }) => {
      await readAgain(beyond, await findDocument(store, actor, sha256), how)
      return documentEntry(host, actor, sha256)
    }),
    assign: os.assign.handler(async ({ input: { sha256, person }, context: { actor } }) => {
      const document = await findDocument(store, actor, sha256)
      if (person !== null) await requireReviewer(host, person)
      await recordAssigned(host, actor, { document, person })
      await store.documents.assign(document.id, person)
      return documentEntry(host, actor, sha256)
    }),
    forget: os.forget.handler(async ({ input: { sha256 }, context: { actor } }) => {
      await forgetDocument(beyond, actor, await findDocument(store, actor, sha256))
      return { ok: true as const }
    }),
  }
}

async function documentEntry(
  { store }: ReviewHost,
  actor: Actor,
  sha256: string,
): Promise<DocumentEntry> {
  const document = await findDocument(store, actor, sha256)
  await recordHiddenRow(store, actor, document)
  const [entry] = await documentEntries(store, actor, [document])
  if (entry === undefined) throw new Error(`Document ${sha256} has no entry.`)
  return entry
}

/** By the same statements, hidden or not: how long it takes tells nothing. */
async function recordAssigned(
  { store }: ReviewHost,
  actor: Actor,
  { document, person }: { document: StoredDocument; person: string | null },
): Promise<void> {
  const { sha256, split } = document
  const name = (await hiddenNames(store))(sha256)
  const subject = split === 'evaluation' ? sha256 : name
  const details = { split, person: person ?? 'nobody' }
  await record(store, actor, { action: 'document-assigned', subject, details })
}

async function requireReviewer({ store }: ReviewHost, id: string): Promise<void> {
  const person = await store.people.get(id)
  if (person?.roles.includes('reviewer')) return
  throw new UserFacingError('person-no-reviewer', 'Only somebody who is a reviewer can review it.')
}

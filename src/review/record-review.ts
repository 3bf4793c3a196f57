import { isDeepStrictEqual } from 'node:util'
import type { Actor } from '../access/actor.ts'
import type { EndedPart } from '../flow/review-document.ts'
import type { NewVersion } from '../flow/flow-version.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { Review } from '../schema/review.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import type { Content } from '../store/blobs/blobs.ts'
import { placeFor, takeOn } from './add-document.ts'
import { drawnAtRandom } from './document-split.ts'
import { fileDocument } from './file-document.ts'
import { documentName, mediaTypeOf } from './media-type.ts'
import { keepText } from './read-document.ts'
import { agentSkipped, typesOf } from './review-entries.ts'
import type { ReviewHost } from './review-host.ts'
import { distinct, ReviewProgress, toStored } from './review-progress.ts'
import { readReviewRules } from './review-settings.ts'

type Host = Pick<ReviewHost, 'store' | 'blobs' | 'splitKey'>
type Person = Pick<Actor, 'id' | 'roles'>

/** A review that was run somewhere else, on the command line for example. */
export type FinishedReview = {
  /** Its run is the review's id, which its issues carry. */
  review: Review
  document: ReviewDocument
  /** As it lies on the disk; `ocr`: pages without text were read by OCR. */
  file: { name: string; ocr: boolean; content: () => Content }
  version: NewVersion
  parts: EndedPart[]
  /** UTC epoch milliseconds. */
  startedAt: number
}

/** Others may add, forget or read the document at the same time. */
const tries = 20

/**
 * Keeps it as if the server had run it: the document, unless it is there, the review with its issues
 * and events, the version of the flow. All of it or nothing, whenever the process ends. Somebody who may
 * not see the document that is there gets one of their own, as with an upload.
 * @throws UserFacingError document-changed, document-read-differently, document-not-kept
 */
export async function recordReview(
  host: Host,
  person: Person,
  finished: FinishedReview,
): Promise<void> {
  const { store } = host
  await store.flowVersions.put(finished.version)
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const { id, known } = await placeFor(host, person, finished.document.sha256)
    const isThere = known !== null && known.state !== 'forgotten'
    const kept = isThere
      ? await keepOnKnown(host, person, { finished, known })
      : await keepWithDocument(host, person, { finished, id })
    if (kept) return
  }
  throw new UserFacingError(
    'document-not-kept',
    'Others changed the same document at the same time. Try again.',
  )
}

/** @returns false when it is to be tried again */
async function keepWithDocument(
  host: Host,
  person: Person,
  { finished, id }: { finished: FinishedReview; id: string },
): Promise<boolean> {
  const { store } = host
  const { document: text, file } = finished
  const byEngineer = person.roles.includes('engineer')
  const filing = await fileDocument(host, text, { byEngineer })
  const bytes = await putFile(host, finished)
  const name = documentName(file.name)
  const document = {
    id,
    sha256: text.sha256,
    bytes,
    name,
    mediaType: mediaTypeOf(name),
    uploader: person.id,
    ocr: file.ocr,
    ...filing,
    text: { ...text, name },
  }
  const kept = await store.finishedReviews.keep({
    ...(await toKeep(host, person, { finished, id })),
    document,
  })
  const added = kept ? await store.documents.get(id) : null
  if (added !== null) await takeOn(host, person, added)
  return kept
}

/** @returns how many bytes it has */
async function putFile(
  { store, blobs }: Host,
  { document: { sha256 }, file }: FinishedReview,
): Promise<number> {
  const put = await blobs.put(file.content())
  if (put.sha256 === sha256) return put.bytes
  if ((await store.documents.sharing([put.sha256])).length === 0) await blobs.delete(put.sha256)
  throw new UserFacingError(
    'document-changed',
    `${file.name} was changed after it had been reviewed. Review it again.`,
  )
}

async function keepOnKnown(
  host: Host,
  person: Person,
  { finished, known }: { finished: FinishedReview; known: StoredDocument },
): Promise<boolean> {
  const { store } = host
  const text = await store.documents.text(known.id)
  if (text === null) {
    await keepText(host, known, { ...finished.document, name: known.name ?? '' })
  } else if (!isSameText(text, finished.document)) {
    throw new UserFacingError(
      'document-read-differently',
      `${finished.file.name} is there already and was read differently, by another version of Proofloop or without OCR: issues would stand in other places.`,
    )
  }
  return store.finishedReviews.keep(await toKeep(host, person, { finished, id: known.id }))
}

function isSameText(a: ReviewDocument, b: ReviewDocument): boolean {
  const texts = ({ paragraphs }: ReviewDocument) =>
    paragraphs.map(({ index, text }) => [index, text])
  return isDeepStrictEqual(texts(a), texts(b))
}

async function toKeep(
  { store, splitKey }: Pick<Host, 'store' | 'splitKey'>,
  person: Person,
  { finished, id }: { finished: FinishedReview; id: string },
) {
  const { review: run, document, version, startedAt } = finished
  const { randomShare } = await readReviewRules(store)
  const random = drawnAtRandom(splitKey, document.sha256, randomShare)
  const review = {
    id: run.run,
    document: id,
    flowVersion: version.hash,
    issueOrder: random ? ('random' as const) : ('document' as const),
    fullReview: random,
    requester: person.id,
    startedAt,
  }
  const ended = endedParts(finished)
  const skipped = skippedParts(run)
  const pending = { state: 'pending' as const, issues: null, leftOut: null, error: null }
  const before = [
    ...ended.map(({ agent }) => ({ agent, ...pending })),
    ...skipped.map((part) => ({ ...pending, ...part, state: 'failed' as const })),
  ]
  const progress = new ReviewProgress(review, typesOf(version.manifest), before)
  const events = ended.flatMap((part) => progress.tell(part))
  const state = progress.outcome()
  return {
    review: { ...review, state },
    parts: [...ended, ...skipped],
    events: [...events, toStored({ type: 'complete', state })],
  }
}

/** An agent that had nothing to read has a part, too, which says that it was asked. */
function endedParts({ review, parts }: FinishedReview): EndedPart[] {
  const own = new Set(parts.map(({ agent }) => agent))
  const idle = Object.entries(review.agents).filter(
    ([name, { status }]) => status !== 'skipped' && !own.has(name),
  )
  return [
    ...parts.map((part) => ('error' in part ? part : { ...part, issues: distinct(part.issues) })),
    ...idle.map(([agent]) => ({ agent, chunk: 0, issues: [], leftOut: 0 })),
  ]
}

function skippedParts({ agents }: Review) {
  return Object.entries(agents).flatMap(([agent, { status, reason = '' }]) =>
    status === 'skipped'
      ? [{ agent, chunk: 0, error: { code: agentSkipped, message: reason } }]
      : [],
  )
}

import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Actor } from '../access/actor.ts'
import { localPerson } from '../access/local-person.ts'
import { type FinishedEvaluation, recordEvaluation } from '../evaluation/record-evaluation.ts'
import { UserFacingError } from '../lib/errors.ts'
import { type FinishedReview, recordReview } from '../review/record-review.ts'
import { ensureSplitKey } from '../review/split-key.ts'
import type { Permission } from '../schema/access.ts'
import type { Blobs } from '../store/blobs/blobs.ts'
import { openBlobs } from '../store/blobs/open-blobs.ts'
import type { Store } from '../store/store.ts'
import type { Io } from './io.ts'
import type { LocalStore } from './local-store.ts'

type Here = { local: LocalStore; io: Io }

/** @throws UserFacingError as `recordReview`, person-unknown, not-allowed, files-elsewhere, store-… */
export async function recordReviewHere(here: Here, finished: FinishedReview): Promise<void> {
  const place = await openPlace(here, ['documents:upload', 'reviews:run'])
  if (place === null) return
  const { store, person } = place
  const blobs = await openFiles(here)
  const splitKey = await ensureSplitKey(store)
  await recordReview({ store, blobs, splitKey }, person, finished)
}

/** @throws UserFacingError person-unknown, not-allowed, store-… */
export async function recordEvaluationHere(
  here: Here,
  finished: FinishedEvaluation,
): Promise<void> {
  const place = await openPlace(here, ['evaluations:run'])
  if (place !== null) await recordEvaluation(place.store, place.person.id, finished)
}

/** Null where no server was started yet. */
async function openPlace(
  { local, io }: Here,
  permissions: Permission[],
): Promise<{ store: Store; person: Actor } | null> {
  const store = await local.open()
  const person = await localPerson(store, { key: io.env['PROOFLOOP_API_KEY'], permissions })
  return person && { store, person }
}

/** A file that the servers of a shared database do not find would be a document without one. */
async function openFiles({ local, io: { env } }: Here): Promise<Blobs> {
  const { dataFolder } = local
  const isBucket = Boolean(env['S3_BUCKET'])
  if (isBucket || !(await local.isShared()) || existsSync(path.join(dataFolder, 'blobs'))) {
    return openBlobs({ dataFolder, env })
  }
  throw new UserFacingError(
    'files-elsewhere',
    'The files of the servers of this database are not in this data folder. Name theirs with --data, or their bucket in S3_BUCKET.',
  )
}

import type { ReferenceRole } from '../../schema/reference-version.ts'
import {
  markedInWords,
  openedInWords,
  ownerInWords,
  referencesInWords,
} from '../datasets/keeping-in-words.ts'
import { keepingOnServer, type ServerKeeping } from '../datasets/keeping-on-server.ts'
import type { Io } from '../io.ts'

/** A server has owners, versions that are marked, and people who open texts. */
export type KeepingOptions = { server: string; json?: boolean }

type Run = { options: KeepingOptions; io: Io }

/** Asks a server one thing and prints the answer. @returns 0 */
async function answer<T>(
  { options: { server, json }, io }: Run,
  ask: (keeping: ServerKeeping) => Promise<T>,
  inWords: (answer: T) => string,
): Promise<number> {
  const found = await ask(keepingOnServer(server, io))
  io.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : inWords(found))
  return 0
}

export type OwnerOptions = KeepingOptions & { handOn?: string }

export function datasetOwner(dataset: string, options: OwnerOptions, io: Io): Promise<number> {
  const { handOn } = options
  return answer(
    { options, io },
    (keeping) => (handOn === undefined ? keeping.owner(dataset) : keeping.handOn(dataset, handOn)),
    ownerInWords,
  )
}

export type ReferenceOptions = KeepingOptions & { measure?: boolean }

export function datasetReferences(
  dataset: string,
  options: ReferenceOptions,
  io: Io,
): Promise<number> {
  const { measure = false } = options
  return answer(
    { options, io },
    (keeping) => keeping.references(dataset, { measure }),
    referencesInWords,
  )
}

export function markVersion(
  [role, version]: [role: ReferenceRole, version?: string],
  options: KeepingOptions,
  io: Io,
): Promise<number> {
  return answer({ options, io }, (keeping) => keeping.mark(role, version), markedInWords)
}

const mostDays = 100

export function openedTexts(options: KeepingOptions, io: Io): Promise<number> {
  return answer({ options, io }, (keeping) => keeping.openedTexts(mostDays), openedInWords)
}

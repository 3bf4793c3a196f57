import { keyed } from '../document/document-group.ts'
import { Split } from '../schema/access.ts'
import type { DocumentGroup, StoredDocument } from '../schema/stored-document.ts'

/** Id of the document that a reader gets who may not see the one that has the bytes already. */
export function idOfCopy(key: string, sha256: string, reader: string): string {
  return keyed(key, `copy ${reader} ${sha256}`)
}

/**
 * Until it is read: in a split that hides it, or the engineer's own, whose documents never hide. One for which
 * a custodian has chosen a split is hidden, too, in a group that tells which.
 */
export function groupWhileReading(
  key: string,
  sha256: string,
  { byEngineer, chosen }: { byEngineer: boolean; chosen?: Split },
): DocumentGroup {
  const split = byEngineer ? 'evaluation' : 'audit'
  const what = byEngineer || chosen === undefined ? split : `${split} for ${chosen}`
  return { id: keyed(key, `reading ${what} ${sha256}`), split, shownToEngineer: byEngineer }
}

/** The split that was chosen for a document that was not read yet. */
export function chosenWhileReading(
  key: string,
  { sha256, group }: Pick<StoredDocument, 'sha256' | 'group'>,
): Split | undefined {
  return Split.options.find(
    (chosen) => groupWhileReading(key, sha256, { byEngineer: false, chosen }).id === group,
  )
}

/** A share of documents that is drawn by the key, 0 to 1. */
export function drawnAtRandom(key: string, group: string, share: number): boolean {
  return Number.parseInt(keyed(key, `random ${group}`).slice(0, 12), 16) / 2 ** 48 < share
}

import { keyed } from '../document/document-group.ts'
import type { DocumentGroup } from '../schema/stored-document.ts'

/** Id of the document that a reader gets who may not see the one that has the bytes already. */
export function idOfCopy(key: string, sha256: string, reader: string): string {
  return keyed(key, `copy ${reader} ${sha256}`)
}

/** Until it is read: in a split that hides it, or the engineer's own, whose documents never hide. */
export function groupWhileReading(
  key: string,
  sha256: string,
  { byEngineer }: { byEngineer: boolean },
): DocumentGroup {
  const split = byEngineer ? 'evaluation' : 'audit'
  return { id: keyed(key, `reading ${split} ${sha256}`), split, shownToEngineer: byEngineer }
}

/** A share of documents that is drawn by the key, 0 to 1. */
export function drawnAtRandom(key: string, group: string, share: number): boolean {
  return Number.parseInt(keyed(key, `random ${group}`).slice(0, 12), 16) / 2 ** 48 < share
}

import { createHmac } from 'node:crypto'
import { Split, type SplitShares } from '../schema/access.ts'
import type { ReviewDocument } from '../schema/document.ts'
import type { DocumentGroup } from '../schema/stored-document.ts'

/**
 * Documents of one text are one group: a copy of a hidden document is hidden, too.
 * @param of `engineers`: those that engineers brought though others have hidden ones, which they must not learn
 */
export function groupOfText(
  key: string,
  document: ReviewDocument,
  of: 'everybody' | 'engineers' = 'everybody',
): string {
  const text = document.paragraphs.map((paragraph) => normalized(paragraph.text)).join('\n')
  const what = text.trim() === '' ? `file ${document.sha256}` : `text ${text}`
  return keyed(key, of === 'everybody' ? what : `${of} ${what}`)
}

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

/** Follows from the group, the key and the shares alone: no choice of anybody about it goes in. */
export function splitOf(key: string, group: string, shares: SplitShares): Split {
  const draw = Number.parseInt(keyed(key, `split ${group}`).slice(0, 12), 16) / 2 ** 48
  let sum = 0
  for (const split of Split.options) {
    sum += shares[split]
    if (draw < sum) return split
  }
  return 'audit'
}

/** A share of documents that is drawn by the key, 0 to 1. */
export function drawnAtRandom(key: string, group: string, share: number): boolean {
  return Number.parseInt(keyed(key, `random ${group}`).slice(0, 12), 16) / 2 ** 48 < share
}

function keyed(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}

function normalized(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()
}

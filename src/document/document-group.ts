import { createHmac } from 'node:crypto'
import { foldCompatibility } from '../lib/fold-compatibility.ts'
import { Split, type SplitShares } from '../schema/access.ts'

export type Readable = {
  /** Of the file; tells documents without text apart. */
  sha256: string
  paragraphs: readonly { text: string }[]
}

/**
 * Documents of one text are one group: a copy of a hidden document is hidden, too.
 * @param of `engineers`: those that engineers brought though others have hidden ones, which they must not learn
 */
export function groupOfText(
  key: string,
  document: Readable,
  of: 'everybody' | 'engineers' = 'everybody',
): string {
  const text = document.paragraphs.map((paragraph) => normalized(paragraph.text)).join('\n')
  const what = text.trim() === '' ? `file ${document.sha256}` : `text ${text}`
  return keyed(key, of === 'everybody' ? what : `${of} ${what}`)
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

/** What nobody can work out who has not the installation's key. */
export function keyed(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}

function normalized(text: string): string {
  return foldCompatibility(text).toLowerCase().replace(/\s+/gu, ' ').trim()
}

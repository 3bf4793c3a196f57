import { textOf } from '../document/document-text.ts'
import type { Split } from '../schema/access.ts'
import type { LabelledIssue } from '../schema/example.ts'
import { leaksIn } from './compare-texts.ts'
import type { Leak } from './find-leaks.ts'
import type { LeakSource } from './leak-sources.ts'

/** An example, or what shall become one. */
type Placed = {
  id: string
  split: Split
  paragraphs: readonly { text: string }[]
  issues: readonly Pick<LabelledIssue, 'text' | 'location'>[]
}

type Ground = {
  sources: LeakSource[]
  /** Texts of all that engineers see. */
  common: () => Promise<string[]>
}

/**
 * What of the hidden ones stands in sources, and in nothing that engineers see. What is read and searched is the same
 * whatever is found: a guess that is right must not keep the machine busy for longer than a wrong one.
 */
export async function hiddenLeaks(
  placed: readonly Placed[],
  { sources, common }: Ground,
): Promise<Leak[]> {
  const examples = placed
    .filter(({ split }) => split !== 'evaluation')
    .map(({ id, split, paragraphs, issues }) => ({
      id,
      split,
      text: textOf(paragraphs),
      issues: issues.flatMap(({ text, location }) => [text, location.sourceSentence ?? '']),
    }))
  if (examples.length === 0 || sources.length === 0) return []
  const { leaks } = await leaksIn({ examples, sources, common: await common() })
  return leaks
}

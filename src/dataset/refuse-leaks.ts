import { textOf } from '../document/document-text.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { ReviewedExample } from '../schema/reviewed-example.ts'
import type { DatasetVersion } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'
import { leaksIn } from './compare-texts.ts'
import type { LeakSource } from './leak-sources.ts'
import { quoted } from './line-error.ts'
import { readAllExamples } from './read-all-entries.ts'

type Host = { store: Pick<Store, 'datasets'> }

/** What a version shall have besides what is there. */
type Added = Pick<ReviewedExample, 'document' | 'paragraphs' | 'issues'> & { id: string }

type Ground = {
  /** Prompts, rules and guidelines. */
  sources: LeakSource[]
  before: DatasetVersion | null
}

/**
 * What stands in a prompt already measures nothing: it must not become hidden.
 * @throws UserFacingError proposal-leaks
 */
export async function refuseLeaks(
  { store: { datasets } }: Host,
  added: readonly Added[],
  { sources, before }: Ground,
): Promise<void> {
  const hidden = added.filter(({ document }) => document.split !== 'evaluation')
  const examples = hidden.map(({ id, document, paragraphs, issues }) => ({
    id,
    split: document.split,
    text: textOf(paragraphs),
    issues: issues.flatMap(({ text, location }) => [text, location.sourceSentence ?? '']),
  }))
  const found = await leaksIn({ examples, sources, common: [] })
  if (found.leaks.length === 0) return
  // Texts of all that engineers see, which are long, are read only when they may matter.
  const common = before === null ? [] : await openTexts(datasets, before)
  const { leaks } = await leaksIn({ examples, sources, common })
  const [first] = leaks
  if (first === undefined) return
  const ids = new Set(leaks.map(({ example }) => example.id))
  throw new UserFacingError(
    'proposal-leaks',
    `${ids.size} of the examples stand in prompts, rules or guidelines, ${quoted(first.example.id)} in ${first.source.name}:${first.source.line} for one. Leave them out, or take the text out of there.`,
  )
}

/** What stands in one of them, too, is no secret. */
async function openTexts(datasets: Store['datasets'], version: DatasetVersion): Promise<string[]> {
  const texts: string[] = []
  for await (const { split, content } of readAllExamples(datasets, version)) {
    if (split === 'evaluation' && content !== null) texts.push(textOf(content.paragraphs))
  }
  return texts
}

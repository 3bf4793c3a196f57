import { textOf } from '../document/document-text.ts'
import type { NewLeaks } from '../schema/api/dataset-version.ts'
import type { DatasetEntry } from '../schema/stored-dataset.ts'
import { foundLeak, mostFound } from './found-leak.ts'
import { hiddenLeaks } from './hidden-leaks.ts'
import type { LeakSearch } from './leak-sources.ts'
import type { LoadedExample } from './loaded-example.ts'
import type { ExampleText } from './version-drafts.ts'

type Came = {
  examples: readonly LoadedExample[]
  /** Of the version, without what was left out. */
  entries: readonly DatasetEntry[]
  /** Of all of them. */
  texts: readonly ExampleText[]
}

/** What came to be hidden and stands in sources; null when nothing did. It is for who sees what is hidden. */
export async function newLeaks(
  { sources, flow, left }: LeakSearch,
  { examples, entries, texts }: Came,
): Promise<NewLeaks | null> {
  const splitOf = new Map(entries.map(({ id, split }) => [id, split]))
  const hidden = examples.flatMap((example) => {
    const split = splitOf.get(example.id) ?? 'evaluation'
    return split === 'evaluation' ? [] : [{ ...example, split }]
  })
  if (hidden.length === 0) return null
  const common = async () =>
    texts
      .filter(({ id }) => splitOf.get(id) === 'evaluation')
      .map(({ document }) => textOf(document.paragraphs))
  const leaks = await hiddenLeaks(hidden, { sources, common })
  return {
    searched: sources.length,
    flow,
    left,
    examples: new Set(leaks.map(({ example }) => example.id)).size,
    found: leaks.slice(0, mostFound).map(foundLeak),
  }
}

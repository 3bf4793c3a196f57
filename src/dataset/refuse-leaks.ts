import { UserFacingError } from '../lib/errors.ts'
import type { Split } from '../schema/access.ts'
import type { ReviewedExample } from '../schema/reviewed-example.ts'
import type { DatasetVersion } from '../schema/stored-dataset.ts'
import type { Store } from '../store/store.ts'
import { hiddenLeaks } from './hidden-leaks.ts'
import type { LeakSource } from './leak-sources.ts'
import { quoted } from './line-error.ts'
import { openTexts } from './open-texts.ts'

type Host = { store: Pick<Store, 'datasets'> }

/** What a version shall have besides what is there. */
type Added = Pick<ReviewedExample, 'paragraphs' | 'issues'> & {
  id: string
  /** That it comes into. */
  split: Split
}

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
  const common = async () => (before === null ? [] : openTexts(datasets, before))
  const leaks = await hiddenLeaks(added, { sources, common })
  const [first] = leaks
  if (first === undefined) return
  const ids = new Set(leaks.map(({ example }) => example.id))
  throw new UserFacingError(
    'proposal-leaks',
    `${ids.size} of the examples stand in prompts, rules or guidelines, ${quoted(first.example.id)} in ${first.source.name}:${first.source.line} for one. Leave them out, or take the text out of there.`,
  )
}

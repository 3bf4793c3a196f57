import { contentHash, shortHash } from '../lib/content-hash.ts'
import type { StoredDraft } from '../schema/stored-draft.ts'

const prefix = 'proofloop/draft-'

/** The branch on which a draft of the page is proposed: of it alone. */
export function branchOfDraft({
  version,
  author,
  base,
}: Pick<StoredDraft, 'version' | 'author' | 'base'>): string {
  return `${prefix}${shortHash(contentHash({ version, author, base }))}`
}

/** Whether a branch can be one that was made here. */
export function isBranchOfDraft(name: string): boolean {
  return name.startsWith(prefix)
}

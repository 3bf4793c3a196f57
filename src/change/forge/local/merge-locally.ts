import { UserFacingError } from '../../../lib/errors.ts'
import { printable } from '../../../lib/printable.ts'
import { writeCommit } from '../../git/commit-files.ts'
import { branchRef } from '../../git/names.ts'
import { repositoryIn } from '../../open-repository.ts'
import type { MergeRequest, MergeResult } from '../forge.ts'
import { type SeenChange, untilAlone, writeChange } from './change-facts.ts'
import { refused } from './change-names.ts'
import { isMergeOf } from './find-merge.ts'
import type { LocalForgeHost } from './local-forge-host.ts'
import { asMerged, observe } from './observe-local.ts'

/**
 * One move of the protected branch, from the commit that was tested to the merge with the head that was
 * tested, if both are still there; what is known of the change moves with it.
 */
export async function mergeLocally(
  host: LocalForgeHost,
  reference: string,
  request: MergeRequest,
): Promise<MergeResult> {
  return untilAlone(async () => {
    const seen = await observe(host, reference)
    if (seen === null) throw refused(`The repository has no change ${printable(reference)}.`)
    return (await reasonNotTo(host, seen, request)) ?? (await tryMerge(host, seen, request))
  })
}

function not(why: 'moved' | 'conflict' | 'closed' | 'refused', reason: string): MergeResult {
  return { merged: false, why, reason }
}

async function reasonNotTo(
  { place, branch }: LocalForgeHost,
  { facts, tip, base }: SeenChange,
  request: MergeRequest,
): Promise<MergeResult | null> {
  const { mergedAs, state } = facts
  if (mergedAs !== null) {
    // Perhaps by us, before a crash.
    if (await isMergeOf(place, mergedAs, request)) return { merged: true, commit: mergedAs }
    return not('closed', `It is merged already, as ${mergedAs}.`)
  }
  if (state !== 'open') return not('closed', 'Its branch was deleted.')
  if (tip !== request.head) return not('moved', `${facts.branch} has other commits by now.`)
  if (base !== request.base) return not('moved', `${branch} has other commits by now.`)
  const merge = await repositoryIn(place).mergeTree(base, request.head)
  if ('conflicts' in merge) {
    return not('conflict', `Both change ${merge.conflicts.map(printable).join(', ')}.`)
  }
  if (merge.tree !== request.tree)
    return not('moved', 'The merge gives other files than those tested.')
  return null
}

/** @returns undefined when somebody was faster */
async function tryMerge(
  host: LocalForgeHost,
  seen: SeenChange,
  request: MergeRequest,
): Promise<MergeResult | undefined> {
  const { facts } = seen
  const { head, base, tree, author } = request
  const message = mergeMessage(request.message, [
    ['Proofloop-Change', facts.reference],
    ['Proofloop-Author', facts.author],
    ['Proofloop-Approver', `${author.name} <${author.email}>`],
  ])
  const commit = await writeCommit(host.place, { tree, parents: [base, head], message, author })
  const moves = [
    { ref: branchRef(host.branch), from: base, to: commit },
    { ref: branchRef(facts.branch), from: head, to: head },
  ]
  const step = {
    facts: { ...asMerged(facts, commit), head },
    message: `Merged as ${commit}`,
    moves,
  }
  try {
    return (await writeChange(host, seen, step)) ? { merged: true, commit } : undefined
  } catch (error) {
    if (!(error instanceof UserFacingError) || error.code !== 'working-tree-in-the-way') throw error
    return not('refused', error.message)
  }
}

/** Trailers that the message has already are not written again. */
export function mergeMessage(message: string, trailers: [key: string, value: string][]): string {
  const text = message.trim()
  const last = text.split(/\n\s*\n/).at(-1) ?? ''
  const isTrailers =
    text.includes('\n\n') && last.split('\n').every((line) => /^[\w-]+: /.test(line))
  const known = isTrailers
    ? last.split('\n').map((line) => line.split(':', 1)[0]?.toLowerCase())
    : []
  const added = trailers
    .filter(([key]) => !known.includes(key.toLowerCase()))
    .map(([key, value]) => `${key}: ${printable(value)}`)
  return [text, ...(isTrailers ? [] : ['']), ...added, ''].join('\n')
}

import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { canonicalJson } from '../../../lib/content-hash.ts'
import { UserFacingError } from '../../../lib/errors.ts'
import { printable } from '../../../lib/printable.ts'
import { ChangeState } from '../../../schema/stored-change.ts'
import { moveRefs, type RefMove } from '../../git/move-refs.ts'
import { branchRef } from '../../git/names.ts'
import type { GitPlace } from '../../git/open-git-place.ts'
import { readObjects } from '../../git/read-objects.ts'
import { newObjects } from '../../git/write-objects.ts'
import { ForgeCheckName } from '../forge.ts'
import { factsPrefix, refsOf, refused } from './change-names.ts'
import { keepRecent } from '../keep-recent.ts'
import type { LocalForgeHost } from './local-forge-host.ts'

/** `change.json` of the commits below refs/proofloop/changes. */
export const ChangeFacts = z.strictObject({
  format: z.literal('proofloop-change-1'),
  reference: z.string(),
  branch: z.string(),
  title: z.string(),
  description: z.string(),
  /** Id of an account. */
  author: z.string(),
  state: ChangeState,
  /** The newest commit that was seen on the branch and was not yet on the protected one. */
  head: z.string(),
  mergedAs: z.string().nullable(),
  checks: z.array(
    z.strictObject({
      name: ForgeCheckName,
      commit: z.string(),
      state: z.enum(['queued', 'running', 'passed', 'failed', 'skipped']),
      title: z.string(),
      summary: z.string(),
    }),
  ),
  deployments: z.array(
    z.strictObject({
      commit: z.string(),
      environment: z.string(),
      state: z.enum(['requested', 'stopped']),
      description: z.string(),
    }),
  ),
  /** The one comment, Markdown; null: none yet. */
  comment: z.string().nullable(),
})
export type ChangeFacts = z.infer<typeof ChangeFacts>

export type KeptChange = {
  facts: ChangeFacts
  /** The commit that holds them; null: it is not kept yet. */
  factsCommit: string | null
  keptHead: string | null
}

/** What is known of a change, and where its branch and the protected one are. */
export type SeenChange = KeptChange & {
  /** Null: the branch is gone. */
  tip: string | null
  base: string
}

const largest = 32 * 2 ** 20

/** Null when there is no such change. @throws UserFacingError forge-refused */
export async function readChange(
  place: GitPlace,
  reference: string,
  protectedBranch: string,
): Promise<SeenChange | null> {
  const refs = refsOf(reference)
  if (refs === null) return null
  const [branch = ''] = reference.split('~')
  const at = await readRefs(place, [
    refs.facts,
    refs.head,
    branchRef(branch),
    branchRef(protectedBranch),
  ])
  const factsCommit = at.get(refs.facts)
  if (factsCommit === undefined) return null
  const [facts] = await readFacts(place, [factsCommit])
  if (facts === undefined) throw new Error('One commit holds one change.')
  return {
    facts,
    factsCommit,
    keptHead: at.get(refs.head) ?? null,
    tip: at.get(branchRef(branch)) ?? null,
    base: requireBase(at, protectedBranch),
  }
}

/** Of all changes, by their references, and all branches by their refs. */
export async function readAll(
  place: GitPlace,
): Promise<{ facts: ChangeFacts[]; at: Map<string, string> }> {
  const at = await readRefs(place, [factsPrefix, 'refs/heads/'])
  const commits = [...at].flatMap(([ref, commit]) => (ref.startsWith(factsPrefix) ? [commit] : []))
  return { facts: await readFacts(place, commits), at }
}

async function readFacts(place: GitPlace, commits: string[]): Promise<ChangeFacts[]> {
  const names = commits.map((commit) => `${commit}:change.json`)
  const files = await readObjects(place, names, largest)
  return files.map((file, i) => parseFacts(file?.content, commits[i] ?? ''))
}

function parseFacts(file: Buffer | undefined, commit: string): ChangeFacts {
  try {
    return ChangeFacts.parse(JSON.parse(file?.toString('utf8') ?? ''))
  } catch (cause) {
    const sentence = `${commit} below ${factsPrefix} is no change as this version of Proofloop writes it. Put the ref back to its parent with git update-ref.`
    throw new UserFacingError('forge-refused', sentence, { cause })
  }
}

async function readRefs(place: GitPlace, names: string[]): Promise<Map<string, string>> {
  const args = ['for-each-ref', '--format=%(refname) %(objectname)', ...names]
  const { stdout } = await place.refs(args)
  const lines = stdout.toString('utf8').split('\n').filter(Boolean)
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ')
      return [line.slice(0, space), line.slice(space + 1)]
    }),
  )
}

export function requireBase(at: Map<string, string>, branch: string): string {
  const base = at.get(branchRef(branch))
  if (base !== undefined) return base
  throw refused(
    `The repository has no branch ${printable(branch)}. Make it, or name another one in changes.branch.`,
  )
}

export type FactsStep = {
  facts: ChangeFacts
  /** Of the commit that holds them. */
  message: string
  /** What has to move with them, or not at all. */
  moves?: readonly RefMove[]
}

/** @returns false when something of it is another by now */
export async function writeChange(
  { place, written }: Pick<LocalForgeHost, 'place' | 'written'>,
  seen: Pick<KeptChange, 'factsCommit' | 'keptHead'>,
  { facts, message, moves = [] }: FactsStep,
): Promise<boolean> {
  const { reference, head, comment } = facts
  const refs = refsOf(reference)
  if (refs === null) throw new Error('A change that is kept has a name.')
  const objects = newObjects(place)
  const json = objects.blob(`${JSON.stringify(facts, null, 2)}\n`)
  // The comment is to be read with git show.
  const files = comment === null ? [] : [['comment.md', objects.blob(comment)] as const]
  const tree = objects.tree(new Map([['change.json', json], ...files]))
  const parents = seen.factsCommit === null ? [] : [seen.factsCommit]
  const commit = objects.commit({ tree, parents, message, at: new Date() })
  await objects.write()
  const own: RefMove[] = [
    { ref: refs.facts, from: seen.factsCommit, to: commit },
    { ref: refs.head, from: seen.keptHead, to: head },
  ]
  const about = `Proofloop: ${message.split('\n', 1)[0]}`
  const isWritten = await moveRefs(place, [...moves, ...own], about)
  if (isWritten) keepRecent(written, reference, { facts, factsCommit: commit, keptHead: head })
  else written.delete(reference)
  return isWritten
}

const mostTries = 40

/**
 * Tries until nobody else has changed something meanwhile.
 * @param attempt undefined: again
 */
export async function untilAlone<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < mostTries; i++) {
    const result = await attempt()
    if (result !== undefined) return result
    await setTimeout(Math.random() * Math.min(500, 10 * 2 ** i))
  }
  throw new UserFacingError(
    'forge-unavailable',
    'The repository is being changed all the time, or holds a lock that nobody takes away: look for files *.lock in it.',
  )
}

/** Changes the facts, by whoever is first; nothing is written when they stay the same. */
export async function updateFacts(
  host: LocalForgeHost,
  read: () => Promise<SeenChange>,
  step: (seen: SeenChange) => FactsStep | Promise<FactsStep>,
): Promise<SeenChange> {
  return untilAlone(async () => {
    const seen = await read()
    const next = await step(seen)
    if (areSame(next.facts, seen.facts)) return seen
    return (await writeChange(host, seen, next)) ? { ...seen, facts: next.facts } : undefined
  })
}

/**
 * Changes the facts from what this process wrote last, without a look at what they are.
 * @returns false when that has to be looked at: there is nothing to write, or somebody else wrote since
 */
export async function updateWritten(
  host: LocalForgeHost,
  reference: string,
  step: (kept: KeptChange) => FactsStep,
): Promise<boolean> {
  const kept = host.written.get(reference)
  if (kept === undefined) return false
  const next = step(kept)
  return !areSame(next.facts, kept.facts) && writeChange(host, kept, next)
}

function areSame(facts: ChangeFacts, others: ChangeFacts): boolean {
  return canonicalJson(facts) === canonicalJson(others)
}

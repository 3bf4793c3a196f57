import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { canonicalJson } from '../../../lib/content-hash.ts'
import { UserFacingError } from '../../../lib/errors.ts'
import { printable } from '../../../lib/printable.ts'
import { ChangeCheckName, ChangeState } from '../../../schema/stored-change.ts'
import { writeBlob, writeCommit } from '../../git/commit-files.ts'
import { moveRefs, type RefMove } from '../../git/move-refs.ts'
import { branchRef } from '../../git/names.ts'
import type { GitPlace } from '../../git/open-git-place.ts'
import { readFileIn } from '../../git/read-blobs.ts'
import { factsPrefix, refsOf, refused } from './change-names.ts'

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
      name: ChangeCheckName,
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

/** What is known of a change, and where its branch and the protected one are. */
export type SeenChange = {
  facts: ChangeFacts
  /** The commit that holds them; null: it is not kept yet. */
  factsCommit: string | null
  keptHead: string | null
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
  const files = await readFileIn(place, { commits, path: 'change.json', most: largest })
  return files.map((file, i) => parseFacts(file, commits[i] ?? ''))
}

function parseFacts(file: Buffer | null, commit: string): ChangeFacts {
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
  place: GitPlace,
  seen: Pick<SeenChange, 'factsCommit' | 'keptHead'>,
  { facts, message, moves = [] }: FactsStep,
): Promise<boolean> {
  const refs = refsOf(facts.reference)
  if (refs === null) throw new Error('A change that is kept has a name.')
  const tree = await writeFactsTree(place, facts)
  const parents = seen.factsCommit === null ? [] : [seen.factsCommit]
  const commit = await writeCommit(place, { tree, parents, message })
  const own: RefMove[] = [
    { ref: refs.facts, from: seen.factsCommit, to: commit },
    { ref: refs.head, from: seen.keptHead, to: facts.head },
  ]
  return moveRefs(place, [...moves, ...own], `Proofloop: ${message.split('\n', 1)[0]}`)
}

async function writeFactsTree(place: GitPlace, facts: ChangeFacts): Promise<string> {
  const json = await writeBlob(place, `${JSON.stringify(facts, null, 2)}\n`)
  const lines = [`100644 blob ${json}\tchange.json\0`]
  if (facts.comment !== null) {
    // To be read with git show.
    lines.push(`100644 blob ${await writeBlob(place, facts.comment)}\tcomment.md\0`)
  }
  const { stdout } = await place.objects(['mktree', '-z'], { input: lines.join('') })
  return stdout.toString('latin1').trim()
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
  place: GitPlace,
  read: () => Promise<SeenChange>,
  step: (seen: SeenChange) => FactsStep | Promise<FactsStep>,
): Promise<SeenChange> {
  return untilAlone(async () => {
    const seen = await read()
    const next = await step(seen)
    if (canonicalJson(next.facts) === canonicalJson(seen.facts)) return seen
    return (await writeChange(place, seen, next)) ? { ...seen, facts: next.facts } : undefined
  })
}

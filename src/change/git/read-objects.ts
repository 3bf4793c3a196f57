import { requireHash } from './names.ts'
import type { GitPlace } from './open-git-place.ts'

type ObjectKind = 'blob' | 'tree' | 'commit' | 'tag'
export type GitObject = { hash: string; kind: ObjectKind; content: Buffer }

/** For `keepGit`. */
export const readerArgs = ['cat-file', '--batch-command']

/**
 * One after the other, by hashes or other names that have no end of a line in them; null where there is no such
 * object, or it has more bytes than `most`.
 */
export async function readObjects(
  { reader }: Pick<GitPlace, 'reader'>,
  names: readonly string[],
  most: number,
): Promise<(GitObject | null)[]> {
  return reader.ask(async ({ say, line, bytes }) => {
    const found: (GitObject | null)[] = []
    for (const name of names) {
      say(`info ${name}\n`)
      const header = parseHeader(await line())
      if (header === null || header.size > most) {
        found.push(null)
        continue
      }
      say(`contents ${header.hash}\n`)
      if (parseHeader(await line()) === null) {
        found.push(null)
        continue
      }
      const content = (await bytes(header.size + 1)).subarray(0, -1)
      found.push({ hash: header.hash, kind: header.kind, content })
    }
    return found
  })
}

function parseHeader(line: string): { hash: string; kind: ObjectKind; size: number } | null {
  const [, hash = '', kind, size] = /^([0-9a-f]+) (blob|tree|commit|tag) (\d+)$/.exec(line) ?? []
  return kind === undefined ? null : { hash, kind: kind as ObjectKind, size: Number(size) }
}

/** Of one that says something of others. */
const largestCommit = 16 * 2 ** 20

type CommitHead = { tree: string; parents: string[] }

/** Null when there is no such commit. */
export async function readCommit(
  place: Pick<GitPlace, 'reader'>,
  commit: string,
): Promise<CommitHead | null> {
  const [found] = await readObjects(place, [requireHash(commit)], largestCommit)
  if (found?.kind !== 'commit') return null
  const [header = ''] = found.content.toString('latin1').split('\n\n', 1)
  const lines = header.split('\n')
  const valuesOf = (key: string): string[] =>
    lines.flatMap((line) => (line.startsWith(`${key} `) ? [line.slice(key.length + 1)] : []))
  return { tree: requireHash(valuesOf('tree')[0] ?? ''), parents: valuesOf('parent') }
}

/** Of a commit, or the tree itself; null when there is none. */
export async function treeOf(
  { reader }: Pick<GitPlace, 'reader'>,
  name: string,
): Promise<string | null> {
  return reader.ask(async ({ say, line }) => {
    say(`info ${requireHash(name)}^{tree}\n`)
    return parseHeader(await line())?.hash ?? null
  })
}

import type { ChangeDiff } from '../schema/api/changes.ts'
import type { FileDiff } from '../schema/change-views.ts'
import type { ChangeRevision } from '../schema/stored-change.ts'
import type { ChangedFile, Repository } from './repository.ts'

/** More than that nobody reads on a page; git has the rest. */
const most = { files: 200, fileBytes: 200_000, allBytes: 3_000_000 }

/** Neither a document nor a dataset: these have many names, code has few. */
const isCode = /(?:\.[cm]?[jt]sx?|\.ya?ml|\.toml|(?:^|\/)(?:package|package-lock|tsconfig)\.json)$/i

type DiffOptions = {
  /** Of the flow in the repository; empty: its root. */
  folder: string
  /** Whether who asks may see texts of documents of the split that engineers see. */
  seesDocuments: boolean
}

/** What would be merged, or was, file by file; nothing while two sides are in conflict. */
export async function fileDiffs(
  repository: Pick<Repository, 'changedFiles' | 'readFile'>,
  revision: Pick<ChangeRevision, 'base' | 'tree' | 'policyFiles'> | null,
  { folder, seesDocuments }: DiffOptions,
): Promise<ChangeDiff> {
  if (revision === null || revision.tree === null) return { tree: null, files: [], leftOut: 0 }
  const { base, tree, policyFiles } = revision
  const all = inReadingOrder(await repository.changedFiles(base, tree), folder)
  const files: FileDiff[] = []
  let left = most.allBytes
  for (const { path, status, agent } of all.slice(0, most.files)) {
    const withheld = !seesDocuments && agent === null && !isCode.test(path)
    const side = (of: string, isThere: boolean) =>
      isThere && !withheld ? readSide(repository, { of, path, left }) : noSide
    const before = await side(base, status !== 'added')
    const after = await side(tree, status !== 'removed')
    left -= before.bytes + after.bytes
    const tooLong = before.tooLong || after.tooLong
    const isPolicy = policyFiles.includes(path)
    files.push({
      path,
      agent,
      status,
      isPolicy,
      withheld,
      tooLong,
      before: before.text,
      after: after.text,
    })
  }
  return { tree, files, leftOut: all.length - files.length }
}

const noSide = { text: null, bytes: 0, tooLong: false }

async function readSide(
  repository: Pick<Repository, 'readFile'>,
  { of, path, left }: { of: string; path: string; left: number },
): Promise<{ text: string | null; bytes: number; tooLong: boolean }> {
  const content = await repository.readFile(of, path, Math.min(most.fileBytes, left))
  if (content === null) return { text: null, bytes: 0, tooLong: true }
  return { text: textIn(content), bytes: content.length, tooLong: false }
}

/** Null: it is no text. */
function textIn(content: Uint8Array): string | null {
  if (content.includes(0)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** Agents first: they are what a change is about. */
function inReadingOrder(files: ChangedFile[], folder: string) {
  const named = files.map((file) => ({ ...file, agent: agentOf(file.path, folder) }))
  const rank = ({ agent }: { agent: string | null }): number => (agent === null ? 1 : 0)
  return named.toSorted((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1))
}

function agentOf(path: string, folder: string): string | null {
  const start = folder === '' ? 'agents/' : `${folder.replace(/\/+$/, '')}/agents/`
  if (!path.startsWith(start)) return null
  const [agent, ...inside] = path.slice(start.length).split('/')
  return inside.length === 0 ? null : (agent ?? null)
}

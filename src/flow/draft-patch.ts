import { existsSync } from 'node:fs'
import path from 'node:path'
import { unifiedDiff } from '../lib/unified-diff.ts'
import type { FlowContent } from '../schema/flow-manifest.ts'

type Versions = Record<'base' | 'draft', { manifest: Pick<FlowContent, 'agents'> }>

/**
 * What differs between two versions of a flow, for `git apply` in the folder of its repository, or in
 * the flow's own folder when it is in none.
 */
export function draftPatch(directory: string, { base, draft }: Versions): string {
  const prefix = path.relative(repositoryOf(directory), directory).split(path.sep)
  const before = filesOf(base.manifest)
  const after = filesOf(draft.manifest)
  return [...new Set([...before.keys(), ...after.keys()])]
    .toSorted()
    .map((name) => {
      const file = [...prefix, 'agents', name].filter((part) => part !== '').join('/')
      return unifiedDiff(file, before.get(name) ?? null, after.get(name) ?? null)
    })
    .join('')
}

function filesOf({ agents }: Pick<FlowContent, 'agents'>): Map<string, string> {
  return new Map(
    agents.flatMap(({ name, files }) =>
      files.map((file) => [`${name}/${file.name}`, file.text] as const),
    ),
  )
}

/** The nearest folder above with a `.git`, which is a file in a worktree. */
function repositoryOf(directory: string): string {
  for (let folder = directory; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, '.git'))) return folder
    if (path.dirname(folder) === folder) return directory
  }
}

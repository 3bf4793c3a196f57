import { shortHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { FlowContent } from '../schema/flow-manifest.ts'
import type { StoredPerson } from '../store/people.ts'
import type { Store } from '../store/store.ts'
import type { ChangeHost } from './change-host.ts'

type Host = ChangeHost & { store: Pick<Store, 'drafts'> }

/** Files of agents are texts of some kilobytes. */
const mostBytes = 1_000_000

/**
 * A draft of the page as a commit of who made it, on a branch of its own on top of the protected branch.
 * @returns the branch
 * @throws UserFacingError draft-not-found, draft-outdated, branch-not-found
 */
export async function commitDraft(
  { store, flows, changes: { repository, settings } }: Host,
  { id, name, email }: Pick<StoredPerson, 'id' | 'name' | 'email'>,
  version: string,
): Promise<string> {
  const draft = await store.drafts.get(version)
  // Who proposes another one's draft could have the other one approve it.
  if (draft === null || draft.author !== id) {
    throw new UserFacingError('draft-not-found', 'There is no such draft, or it is not yours.')
  }
  const branch = `proofloop/draft-${shortHash(version)}`
  if ((await repository.commitOf(branch)) !== null) return branch
  const base = await repository.commitOf(settings.branch)
  if (base === null) {
    throw new UserFacingError('branch-not-found', `The repository has no ${settings.branch}.`)
  }
  const before = filesOf((await flows.get(draft.base)).manifest)
  const after = filesOf((await flows.get(version)).manifest)
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  const changed = names.filter((file) => before.get(file) !== after.get(file))
  const folder = settings.folder.replace(/\/+$/, '')
  const files = changed.map((file) => {
    const text = after.get(file)
    const path = [folder, 'agents', file].filter((part) => part !== '').join('/')
    return {
      path,
      before: before.get(file) ?? null,
      content: text === undefined ? null : bytesOf(text),
    }
  })
  for (const file of files) {
    const there = await repository.readFile(base, file.path, mostBytes)
    const isSame = there === null ? file.before === null : textOf(there) === file.before
    if (!isSame) throw outdated(file.path, settings.branch)
  }
  await repository.commitFiles({
    branch,
    base,
    files: files.map(({ path, content }) => ({ path, content })),
    message: `Change ${draft.agent}\n\nDraft ${shortHash(version)} of the page Flow.\n`,
    author: { name, email },
  })
  return branch
}

function filesOf({ agents }: Pick<FlowContent, 'agents'>): Map<string, string> {
  return new Map(
    agents.flatMap(({ name, files }) =>
      files.map((file) => [`${name}/${file.name}`, file.text] as const),
    ),
  )
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** To take it over anyhow would undo what others did. */
function outdated(path: string, branch: string): UserFacingError {
  return new UserFacingError(
    'draft-outdated',
    `${path} on ${branch} is not what the draft was made from. Bring the flow's folder up to date with ${branch}, and make the draft again.`,
  )
}

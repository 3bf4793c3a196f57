import { shortHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { FlowContent } from '../schema/flow-manifest.ts'
import type { StoredDraft } from '../schema/stored-draft.ts'
import type { StoredPerson } from '../store/people.ts'
import type { Store } from '../store/store.ts'
import { agentPath, filesAt, readAgentFile } from './branch-agents.ts'
import { branchOfDraft } from './draft-branch.ts'
import type { ChangeHost } from './change-host.ts'
import type { Repository } from './repository.ts'

type Host = ChangeHost & { store: Pick<Store, 'drafts'> }

export type ProposedDraft = {
  version: string
  /** Also where the protected branch has no such agent: it is then proposed with all of its files. */
  anew: boolean
}

/**
 * A draft of the page as a commit of who made it, on a branch of its own on top of the protected branch.
 * @returns the branch
 * @throws UserFacingError draft-not-found, draft-outdated, agent-not-on-branch, branch-not-found
 */
export async function commitDraft(
  host: Host,
  { id, name, email }: Pick<StoredPerson, 'id' | 'name' | 'email'>,
  { version, anew }: ProposedDraft,
): Promise<string> {
  const { repository, settings } = host.changes
  const draft = await host.store.drafts.get(version, id)
  // Who proposes another one's draft could have the other one approve it.
  if (draft === null || draft.author !== id) {
    throw new UserFacingError('draft-not-found', 'There is no such draft, or it is not yours.')
  }
  const base = await repository.commitOf(settings.branch)
  if (base === null) {
    throw new UserFacingError('branch-not-found', `The repository has no ${settings.branch}.`)
  }
  const { branch, isThere: isCommitted } = await branchOf(repository, draft, base)
  if (isCommitted) return branch
  const isThere = (await filesAt(host.changes, base, draft.agent)).length > 0
  if (!isThere && !anew) throw notThere(draft.agent, settings.branch)
  const files = await writtenFiles(host, draft, isThere)
  for (const file of files) {
    if ((await readAgentFile(host.changes, base, file.name)) !== file.before)
      throw outdated(file.path, settings.branch)
  }
  await repository.commitFiles({
    branch,
    base,
    files: files.map(({ path, content }) => ({ path, content })),
    message: `${isThere ? 'Change' : 'Add'} ${draft.agent}\n\nDraft ${shortHash(version)} of the page Flow.\n`,
    author: { name, email },
  })
  return branch
}

/** Of this draft alone. What is merged by now was undone since, if it is proposed again: then it takes another one. */
async function branchOf(
  repository: Repository,
  draft: StoredDraft,
  onto: string,
): Promise<{ branch: string; isThere: boolean }> {
  const name = branchOfDraft(draft)
  for (let n = 1; ; n += 1) {
    const branch = n === 1 ? name : `${name}-${n}`
    const head = await repository.commitOf(branch)
    if (head === null) return { branch, isThere: false }
    const { count } = await repository.commits(onto, head, 1)
    if (count > 0) return { branch, isThere: true }
  }
}

/** What differs from what the draft was made from; of an agent that is not there, all of it. */
async function writtenFiles(
  { flows, changes }: Pick<Host, 'flows' | 'changes'>,
  { agent, base, version }: StoredDraft,
  isThere: boolean,
): Promise<{ name: string; path: string; before: string | null; content: Uint8Array | null }[]> {
  const after = filesOf((await flows.get(version)).manifest, agent)
  const before = isThere
    ? filesOf((await flows.get(base)).manifest, agent)
    : new Map<string, string>()
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  const changed = names.filter((file) => before.get(file) !== after.get(file))
  return changed.map((file) => {
    const text = after.get(file)
    return {
      name: file,
      path: agentPath(changes, file),
      before: before.get(file) ?? null,
      content: text === undefined ? null : bytesOf(text),
    }
  })
}

function filesOf({ agents }: Pick<FlowContent, 'agents'>, agent: string): Map<string, string> {
  const own = agents.find(({ name }) => name === agent)?.files ?? []
  return new Map(own.map(({ name, text }) => [`${agent}/${name}`, text]))
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** To take it over anyhow would undo what others did. */
function outdated(path: string, branch: string): UserFacingError {
  return new UserFacingError(
    'draft-outdated',
    `${path} on ${branch} is not what the draft was made from. Keep what you wrote, reload the page Flow, and edit it as it is on ${branch} now.`,
  )
}

/** Whoever took it away had a reason: it does not come back unless somebody says so. */
function notThere(agent: string, branch: string): UserFacingError {
  return new UserFacingError(
    'agent-not-on-branch',
    `${branch} has no agent ${agent}: it was taken away there, or never was there. Where it is meant to be, propose it anew, with all of its files.`,
  )
}

import type { FlowLibrary } from '../flow/flow-library.ts'
import { contentHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { FlowManifest } from '../schema/flow-manifest.ts'
import { agentOnBranch } from './branch-agents.ts'
import type { ChangeSource } from './change-host.ts'

type Host = { flows: FlowLibrary; changes: ChangeSource | null }

type AgentFile = FlowManifest['agents'][number]['files'][number]

export type DraftBase = {
  version: string
  files: AgentFile[]
  /** The protected branch, from which its files are; null: they are those in use. */
  branch: string | null
}

/**
 * What a draft of an agent starts from: the version in use, with the files of the agent that the protected branch
 * has now, which the flow's folder may not have yet.
 * @throws UserFacingError unknown-agent, those of the repository, and of agents that cannot be loaded
 */
export async function draftBase({ flows, changes }: Host, agent: string): Promise<DraftBase> {
  const current = await flows.get((await flows.current()).hash)
  const inUse = filesOf(current, agent)
  if (inUse.length === 0) throw unknownAgent(current.manifest)
  const files = changes === null ? [] : await agentOnBranch(changes, agent)
  if (changes === null || files.length === 0) {
    return { version: current.hash, files: inUse, branch: null }
  }
  const newest = await flows.withFiles({ agent, files })
  return { version: newest.hash, files: filesOf(newest, agent), branch: changes.settings.branch }
}

/**
 * The base of a draft that was begun at a version: of its agent it is the same.
 * @throws UserFacingError draft-outdated, and those of `draftBase`
 */
export async function requireDraftBase(
  host: Host,
  { agent, base: begun }: { agent: string; base?: string | undefined },
): Promise<DraftBase> {
  const base = await draftBase(host, agent)
  if (begun === undefined || begun === base.version) return base
  const before = filesOf(await host.flows.get(begun), agent)
  if (contentHash(before) === contentHash(base.files)) return base
  throw new UserFacingError(
    'draft-outdated',
    `The files of ${agent} have changed ${base.branch === null ? "in the flow's folder" : `on ${base.branch}`} since you began. Keep what you wrote, reload the page Flow, and edit them as they are now.`,
  )
}

function unknownAgent({ agents }: FlowManifest): UserFacingError {
  const known = agents.map(({ name }) => name).join(', ')
  return new UserFacingError('unknown-agent', `There is no such agent. There are: ${known}.`)
}

function filesOf({ manifest }: { manifest: FlowManifest }, agent: string): AgentFile[] {
  return manifest.agents.find(({ name }) => name === agent)?.files ?? []
}

import { rm } from 'node:fs/promises'
import path from 'node:path'
import { loadAgents } from '../agent/load-agents.ts'
import { contentHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import { AgentFileName, FlowManifest } from '../schema/flow-manifest.ts'
import type { FlowVersion } from '../schema/stored-review.ts'
import { readManifest, unpackManifest } from './flow-manifest.ts'
import { type Flow, openFlow, type OpenFlowOptions } from './open-flow.ts'

/** Versions of one flow; each is named by the hash of its content and never changes. */
export type FlowLibrary = {
  /** Where the version in use is. */
  directory: string
  /** What is in the flow's folder now. @throws UserFacingError as `openFlow` does */
  current(): Promise<FlowVersion>
  /** @throws UserFacingError flow-version-not-found */
  get(hash: string): Promise<FlowVersion>
  /**
   * The version in use with other texts in files of one agent; kept when its agents can be loaded.
   * @throws UserFacingError unknown-agent, draft-file-name, draft-unchanged, agent-file-invalid and the like
   */
  draft(change: FlowChange): Promise<{ base: FlowVersion; draft: FlowVersion }>
  /** @throws UserFacingError flow-version-not-found, unknown-agent, price-unknown */
  open(hash: string, options?: OpenVersionOptions): Promise<Flow>
}

type FlowChange = { agent: string; files: { name: string; text: string }[] }
type OpenVersionOptions = Pick<OpenFlowOptions, 'agents' | 'answers' | 'budget'>

type Kept = {
  put(version: Omit<FlowVersion, 'createdAt'>): Promise<void>
  get(hash: string): Promise<FlowVersion | null>
}

export type FlowLibraryOptions = {
  /** The flow's folder, which holds `agents/`. */
  directory: string
  /** Where versions are laid out; it can be deleted while nothing runs. */
  versionsFolder: string
  kept: Kept
  /** Version of Proofloop. */
  engine: string
  env: Record<string, string | undefined>
}

export function createFlowLibrary(options: FlowLibraryOptions): FlowLibrary {
  const { directory, kept, engine, env } = options
  const folderOf = (hash: string): string => path.join(options.versionsFolder, hash)

  async function keep(manifest: FlowManifest): Promise<FlowVersion> {
    const hash = contentHash(manifest)
    const known = await kept.get(hash)
    if (known !== null) return known
    await kept.put({ hash, name: path.basename(directory), manifest: jsonOf(manifest) })
    return get(hash)
  }
  async function get(hash: string): Promise<FlowVersion> {
    const version = await kept.get(hash)
    if (version !== null) return version
    throw new UserFacingError('flow-version-not-found', 'There is no such version of the flow.')
  }
  const current = async (): Promise<FlowVersion> => keep(await readManifest(directory, engine))

  return {
    directory,
    current,
    get,
    async draft(change) {
      const base = await current()
      const manifest = changeManifest(FlowManifest.parse(base.manifest), change)
      await requireLoadable(manifest, change.agent, folderOf(contentHash(manifest)))
      return { base, draft: await keep(manifest) }
    },
    async open(hash, { agents, answers, budget } = {}) {
      const manifest = FlowManifest.parse((await get(hash)).manifest)
      await unpackManifest(manifest, folderOf(hash))
      return openFlow(directory, {
        agentsFolder: path.join(folderOf(hash), 'agents'),
        config: { models: manifest.models },
        env,
        agents,
        answers,
        budget,
      })
    },
  }
}

/** Whether an agent of the version has a prompt. */
export function asksModels({ manifest }: Pick<FlowVersion, 'manifest'>): boolean {
  const { agents } = FlowManifest.parse(manifest)
  return agents.some(({ files }) => files.some(({ name }) => /\.(prompty|jinja2)$/.test(name)))
}

function changeManifest(base: FlowManifest, { agent, files }: FlowChange): FlowManifest {
  const changed = base.agents.find(({ name }) => name === agent)
  if (changed === undefined) {
    const known = base.agents.map(({ name }) => name).join(', ')
    throw new UserFacingError('unknown-agent', `There is no such agent. There are: ${known}.`)
  }
  const texts = new Map(changed.files.map(({ name, text }) => [name, text]))
  for (const { name, text } of files) {
    if (!AgentFileName.safeParse(name).success) {
      const sentence =
        'A file of a draft has the name of a file only, without a folder, and ends in .prompty, .md, .yaml or .jinja2.'
      throw new UserFacingError('draft-file-name', sentence)
    }
    texts.set(name, text)
  }
  const newFiles = [...texts].map(([name, text]) => ({ name, text }))
  const sorted = newFiles.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const agents = base.agents.map((one) => (one === changed ? { ...one, files: sorted } : one))
  const manifest = { ...base, agents }
  if (contentHash(manifest) !== contentHash(base)) return manifest
  throw new UserFacingError('draft-unchanged', 'The draft is the same as the version in use.')
}

async function requireLoadable(manifest: FlowManifest, agent: string, folder: string) {
  await unpackManifest(manifest, folder)
  try {
    await loadAgents(path.join(folder, 'agents'), [agent])
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** As it comes back from where it is kept. */
function jsonOf(manifest: FlowManifest): FlowVersion['manifest'] {
  return JSON.parse(JSON.stringify(manifest))
}

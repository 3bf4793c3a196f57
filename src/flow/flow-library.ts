import { rm } from 'node:fs/promises'
import path from 'node:path'
import { modelsOf } from '../agent/agent.ts'
import { loadAgents } from '../agent/load-agents.ts'
import { createRuleEngines } from '../agent/rule-engines.ts'
import { createDocumentReader, type DocumentReader } from '../document/document-reader.ts'
import { contentHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import { type Connections, type ConnectionsOptions, openConnections } from '../model/connections.ts'
import type { Bundle } from '../schema/bundle.ts'
import { AgentFileName, type FlowContent, FlowManifest } from '../schema/flow-manifest.ts'
import type { FlowVersion } from '../schema/stored-review.ts'
import { readContent, unpackContent } from './flow-content.ts'
import { loadConfig } from './load-config.ts'
import { typesIn, versionOf } from './flow-version.ts'
import { type Flow, openFlow, type OpenFlowOptions } from './open-flow.ts'

/** Versions of one flow; each is named by the hash of its content and never changes. */
export type FlowLibrary = {
  /** The flow's folder, where the version in use is. */
  directory: string
  /** For all versions: starting readers and rule engines takes long. */
  documents: DocumentReader
  /** The same with OCR, in a process of its own: what it reads takes minutes. */
  scans: DocumentReader
  /** What is in the flow's folder now. @throws UserFacingError as `openFlow` does */
  current(): Promise<FlowVersion>
  /** @throws UserFacingError flow-version-not-found, flow-version-unreadable */
  get(hash: string): Promise<OpenedVersion>
  /**
   * The version in use with other texts in files of one agent; kept when its agents can be loaded.
   * @throws UserFacingError unknown-agent, draft-file-name, draft-unchanged, agent-file-invalid and the like
   */
  draft(change: FlowChange): Promise<{ base: FlowVersion; draft: FlowVersion }>
  /**
   * The agents of a bundle, asking the models of this flow; kept when they can be loaded.
   * @throws UserFacingError model-alias-unknown, unknown-agent, agent-file-invalid and the like
   */
  adopt(bundle: Bundle, options: AdoptOptions): Promise<FlowVersion>
  /** Whoever opens it closes it. @throws UserFacingError as `get`, unknown-agent, price-unknown */
  open(hash: string, options?: OpenVersionOptions): Promise<Flow>
  /** The same, opened once for everybody and closed with the library. */
  use(hash: string): Promise<Flow>
} & AsyncDisposable

type OpenedVersion = Omit<FlowVersion, 'manifest'> & { manifest: FlowManifest }
type AdoptOptions = {
  /** What the version is called. */
  name: string
  /** Those that are to run; all when left out. */
  agents?: string[]
}
type FlowChange = { agent: string; files: { name: string; text: string }[] }
type OpenVersionOptions = Pick<OpenFlowOptions, 'agents' | 'answers' | 'budget'>

type Kept = {
  put(version: Omit<FlowVersion, 'createdAt'>): Promise<void>
  get(hash: string): Promise<FlowVersion | null>
}

export type FlowLibraryOptions = {
  /** Holds `agents/`. */
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
  const documents = createDocumentReader()
  const scans = createDocumentReader({ ocr: true, children: 1 })
  const rules = createRuleEngines()
  const inUse = new Map<string, Promise<Flow>>()
  const connections = createSharedConnections({ env, directory })
  const folderOf = (hash: string): string => path.join(options.versionsFolder, hash)

  async function keep(content: FlowContent, name?: string): Promise<FlowVersion> {
    const hash = contentHash(content)
    const known = await kept.get(hash)
    if (known !== null) return known
    await unpackContent(content, folderOf(hash))
    const types = await loadTypes(folderOf(hash))
    await kept.put({
      ...versionOf(content, { directory, types }),
      ...(name !== undefined && { name }),
    })
    return get(hash)
  }
  async function get(hash: string): Promise<OpenedVersion> {
    const version = await kept.get(hash)
    if (version === null) {
      throw new UserFacingError('flow-version-not-found', 'There is no such version of the flow.')
    }
    const manifest = FlowManifest.safeParse(version.manifest)
    if (manifest.success) return { ...version, manifest: manifest.data }
    const sentence = 'This version of the flow was kept by another Proofloop and cannot be run.'
    throw new UserFacingError('flow-version-unreadable', sentence, { cause: manifest.error })
  }
  const current = async (): Promise<FlowVersion> => keep(await readContent(directory, engine))

  async function open(hash: string, options: OpenVersionOptions = {}): Promise<Flow> {
    const { manifest } = await get(hash)
    await unpackContent(manifest, folderOf(hash))
    const { models, paragraphsPerChunk } = manifest
    const own = { agentsFolder: path.join(folderOf(hash), 'agents'), config: { models } }
    const shared = { env, connections: connections.to(models), rules, documents }
    return openFlow(directory, { ...options, ...own, ...shared, paragraphsPerChunk })
  }
  function use(hash: string): Promise<Flow> {
    const opened = inUse.get(hash) ?? open(hash)
    inUse.set(hash, opened)
    opened.catch(() => inUse.delete(hash))
    return opened
  }
  return {
    directory,
    documents,
    scans,
    current,
    get,
    open,
    use,
    async adopt({ agents, models: sent, paragraphsPerChunk }, { name, agents: wanted }) {
      const models = withParameters(loadConfig(directory).models, sent)
      const version = await keep({ engine, paragraphsPerChunk, agents, models }, name)
      await requireModels(path.join(folderOf(version.hash), 'agents'), wanted, Object.keys(models))
      return version
    },
    async draft(change) {
      const base = await current()
      return { base, draft: await keep(changeContent((await get(base.hash)).manifest, change)) }
    },
    async [Symbol.asyncDispose]() {
      await closeAll([...(await openedOf(inUse.values())), documents, scans, rules])
      await connections[Symbol.asyncDispose]()
    },
  }
}

/** What runs at the same time keeps to the limits of an account together. */
function createSharedConnections(options: Omit<ConnectionsOptions, 'models'>) {
  const open = new Map<string, Connections>()
  return {
    to(models: ConnectionsOptions['models']): Connections {
      const key = contentHash(models)
      const found = open.get(key) ?? openConnections({ ...options, models })
      open.set(key, found)
      return found
    },
    async [Symbol.asyncDispose]() {
      for (const own of open.values()) await own[Symbol.asyncDispose]()
    },
  }
}

async function closeAll(held: AsyncDisposable[]): Promise<void> {
  await Promise.all(held.map((one) => one[Symbol.asyncDispose]()))
}

async function openedOf(opening: Iterable<Promise<Flow>>): Promise<Flow[]> {
  const opened = await Promise.allSettled(opening)
  return opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

function changeContent(manifest: FlowManifest, { agent, files }: FlowChange): FlowContent {
  const { types: _types, ...base } = manifest
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
  const content = { ...base, agents }
  if (contentHash(content) !== contentHash(base)) return content
  throw new UserFacingError('draft-unchanged', 'The draft is the same as the version in use.')
}

function withParameters(models: FlowContent['models'], sent: Bundle['models']) {
  const changed = Object.entries(models).map(([alias, settings]) => {
    const { parameters } = sent[alias] ?? settings
    return [alias, { ...settings, parameters }] as const
  })
  return Object.fromEntries(changed)
}

/** @throws UserFacingError model-alias-unknown, unknown-agent */
async function requireModels(
  folder: string,
  wanted: string[] | undefined,
  known: string[],
): Promise<void> {
  const agents = await loadAgents(folder, wanted, { gap: () => null })
  for (const agent of agents) {
    const aliases = agent.status === 'loaded' ? modelsOf(agent) : []
    const unknown = aliases.find((alias) => !known.includes(alias))
    if (unknown === undefined) continue
    throw new UserFacingError(
      'model-alias-unknown',
      `The agent ${agent.name} asks a model ${printable(unknown)}, which this server does not have. It has: ${known.join(', ') || 'none'}.`,
    )
  }
}

/** What cannot be loaded is not kept. */
async function loadTypes(folder: string): Promise<FlowManifest['types']> {
  try {
    return await typesIn(folder)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

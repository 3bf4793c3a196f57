import path from 'node:path'
import { createDocumentReader, type DocumentReader } from '../document/document-reader.ts'
import { UserFacingError } from '../lib/errors.ts'
import type { Bundle } from '../schema/bundle.ts'
import type { FlowVersion } from '../schema/stored-review.ts'
import type { EnvironmentName } from '../schema/environment.ts'
import {
  contentIn,
  environmentOf,
  modelsHash,
  modelsNow,
  noEnvironments,
  type RunEnvironments,
} from './environment-models.ts'
import { changedContent, contentWith, type FlowChange } from './change-content.ts'
import { adoptBundle, type AdoptOptions } from './adopt-bundle.ts'
import { readContent } from './flow-content.ts'
import {
  createKeptVersions,
  type KeptVersions,
  type KeptVersionsOptions,
  type OpenedVersion,
} from './kept-versions.ts'
import { loadConfig } from './load-config.ts'
import { type Flow, openFlow, type OpenFlowOptions, pricesAsked } from './open-flow.ts'
import { createRunServices } from './run-services.ts'

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
   * A version, the one in use when left out, with other texts in files of one agent; kept when its agents can be loaded.
   * @throws UserFacingError flow-version-not-found, flow-version-unreadable, unknown-agent, draft-file-name, draft-unchanged, agent-file-invalid and the like
   */
  draft(change: FlowChange & { base?: string }): Promise<{ base: FlowVersion; draft: FlowVersion }>
  /**
   * The version in use with these files in the folder of one agent and no others; itself when it has them.
   * @throws UserFacingError as `draft` does, but draft-unchanged
   */
  withFiles(change: FlowChange): Promise<OpenedVersion>
  /**
   * The agents of a bundle, asking the models that are for it here; kept when they can be loaded.
   * @throws UserFacingError model-alias-unknown, unknown-agent, agent-file-invalid and the like
   */
  adopt(bundle: Bundle, options: AdoptOptions): Promise<FlowVersion>
  /** In which of the server's environments it runs; null: in none. @throws UserFacingError as `get` */
  environmentOf(hash: string): Promise<EnvironmentName | null>
  /** Of the models that an environment of the server has now; null: of none. */
  modelsHash(environment: EnvironmentName | null): string | null
  /** Of the models that cost something when it runs, by alias. @throws UserFacingError as `open` */
  prices(hash: string, agents?: string[]): Promise<ReturnType<typeof pricesAsked>>
  /** Whoever opens it closes it. @throws UserFacingError as `get`, flow-with-code, unknown-agent, price-unknown */
  open(hash: string, options?: OpenVersionOptions): Promise<Flow>
  /** The same, opened once for everybody and closed with the library. */
  use(hash: string): Promise<Flow>
} & AsyncDisposable

type OpenVersionOptions = Pick<OpenFlowOptions, 'agents' | 'answers' | 'budget'> & {
  /** Whether code of the flow is left out: who opens it runs that where it reaches nothing. */
  withoutCode?: boolean
  /** Whether it runs over hidden examples: then nobody else waits for what it asks of models and rules. */
  hidden?: boolean
}

export type FlowLibraryOptions = KeptVersionsOptions & {
  /** Version of Proofloop. */
  engine: string
  env: Record<string, string | undefined>
  /** With whose connections versions run; each with its own when left out. */
  environments?: RunEnvironments
}

export function createFlowLibrary(options: FlowLibraryOptions): FlowLibrary {
  const { directory, engine, env, environments = noEnvironments } = options
  const documents = createDocumentReader()
  const scans = createDocumentReader({ ocr: true, children: 1 })
  const inUse = new Map<string, Promise<Flow>>()
  const services = createRunServices({ env, directory })
  const servicesOfHidden = createRunServices({ env, directory })
  const versions = createKeptVersions(options)
  const current = async (): Promise<FlowVersion> =>
    versions.keep(contentIn(await readContent(directory, engine), environments.own, environments))

  async function open(
    hash: string,
    { withoutCode = false, hidden = false, ...options }: OpenVersionOptions = {},
  ): Promise<Flow> {
    const version = await versions.get(hash)
    const codeApart = version.manifest.code !== undefined
    if (codeApart && !withoutCode) throw runsNoCode()
    await versions.layOut(version)
    const { paragraphsPerChunk } = version.manifest
    const models = modelsNow(version.manifest, environments)
    const own = { agentsFolder: path.join(versions.folderOf(hash), 'agents'), config: { models } }
    const { connections, rules } = hidden ? servicesOfHidden : services
    const shared = { env, codeApart, connections: connections.to(models), rules, documents }
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
    get: async (hash) => versions.get(hash),
    open,
    use,
    async adopt(bundle, wanted) {
      const own = { engine, models: loadConfig(directory).models }
      const here = contentIn(own, wanted.environment ?? environments.foreign, environments)
      return adoptBundle(versions, { bundle, ...here }, wanted)
    },
    environmentOf: async (hash) => environmentOf((await versions.get(hash)).manifest, environments),
    modelsHash: (environment) => modelsHash(environment, environments),
    async prices(hash, agents) {
      await using flow = await open(hash, { agents, withoutCode: true })
      return pricesAsked(flow)
    },
    ...changing(versions, current),
    async [Symbol.asyncDispose]() {
      await closeAll([...(await openedOf(inUse.values())), documents, scans])
      await closeAll([services, servicesOfHidden])
    },
  }
}

/** Other versions, made of one that is there. */
function changing(
  versions: Pick<KeptVersions, 'get' | 'keep'>,
  current: FlowLibrary['current'],
): Pick<FlowLibrary, 'draft' | 'withFiles'> {
  return {
    async draft(change) {
      const base = await versions.get(change.base ?? (await current()).hash)
      return { base, draft: await versions.keep(changedContent(base.manifest, change)) }
    },
    async withFiles(change) {
      const { manifest } = await versions.get((await current()).hash)
      return versions.keep(contentWith(manifest, change))
    },
  }
}

/** Here it would have the rights of the server. */
function runsNoCode(): UserFacingError {
  return new UserFacingError(
    'flow-with-code',
    'This version of the flow has code, which a server runs only to measure it, on the split evaluation and in the gate, where it reaches neither data nor keys. Review documents with it on your own machine: proofloop review --flow.',
  )
}

async function closeAll(held: AsyncDisposable[]): Promise<void> {
  await Promise.all(held.map((one) => one[Symbol.asyncDispose]()))
}

async function openedOf(opening: Iterable<Promise<Flow>>): Promise<Flow[]> {
  const opened = await Promise.allSettled(opening)
  return opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

import { rm } from 'node:fs/promises'
import path from 'node:path'
import { contentHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import { type FlowContent, FlowManifest } from '../schema/flow-manifest.ts'
import type { FlowVersion } from '../schema/stored-review.ts'
import { unpackContent } from './flow-content.ts'
import { typesIn, versionOf } from './flow-version.ts'

export type OpenedVersion = Omit<FlowVersion, 'manifest'> & { manifest: FlowManifest }

/** Versions of a flow where they are kept, laid out in folders so that they can be loaded. */
export type KeptVersions = {
  /**
   * Keeps what can be loaded; a version that is there stays as it is.
   * @param name the folder's, when left out
   * @throws UserFacingError of agents that cannot be loaded
   */
  keep(content: FlowContent, name?: string): Promise<OpenedVersion>
  /** @throws UserFacingError flow-version-not-found, flow-version-unreadable */
  get(hash: string): Promise<OpenedVersion>
  /** Holds `agents/`, once it is laid out. */
  folderOf(hash: string): string
  layOut(version: OpenedVersion): Promise<void>
}

export type KeptVersionsOptions = {
  /** The flow's own; holds `agents/`. */
  directory: string
  /** Where versions are laid out; it can be deleted while nothing runs. */
  versionsFolder: string
  kept: {
    put(version: Omit<FlowVersion, 'createdAt'>): Promise<void>
    get(hash: string): Promise<FlowVersion | null>
  }
}

export function createKeptVersions(options: KeptVersionsOptions): KeptVersions {
  const { directory, kept } = options
  const folderOf = (hash: string): string => path.join(options.versionsFolder, hash)
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
  return {
    folderOf,
    get,
    async keep(content, name) {
      const hash = contentHash(content)
      if ((await kept.get(hash)) !== null) return get(hash)
      await unpackContent(content, folderOf(hash))
      const version = versionOf(content, { directory, types: await loadTypes(folderOf(hash)) })
      await kept.put({ ...version, name: name ?? version.name })
      return get(hash)
    },
    layOut: async ({ hash, manifest }) => unpackContent(manifest, folderOf(hash)),
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

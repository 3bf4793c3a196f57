import path from 'node:path'
import { loadAgents } from '../agent/load-agents.ts'
import { contentHash } from '../lib/content-hash.ts'
import type { FlowContent, FlowManifest } from '../schema/flow-manifest.ts'
import type { FlowVersion } from '../schema/stored-review.ts'
import { readContent } from './flow-content.ts'

export type NewVersion = Omit<FlowVersion, 'createdAt'>

/** What lies in a flow's folder now, as it is kept. @throws UserFacingError as `readContent`, and of agents */
export async function readVersion(
  directory: string,
  { engine, paragraphsPerChunk }: Pick<FlowContent, 'engine' | 'paragraphsPerChunk'>,
): Promise<NewVersion> {
  const content = { ...(await readContent(directory, engine)), paragraphsPerChunk }
  return versionOf(content, { directory, types: await typesIn(directory) })
}

/** @param flow its own folder, and the issue type of each agent */
export function versionOf(
  content: FlowContent,
  flow: { directory: string; types: FlowManifest['types'] },
): NewVersion {
  const manifest = { ...content, types: flow.types }
  return {
    hash: contentHash(content),
    name: path.basename(flow.directory),
    // As it comes back from where it is kept.
    manifest: JSON.parse(JSON.stringify(manifest)),
  }
}

/** The issue type of each agent in the folder of a flow. */
export async function typesIn(directory: string): Promise<FlowManifest['types']> {
  const agents = await loadAgents(path.join(directory, 'agents'))
  return Object.fromEntries(agents.map(({ name, type }) => [name, type]))
}

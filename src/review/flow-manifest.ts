import path from 'node:path'
import { z } from 'zod'
import { modelsOf } from '../agent/agent.ts'
import type { Flow } from '../flow/open-flow.ts'
import { contentHash } from '../lib/content-hash.ts'
import type { FlowInUse } from './review-host.ts'
import type { Store } from '../store/store.ts'

/** What is kept of a flow version: enough to say who found what with which settings. */
export const FlowManifest = z.object({
  agents: z.array(z.object({ name: z.string(), type: z.string(), hash: z.string().nullable() })),
  paragraphsPerChunk: z.int(),
  models: z.record(z.string(), z.json()),
})
export type FlowManifest = z.infer<typeof FlowManifest>

/** Paragraphs an agent sees at once. */
export const paragraphsPerChunk = 32

/** Names the flow by the hash of what decides its answers, and keeps that. */
export async function useFlow(flow: Flow, store: Pick<Store, 'flowVersions'>): Promise<FlowInUse> {
  const manifest = manifestOf(flow)
  const version = contentHash(manifest)
  const name = path.basename(flow.directory)
  await store.flowVersions.put({ hash: version, name, manifest })
  const { directory, agents, rules, models, documents } = flow
  return { directory, name, version, agents, rules, models, documents }
}

function manifestOf({ agents, models }: Flow): FlowManifest {
  const loaded = agents.filter((agent) => agent.status === 'loaded')
  const aliases = [...new Set(loaded.flatMap((agent) => modelsOf(agent)))]
  return {
    agents: agents.map((agent) => ({
      name: agent.name,
      type: agent.type,
      hash: agent.status === 'loaded' ? agent.hash : null,
    })),
    paragraphsPerChunk,
    models: Object.fromEntries(
      aliases.map((alias) => [
        alias,
        z.json().parse(JSON.parse(JSON.stringify(models.settings(alias)))),
      ]),
    ),
  }
}

import path from 'node:path'
import { modelsOf } from '../agent/agent.ts'
import { loadAgents } from '../agent/load-agents.ts'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import type { Bundle } from '../schema/bundle.ts'
import type { EnvironmentName } from '../schema/environment.ts'
import type { FlowContent } from '../schema/flow-manifest.ts'
import { withParameters } from './environment-models.ts'
import type { KeptVersions, OpenedVersion } from './kept-versions.ts'

export type AdoptOptions = {
  /** What the version is called. */
  name: string
  /** Those that are to run; all when left out. */
  agents?: string[]
  /** With whose connections; those for what comes from elsewhere when left out. */
  environment?: EnvironmentName
}

/** Makes a version of the agents of a bundle and the models that are here. */
export async function adoptBundle(
  versions: KeptVersions,
  { bundle, ...here }: { bundle: Bundle } & Pick<FlowContent, 'engine' | 'models' | 'environment'>,
  { name, agents: wanted }: AdoptOptions,
): Promise<OpenedVersion> {
  const { agents, paragraphsPerChunk } = bundle
  const models = withParameters(here.models, bundle.models)
  const code = 'code' in bundle ? { code: bundle.code } : {}
  const content = { ...here, paragraphsPerChunk, agents, models, ...code }
  const version = await versions.keep(content, name)
  await versions.layOut(version)
  await requireModels(path.join(versions.folderOf(version.hash), 'agents'), { wanted, models })
  return version
}

type Required = Pick<FlowContent, 'models'> & { wanted: string[] | undefined }

/** @throws UserFacingError model-alias-unknown, unknown-agent */
async function requireModels(folder: string, { wanted, models }: Required): Promise<void> {
  const known = Object.keys(models)
  for (const agent of await loadAgents(folder, wanted, { gap: () => null })) {
    const aliases = agent.status === 'loaded' ? modelsOf(agent) : []
    const unknown = aliases.find((alias) => !known.includes(alias))
    if (unknown === undefined) continue
    throw new UserFacingError(
      'model-alias-unknown',
      `The agent ${agent.name} asks a model ${printable(unknown)}, which this server does not have. It has: ${known.join(', ') || 'none'}.`,
    )
  }
}

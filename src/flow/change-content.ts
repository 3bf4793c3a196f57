import { contentHash } from '../lib/content-hash.ts'
import { UserFacingError } from '../lib/errors.ts'
import { AgentFileName, type FlowContent, type FlowManifest } from '../schema/flow-manifest.ts'

export type FlowChange = { agent: string; files: { name: string; text: string }[] }

/**
 * With other texts in files of one agent.
 * @throws UserFacingError unknown-agent, draft-file-name, draft-unchanged
 */
export function changedContent(manifest: FlowManifest, change: FlowChange): FlowContent {
  const content = merged(manifest, change)
  if (contentHash(content) === contentHash(contentOf(manifest))) throw unchanged()
  return content
}

/** With these files of one agent and no others. @throws UserFacingError unknown-agent, draft-file-name */
export function contentWith(manifest: FlowManifest, { agent, files }: FlowChange): FlowContent {
  const agents = manifest.agents.map((one) => (one.name === agent ? { ...one, files: [] } : one))
  return merged({ ...manifest, agents }, { agent, files })
}

function merged(manifest: FlowManifest, { agent, files }: FlowChange): FlowContent {
  const base = contentOf(manifest)
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
  return { ...base, agents }
}

function contentOf({ types: _types, ...content }: FlowManifest): FlowContent {
  return content
}

function unchanged(): UserFacingError {
  return new UserFacingError('draft-unchanged', 'The draft is the same as what it starts from.')
}

import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { listAgents } from '../agent/load-agents.ts'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import { AgentFileName, AgentFolderName, FlowContent } from '../schema/flow-manifest.ts'
import { bundleCode } from './bundle-code.ts'
import { loadConfig } from './load-config.ts'

/** Paragraphs an agent sees at once. */
const paragraphsPerChunk = 32
const longestFile = 1_000_000
const mostFiles = 2000

type AgentFiles = FlowContent['agents'][number]

/**
 * What lies in the folder of a flow now.
 * @throws UserFacingError no-agents, flow-too-large, flow-file-link, flow-agent-name, agent-file-invalid,
 * config-invalid, flow-code-invalid, flow-code-external
 */
export async function readContent(directory: string, engine: string): Promise<FlowContent> {
  const folder = path.join(directory, 'agents')
  const agents: AgentFiles[] = []
  for (const name of await listAgents(folder)) {
    if (!AgentFolderName.safeParse(name).success) throw oddName(name)
    agents.push({ name, files: await readFiles(path.join(folder, name)) })
  }
  const { models } = loadConfig(directory)
  const code = await bundleCode(directory)
  return { engine, paragraphsPerChunk, agents, models, ...(code && { code }) }
}

async function readFiles(folder: string): Promise<AgentFiles['files']> {
  const entries = await readdir(folder, { withFileTypes: true })
  const named = entries.filter((entry) => AgentFileName.safeParse(entry.name).success)
  const link = named.find((entry) => entry.isSymbolicLink())
  if (link !== undefined) throw isLink(path.join(path.basename(folder), link.name))
  const names = named
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted()
  if (names.length > mostFiles) throw tooLarge(folder)
  return Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name)
      if ((await stat(file)).size > longestFile) throw tooLarge(file)
      return { name, text: decode(await readFile(file), path.join(path.basename(folder), name)) }
    }),
  )
}

/** Lays a version out as `agents/` in `folder`, all of it or nothing; one that is there stays. */
export async function unpackContent(
  { agents }: Pick<FlowContent, 'agents'>,
  folder: string,
): Promise<void> {
  if (existsSync(folder)) return
  await mkdir(path.dirname(folder), { recursive: true })
  const draft = await mkdtemp(`${folder}.draft-`)
  try {
    for (const { name, files } of FlowContent.shape.agents.parse(agents)) {
      const agent = path.join(draft, 'agents', name)
      await mkdir(agent, { recursive: true })
      for (const file of files) await writeFile(path.join(agent, file.name), file.text)
    }
    await rename(draft, folder)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Whoever was faster has written the same.
    if (!existsSync(folder)) throw error
  }
}

/** As it is, with the mark at the beginning that some editors write. */
function decode(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    const sentence = `${printable(name)} is not UTF-8. Save it as UTF-8.`
    throw new UserFacingError('agent-file-invalid', sentence, { cause })
  }
}

/** Agents would read what a version, which holds files only, does not have. */
function isLink(name: string): UserFacingError {
  const sentence = `${printable(name)} is a link. Put the file itself into the folder of the agent.`
  return new UserFacingError('flow-file-link', sentence)
}

function oddName(name: string): UserFacingError {
  const sentence = `The agent folder ${printable(name)} cannot be kept: name it with letters, digits and hyphens.`
  return new UserFacingError('flow-agent-name', sentence)
}

function tooLarge(file: string): UserFacingError {
  const sentence = `${path.basename(file)} is too large for a file or folder of an agent. Take out what agents do not read.`
  return new UserFacingError('flow-too-large', sentence)
}

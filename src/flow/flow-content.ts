import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { listAgents } from '../agent/load-agents.ts'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import { AgentFileName, AgentFolderName, FlowContent } from '../schema/flow-manifest.ts'
import { loadConfig } from './load-config.ts'

/** Paragraphs an agent sees at once. */
const paragraphsPerChunk = 32
const longestFile = 1_000_000
const mostFiles = 2000

type AgentFiles = FlowContent['agents'][number]

/**
 * What lies in the folder of a flow now.
 * @throws UserFacingError no-agents, flow-too-large, config-invalid
 */
export async function readContent(directory: string, engine: string): Promise<FlowContent> {
  const folder = path.join(directory, 'agents')
  const agents: AgentFiles[] = []
  for (const name of await listAgents(folder)) {
    if (!AgentFolderName.safeParse(name).success) throw oddName(name)
    agents.push({ name, files: await readFiles(path.join(folder, name)) })
  }
  const { models } = loadConfig(directory)
  return { engine, paragraphsPerChunk, agents, models }
}

async function readFiles(folder: string): Promise<AgentFiles['files']> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isFile() && AgentFileName.safeParse(entry.name).success)
    .map(({ name }) => name)
    .toSorted()
  if (names.length > mostFiles) throw tooLarge(folder)
  return Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name)
      if ((await stat(file)).size > longestFile) throw tooLarge(file)
      return { name, text: await readFile(file, 'utf8') }
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

function oddName(name: string): UserFacingError {
  const sentence = `The agent folder ${printable(name)} cannot be kept: name it with letters, digits and hyphens.`
  return new UserFacingError('flow-agent-name', sentence)
}

function tooLarge(file: string): UserFacingError {
  const sentence = `${path.basename(file)} is too large for a file or folder of an agent. Take out what agents do not read.`
  return new UserFacingError('flow-too-large', sentence)
}

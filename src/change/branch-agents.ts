import { AgentFileName } from '../schema/flow-manifest.ts'
import type { ChangeSource } from './change-host.ts'

type Source = Pick<ChangeSource, 'repository'> & {
  settings: Pick<ChangeSource['settings'], 'branch' | 'folder'>
}

/** Files of agents are texts of some kilobytes. */
const mostBytes = 1_000_000

/** Where a file of an agent is in the repository, or its folder. @param name below `agents/` */
export function agentPath({ settings }: Source, name: string): string {
  const folder = settings.folder.replace(/\/+$/, '')
  return [folder, 'agents', name].filter((part) => part !== '').join('/')
}

/** Null: there is no such file, or it is no text of an agent. */
export async function readAgentFile(
  source: Source,
  commit: string,
  name: string,
): Promise<string | null> {
  const bytes = await source.repository.readFile(commit, agentPath(source, name), mostBytes)
  return bytes === null ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** Names of the files of an agent in a commit; none where it has no such agent. */
export async function filesAt(source: Source, commit: string, agent: string): Promise<string[]> {
  const names = await source.repository.filesIn(commit, agentPath(source, agent))
  return names.filter((name) => AgentFileName.safeParse(name).success)
}

/** What is in the folder of an agent on the protected branch now; none where it has no such agent. */
export async function agentOnBranch(
  source: Source,
  agent: string,
): Promise<{ name: string; text: string }[]> {
  const { repository, settings } = source
  const commit = await repository.commitOf(settings.branch)
  if (commit === null) return []
  const names = await filesAt(source, commit, agent)
  const files = names.map(async (name) => {
    return { name, text: await readAgentFile(source, commit, `${agent}/${name}`) }
  })
  return (await Promise.all(files)).flatMap(({ name, text }) =>
    text === null ? [] : [{ name, text }],
  )
}

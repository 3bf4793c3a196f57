import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../lib/errors.ts'

/** A file of an agent's folder; `name` is the folder and the file, for errors. */
export type AgentFile = { name: string; text: string }

/** @throws UserFacingError agent-file-missing */
export async function readAgentFile(file: string): Promise<AgentFile> {
  const name = path.join(path.basename(path.dirname(file)), path.basename(file))
  try {
    const text = await readFile(file, 'utf8')
    return { name, text: text.replace(/^\u{FEFF}/u, '').replaceAll('\r\n', '\n') }
  } catch (error) {
    throw new UserFacingError('agent-file-missing', `${name} cannot be read. Is it there?`, {
      cause: error,
    })
  }
}

export async function readAgentFileIfThere(file: string): Promise<AgentFile | null> {
  return existsSync(file) ? readAgentFile(file) : null
}

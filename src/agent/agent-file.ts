import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../lib/errors.ts'

/** A file of an agent's folder; `name` is the folder and the file, for errors. */
export type AgentFile = { name: string; text: string }

/** @throws UserFacingError agent-file-missing, agent-file-invalid when it is not UTF-8 */
export async function readAgentFile(file: string): Promise<AgentFile> {
  const name = path.join(path.basename(path.dirname(file)), path.basename(file))
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new UserFacingError('agent-file-missing', `${name} cannot be read. Is it there?`, {
      cause: error,
    })
  })
  return { name, text: decode(bytes, name).replaceAll('\r\n', '\n') }
}

/** Without the mark at the beginning that some editors write. */
function decode(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    const sentence = `${name} is not UTF-8. Save it as UTF-8.`
    throw new UserFacingError('agent-file-invalid', sentence, { cause: error })
  }
}

export async function readAgentFileIfThere(file: string): Promise<AgentFile | null> {
  return existsSync(file) ? readAgentFile(file) : null
}

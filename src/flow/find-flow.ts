import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserFacingError } from '../lib/errors.ts'

/** What is run where there is no other. */
export const bundledFlow = fileURLToPath(new URL('../../examples/document-review', import.meta.url))

/**
 * The folder of the flow to run: the one that is named, else the current one when it holds agents,
 * else the bundled example.
 */
export function findFlow(named: string | undefined, cwd: string): string {
  if (named === undefined) return hasAgents(cwd) ? cwd : bundledFlow
  const directory = path.resolve(cwd, named)
  if (hasAgents(directory)) return directory
  throw new UserFacingError(
    'flow-without-agents',
    `${named} is no flow: it has no folder agents/. Name a folder like examples/document-review.`,
  )
}

function hasAgents(directory: string): boolean {
  return existsSync(path.join(directory, 'agents'))
}

import path from 'node:path'
import { UserFacingError } from '../lib/errors.ts'
import type { ModelSettings } from '../schema/config.ts'
import { connectionGap, createConnection } from './connection.ts'
import type { ModelConnection } from './exchange.ts'
import { findAccess } from './provider-access.ts'
import type { Environment } from './provider-access.ts'
import { createReplayConnection } from './replay-connection.ts'

/** A model that can be asked. */
export type Connected = {
  connection: ModelConnection
  /** Tells accounts at providers apart; aliases of one account share its queue. */
  account: string
  /** Where it is, whether its settings or a variable say so. */
  baseURL: string | undefined
}

/** `gap` says in one line what to set. */
export type Connecting = Connected | { gap: string }

/** @param directory of the flow, from which files of recordings are looked for */
export function connect(
  settings: ModelSettings,
  { env, directory }: { env: Environment; directory: string },
): Connecting {
  const { provider, recordings } = settings
  if (recordings !== undefined) return replay(path.resolve(directory, recordings))
  const gap = connectionGap(settings, env)
  if (gap !== null) return { gap }
  const access = findAccess(settings, env)
  if ('gap' in access) return { gap: access.gap }
  const { baseURL, keyVariable } = access
  const account = [provider, baseURL, keyVariable ?? ''].join('\n')
  return { connection: createConnection(settings, { env }), account, baseURL }
}

function replay(file: string): Connecting {
  try {
    const connection = createReplayConnection(file)
    return { connection, account: `replay\n${file}`, baseURL: undefined }
  } catch (error) {
    if (error instanceof UserFacingError) return { gap: error.message }
    throw error
  }
}

import type { Io } from '../io.ts'
import { connectServer, type Server } from './connect-server.ts'
import { createPatience, type Patience } from './patience.ts'
import { type Needs, notAllowed, serverFault } from './server-faults.ts'

/** A server that takes our key. */
export type Remote = Server & {
  /** Whose key it is. */
  person: string
  patience: Patience
  signal: AbortSignal
}

/**
 * Asks who the key is of, so that what is wrong with server or key is told before a file is sent.
 * @throws UserFacingError server-…
 */
export async function openRemote(address: string, needs: Needs, io: Io): Promise<Remote> {
  const server = connectServer(address, io.env)
  const { signal } = io
  try {
    const { person, permissions } = await server.client.people.me(undefined, { signal })
    const missing = needs.permissions.filter((one) => !permissions.includes(one))
    if (missing.length > 0) throw notAllowed(server.url, needs, missing)
    return { ...server, person: person.id, patience: createPatience(io), signal }
  } catch (error) {
    throw serverFault(error, server.url, needs)
  }
}

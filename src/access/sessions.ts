import type { InternalAdapter } from 'better-auth'

type OpenSession = {
  id: string
  userAgent: string | null
  createdAt: number
  expiresAt: number
}

/** Where a person is signed in. */
export type Sessions = {
  list(person: string): Promise<OpenSession[]>
  /** False when that person has no such session. */
  end(person: string, session: string): Promise<boolean>
}

export function createSessions(adapter: InternalAdapter): Sessions {
  return {
    async list(person) {
      const found = await adapter.listSessions(person, { onlyActiveSessions: true })
      return found.map(({ id, userAgent, createdAt, expiresAt }) => ({
        id,
        userAgent: userAgent || null,
        createdAt: createdAt.getTime(),
        expiresAt: expiresAt.getTime(),
      }))
    },
    async end(person, session) {
      const found = await adapter.listSessions(person)
      const token = found.find(({ id }) => id === session)?.token
      if (token !== undefined) await adapter.deleteSession(token)
      return token !== undefined
    },
  }
}

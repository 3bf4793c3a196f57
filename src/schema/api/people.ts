import { z } from 'zod'
import { Permission, Role } from '../access.ts'
import { ApiKey } from '../stored-api-key.ts'
import { Instant } from '../workplace.ts'
import { Done, procedure } from './procedure.ts'

export const Person = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  roles: z.array(Role),
  createdAt: Instant,
})
export type Person = z.infer<typeof Person>

const PasswordLink = z.object({
  link: z.url(),
  expiresAt: Instant,
  /** Whether a mail with such a link is on its way, too. */
  mailed: z.boolean(),
})

const Mails = z.object({
  /** Whether the server sends mail at all. */
  available: z.boolean(),
  /** When a review is ready that you started, or of a document that is assigned to you. */
  reviewReady: z.boolean(),
})

const Roles = z.array(Role).max(6)

/** A role that somebody holds since they gave it to themselves. */
const SelfGrant = z.object({
  /** Id. */
  person: z.string(),
  role: Role,
  at: Instant,
})
export type SelfGrant = z.infer<typeof SelfGrant>

export const people = {
  me: procedure('signed-in')
    .route({ method: 'GET', path: '/me', summary: 'Who you are and what you may do' })
    .output(
      z.object({
        person: Person,
        permissions: z.array(Permission),
        /** One person holds all roles; it ends with the second account. */
        soloMode: z.boolean(),
      }),
    ),
  list: procedure('people:read')
    .route({ method: 'GET', path: '/people', summary: 'Accounts and their roles' })
    .output(
      z.object({
        people: z.array(Person),
        soloMode: z.boolean(),
        selfGrants: z.array(SelfGrant),
      }),
    ),
  invite: procedure('people:write')
    .route({
      method: 'POST',
      path: '/people',
      summary: 'Invite somebody; answers with a link that works once',
      successStatus: 201,
    })
    .input(
      z.object({
        email: z.email(),
        name: z.string().min(1).max(200),
        roles: Roles.min(1),
        /** The second account ends solo mode: which roles the first person keeps. */
        keep: Roles.min(1).optional(),
        /** And what the others shall call that person, who was “You” so far. */
        ownName: z.string().trim().min(1).max(200).optional(),
      }),
    )
    .output(PasswordLink.extend({ person: Person })),
  setRoles: procedure('people:write')
    .route({
      method: 'PUT',
      path: '/people/{person}/roles',
      summary: 'Change what somebody may do',
    })
    .input(z.object({ person: z.string(), roles: Roles }))
    .output(Person),
  resetPassword: procedure('people:write')
    .route({
      method: 'POST',
      path: '/people/{person}/password-reset',
      summary: 'A link with which somebody sets a new password',
      successStatus: 201,
    })
    .input(z.object({ person: z.string() }))
    .output(PasswordLink),
  remove: procedure('people:write')
    .route({
      method: 'DELETE',
      path: '/people/{person}',
      summary: 'Close an account; verdicts stay',
    })
    .input(z.object({ person: z.string() }))
    .output(Done),
  rename: procedure('signed-in')
    .route({ method: 'PUT', path: '/me/name', summary: 'Say what others call you' })
    .input(z.object({ name: z.string().trim().min(1).max(200) }))
    .output(Person),
  mails: procedure('signed-in')
    .route({ method: 'GET', path: '/me/mails', summary: 'What you are mailed' })
    .output(Mails),
  setMails: procedure('signed-in')
    .route({ method: 'PUT', path: '/me/mails', summary: 'Change it' })
    .input(Mails.pick({ reviewReady: true }))
    .output(Mails),
  sessions: procedure('signed-in')
    .route({ method: 'GET', path: '/me/sessions', summary: 'Where you are signed in' })
    .output(
      z.object({
        sessions: z.array(
          z.object({
            id: z.string(),
            current: z.boolean(),
            userAgent: z.string().nullable(),
            createdAt: Instant,
            expiresAt: Instant,
          }),
        ),
      }),
    ),
  endSession: procedure('signed-in')
    .route({ method: 'DELETE', path: '/me/sessions/{session}', summary: 'Sign out there' })
    .input(z.object({ session: z.string() }))
    .output(Done),
  keys: procedure('keys:own')
    .route({ method: 'GET', path: '/me/keys', summary: 'Your API keys' })
    .output(z.object({ keys: z.array(ApiKey) })),
  createKey: procedure('keys:own')
    .route({
      method: 'POST',
      path: '/me/keys',
      summary: 'A new API key; it is shown this once',
      successStatus: 201,
    })
    .input(
      z.object({
        name: z.string().min(1).max(100),
        /** At most what you may do yourself. */
        permissions: z.array(Permission).min(1).max(100),
        expiresAt: Instant.nullable().default(null),
      }),
    )
    .output(z.object({ key: ApiKey, secret: z.string() })),
  revokeKey: procedure('keys:own')
    .route({ method: 'DELETE', path: '/me/keys/{key}', summary: 'End an API key' })
    .input(z.object({ key: z.string() }))
    .output(Done),
}

import type { BetterAuthPlugin } from 'better-auth'
import { createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'

/** Lets the server itself sign somebody in; it has no address. */
export function signInEndpoint() {
  return {
    id: 'proofloop-sign-in',
    endpoints: {
      signInPerson: createAuthEndpoint(
        '/proofloop/sign-in',
        {
          method: 'POST',
          body: z.object({ person: z.string() }),
          metadata: { scope: 'server' as const },
        },
        async (ctx) => {
          const { internalAdapter } = ctx.context
          const user = await internalAdapter.findUserById(ctx.body.person)
          if (user === null)
            throw new UserFacingError('person-not-found', 'There is no such person.')
          const session = await internalAdapter.createSession(user.id)
          await setSessionCookie(ctx, { session, user })
          return ctx.json({ ok: true as const })
        },
      ),
    },
  } satisfies BetterAuthPlugin
}

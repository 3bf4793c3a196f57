import { z } from 'zod'

/** How people sign in besides email and password; everybody may know it. */
export const SignInWays = z.object({
  /** A provider that speaks OpenID Connect, by the name that people know it by. */
  oidc: z.object({ name: z.string() }).nullable(),
})
export type SignInWays = z.infer<typeof SignInWays>

import { permissionsOf } from '../../src/access/permissions.ts'
import type { Role } from '../../src/schema/access.ts'
import { asker, cookieOf } from './server-process.ts'

type Team = {
  /** What whoever has started the server stays. */
  keep: Role[]
  /** Who is invited, by name. */
  invited: Record<string, Role>
}

/** Invites people, as is done on the page, and makes a key for each; the first is whoever has started the server. */
export async function keysOfTeam(
  { url, link }: { url: string; link: string | null },
  { keep, invited }: Team,
): Promise<string[]> {
  const first = asker(url, await cookieOf(link))
  const keyOf = async (ask: typeof first, roles: Role[]): Promise<string> => {
    const permissions = [...permissionsOf(roles)]
    const answer = await ask('POST', '/api/me/keys', { name: 'guide', permissions })
    return ((await answer.json()) as { secret: string }).secret
  }
  const invite = async (name: string, role: Role): Promise<string> => {
    const email = `${name}@example.org`
    const answer = await first('POST', '/api/people', { name, email, roles: [role], keep })
    const { link: address } = (await answer.json()) as { link: string }
    const token = new URL(address).searchParams.get('token')
    const password = 'correct horse battery'
    const nobody = asker(url, '')
    await nobody('POST', '/api/auth/reset-password', { token, newPassword: password })
    const signedIn = await nobody('POST', '/api/auth/sign-in/email', { email, password })
    const cookies = signedIn.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
    return keyOf(asker(url, cookies.join('; ')), [role])
  }
  const keys: string[] = []
  for (const [name, role] of Object.entries(invited)) keys.push(await invite(name, role))
  return [await keyOf(first, keep), ...keys]
}

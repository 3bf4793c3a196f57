import { permissionsOf } from '../../src/access/permissions.ts'
import type { Role } from '../../src/schema/access.ts'
import { asker, cookieOf } from './server-process.ts'

const keep: Role[] = ['custodian', 'admin']

/** Invites an engineer and an approver, as people do on the page, and makes a key for each. */
export async function keysOfTeam({ url, link }: { url: string; link: string | null }) {
  const first = asker(url, await cookieOf(link))
  const keyOf = async (ask: typeof first, roles: Role[]): Promise<string> => {
    const permissions = [...permissionsOf(roles)]
    const answer = await ask('POST', '/api/me/keys', { name: 'guide', permissions })
    return ((await answer.json()) as { secret: string }).secret
  }
  const invite = async (name: string, role: Role): Promise<string> => {
    const email = `${name}@example.org`
    const invited = await first('POST', '/api/people', { name, email, roles: [role], keep })
    const { link: address } = (await invited.json()) as { link: string }
    const token = new URL(address).searchParams.get('token')
    const password = 'correct horse battery'
    const nobody = asker(url, '')
    await nobody('POST', '/api/auth/reset-password', { token, newPassword: password })
    const signedIn = await nobody('POST', '/api/auth/sign-in/email', { email, password })
    const cookies = signedIn.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
    return keyOf(asker(url, cookies.join('; ')), [role])
  }
  const ENGINEER = await invite('eve', 'engineer')
  const APPROVER = await invite('ada', 'approver')
  return { CUSTODIAN: await keyOf(first, keep), ENGINEER, APPROVER }
}

import type { Permission } from '../../src/schema/access.ts'
import { asker, cookieOf } from './server-process.ts'

type Started = { url: string; link: string | null }

const reviewing: Permission[] = [
  'documents:read',
  'documents:upload',
  'reviews:read',
  'reviews:run',
]

/** Makes API keys of the person whom the server's link signs in, which works once. */
export async function keyMaker({ url, link }: Started) {
  const ask = asker(url, await cookieOf(link))
  return async (permissions: Permission[]): Promise<string> => {
    const answer = await ask('POST', '/api/me/keys', { name: 'test', permissions })
    return ((await answer.json()) as { secret: string }).secret
  }
}

/** Two of them: one to review, one to read. */
export async function keysOf(server: Started): Promise<{ review: string; read: string }> {
  const key = await keyMaker(server)
  return { review: await key(reviewing), read: await key(['documents:read']) }
}

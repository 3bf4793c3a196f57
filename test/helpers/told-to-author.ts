import { served } from '../../src/server/implementer.ts'
import { routesOf } from './api-walk.ts'
import type { Ask } from './gate-world.ts'

const addresses = routesOf(served)
  .filter(({ method, path }) => method === 'GET' && !path.endsWith('/events'))
  .map(({ path }) => path)

/** Everything that can be read, a line for each address, about one gate. */
export async function toldToAuthor(ask: Ask, gate: string): Promise<string[]> {
  const told: string[] = []
  for (const address of addresses) {
    const path = address
      .replace('{gate}', gate)
      .replace('{dataset}', 'letters')
      .replaceAll(/\{\w+\}/gu, 'newest')
    const response = await ask('GET', path)
    told.push(`${path.replace(gate, 'ID')} ${response.status} ${await response.text()}`)
  }
  return told
}

import { setTimeout } from 'node:timers/promises'
import { findAccess } from '../../model/provider-access.ts'
import { Role } from '../../schema/access.ts'
import {
  type AskedServer,
  type Check,
  type DoctorHost,
  fail,
  pass,
  type Reader,
  skipped,
} from '../check.ts'
import { addressesOf, valuesIn } from './asked-addresses.ts'

const limit = 120_000
/** Shorter keys may be words that stand anywhere. */
const shortestKey = 8
/** Of one answer. */
const bytesAtMost = 4 * 2 ** 20
/** Milliseconds in which nothing comes any more from a stream that does not end. */
const lull = 100

export const modelKeys: Check = {
  name: 'model-keys',
  needs: ['server'],
  limit,
  async run(host, signal) {
    const keys = keysOf(host)
    if (keys.length === 0) return skipped('No model connection has a key that could be looked for.')
    const { leaks, failures, searched } = await searchForKeys(await host.server(), keys, signal)
    if (leaks.size > 0) {
      return fail(
        `The key of a model stands in the answer of ${firstOf(leaks)}.`,
        'Get another key from the provider, and take this one out of proofloop.config.ts and prompts: a key stands in its variable only.',
      )
    }
    if (failures.size > 0) {
      return fail(
        `${firstOf(failures)} failed, so the answer could not be searched for keys.`,
        'Look into the log of the server.',
      )
    }
    const counted = keys.length === 1 ? '1 key is' : `${keys.length} keys are`
    return pass(
      `${counted} in none of the answers of ${searched.size} addresses that are read, as people of all roles get them.`,
    )
  },
}

/** As the description of the API writes them: whoever looks is told no id of what others may read. */
function firstOf(found: Found): string {
  return [...new Set(found.values())].slice(0, 3).join(', ')
}

function keysOf({ environment, env }: DoctorHost): string[] {
  const keys = Object.values(environment.models).flatMap((settings) => {
    const access = findAccess(settings, env)
    return 'gap' in access ? [] : [access.apiKey ?? '']
  })
  return [...new Set(keys)].filter((key) => key.length >= shortestKey)
}

/** Each role, all in one person as on a laptop, and an engineer of whom another role makes less. */
const roleSets: readonly Role[][] = [
  ['operator'],
  ['engineer'],
  ['reviewer'],
  ['approver'],
  ['custodian'],
  ['admin'],
  [...Role.options],
  ['engineer', 'approver'],
  ['engineer', 'operator'],
  ['engineer', 'admin'],
]

/** Addresses that were asked, each with how the description of the API writes it. */
type Found = Map<string, string>
/** `searched`: as they are described, since how many there are depends on what is hidden. */
type Searched = { leaks: Found; failures: Found; searched: Set<string> }

/** Asks as everybody for all that is read, with ids of what is there. */
export async function searchForKeys(
  server: AskedServer,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Searched> {
  const found: Searched = { leaks: new Map(), failures: new Map(), searched: new Set() }
  const everybody = server.readerAs(Role.options)
  const people = await peopleOf(everybody, signal)
  for (const roles of roleSets) {
    const reader = server.readerAs(roles, people(roles))
    const asking = { readers: [reader, everybody], signal, asked: new Map() }
    const readable = server.routes.filter((route) => route.method === 'GET' && reader.may(route))
    const all = [...server.pages, ...readable.map(({ path }) => path)]
    const asked = all.map(async (described) => {
      return (await addressesOf(described, asking)).map((path) => ({ path, described }))
    })
    for (const { path, described } of (await Promise.all(asked)).flat()) {
      const { status, text } = await read(reader, path, signal)
      found.searched.add(described)
      if (status >= 500) found.failures.set(path, described)
      if (keys.some((key) => holds(text, key))) found.leaks.set(path, described)
    }
  }
  return found
}

/** Whose eyes to look with: a reviewer sees what they were given, an author their gates. */
async function peopleOf(
  { ask }: Reader,
  signal: AbortSignal,
): Promise<(roles: readonly Role[]) => string | undefined> {
  const listed = async (path: string, field: string): Promise<string | undefined> => {
    const answer = await ask({ method: 'GET', path }, signal)
    const content: unknown = answer.ok ? await answer.json() : await answer.text()
    return idsOf(content, field)[0]
  }
  const reviewer = await listed('/api/documents', 'assignedTo')
  const author = await listed('/api/gates', 'author')
  return (roles) => {
    if (roles.includes('reviewer')) return reviewer
    return roles.includes('engineer') ? author : undefined
  }
}

/** Of the people that rows name in that field. */
function idsOf(answer: unknown, field: string): string[] {
  if (typeof answer !== 'object' || answer === null) return []
  return Object.entries(answer).flatMap(([name, value]) =>
    name === field ? valuesIn([value], 'id') : idsOf(value, field),
  )
}

/** Headers, and of what follows as much as comes, up to a size. */
async function read(
  { ask }: Reader,
  path: string,
  signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  const { status, headers, body } = await ask({ method: 'GET', path }, signal)
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`).join('\n')
  if (body === null) return { status, text: lines }
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true
  const reader = body.getReader()
  const parts: Uint8Array[] = []
  let bytes = 0
  while (bytes < bytesAtMost) {
    const coming = reader.read()
    const next = await (isStream ? Promise.race([coming, setTimeout(lull, null)]) : coming)
    if (next === null || next.done) break
    parts.push(next.value)
    bytes += next.value.byteLength
  }
  await reader.cancel()
  return { status, text: `${lines}\n${Buffer.concat(parts).toString('latin1')}` }
}

/** Also as JSON, an address or a page would write it; as bytes of UTF-8, since answers are searched as bytes. */
function holds(text: string, key: string): boolean {
  const html = key.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
  const forms = [key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key), html]
  return forms.some((form) => text.includes(Buffer.from(form).toString('latin1')))
}

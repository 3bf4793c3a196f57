import path from 'node:path'
import { ann, bob, commitAll, git, initRepository, temporaryFolder } from '../../git/git-samples.ts'
import type { ForgePlace } from '../forge-contract.ts'
import { ChangeFacts } from './change-facts.ts'
import { refsOf } from './change-names.ts'
import { openLocalForge } from './open-local-forge.ts'

const accounts = new Map([
  [ann.email, 'account-of-ann'],
  [bob.email, 'account-of-bob'],
])

export function openForgeIn(folder: string) {
  return openLocalForge({
    folder,
    branch: 'main',
    peopleOf: (emails) => Promise.resolve(emails.flatMap((email) => accounts.get(email) ?? [])),
  })
}

export type LocalPlace = ForgePlace & {
  folder: string
  facts(reference: string): Promise<ChangeFacts>
}

/** With one commit on main. `at-hand`: its HEAD is detached, so that people may push to main. */
export async function createLocalPlace(kind: 'bare' | 'at-hand' | 'sha256'): Promise<LocalPlace> {
  const { folder, ...disposable } = await temporaryFolder()
  const origin = path.join(folder, 'repository')
  const seed = kind === 'at-hand' ? origin : path.join(folder, 'seed')
  const format = kind === 'sha256' ? 'sha256' : 'sha1'
  await initRepository(seed, { format })
  await commitAll(seed, { files: { 'flow.txt': 'one\n' } })
  if (kind === 'at-hand') {
    await git(origin, ['switch', '--quiet', '--detach'])
  } else {
    await git(folder, ['clone', '--quiet', '--bare', `file://${seed}`, origin])
  }
  const facts = async (reference: string): Promise<ChangeFacts> => {
    const ref = refsOf(reference)?.facts ?? ''
    return ChangeFacts.parse(JSON.parse(await git(origin, ['show', `${ref}:change.json`])))
  }
  return {
    folder,
    origin,
    facts,
    author: { ...ann, person: 'account-of-ann' },
    colleague: { ...bob, person: 'account-of-bob' },
    open: () => openForgeIn(origin),
    async told(reference) {
      const { checks, comment, deployments } = await facts(reference)
      return { checks, comments: comment === null ? [] : [comment], deployments }
    },
    [Symbol.asyncDispose]: () => disposable[Symbol.asyncDispose](),
  }
}

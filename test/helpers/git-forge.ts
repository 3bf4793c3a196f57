import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Forge, ForgeReview } from '../../src/change/forge/forge.ts'
import { openLocalForge } from '../../src/change/forge/local/open-local-forge.ts'
import { git, writeFiles, type Files } from '../../src/change/git/git-samples.ts'
import { UserFacingError } from '../../src/lib/errors.ts'

/** What is known of the forge besides, in a file, so that a process after this one knows it. */
type State = {
  /** Everything that was told and was not what was known already. */
  effects: string[]
  told: Record<string, unknown>
  reviews: Record<string, ForgeReview[]>
  isDown: boolean
}

const nothing: State = { effects: [], told: {}, reviews: {}, isDown: false }
const main = 'main'

type PeopleOf = Parameters<typeof openLocalForge>[0]['peopleOf']

/** The forge of a repository in a folder, which can be down, knows of reviews, and keeps what it was told. */
async function openGitForge(folder: string, peopleOf: PeopleOf) {
  const place = { folder: path.join(folder, 'repository.git'), branch: main, peopleOf }
  const { forge: local, repository, ...opened } = await openLocalForge(place)
  const file = path.join(folder, 'forge.json')
  const read = async (): Promise<State> =>
    JSON.parse(await readFile(file, 'utf8').catch(() => JSON.stringify(nothing)))
  async function change(work: (state: State) => void): Promise<void> {
    const state = await read()
    work(state)
    await writeFile(file, JSON.stringify(state))
  }
  async function requireUp(): Promise<void> {
    if (!(await read()).isDown) return
    throw new UserFacingError('forge-unavailable', 'The forge does not answer.')
  }
  const forge: Forge = {
    ...local,
    async get(reference) {
      await requireUp()
      const seen = await local.get(reference)
      const { reviews } = await read()
      return seen && { ...seen, reviews: reviews[reference] ?? [] }
    },
    async setCheck(reference, check) {
      await requireUp()
      await local.setCheck(reference, check)
      const key = `check ${reference} ${check.name} ${check.commit}`
      await change((state) => noteOnce(state, { key, value: check, what: `${key} ${check.state}` }))
    },
    async comment(reference, text) {
      await requireUp()
      await local.comment(reference, text)
      const key = `comment ${reference}`
      await change((state) => noteOnce(state, { key, value: text, what: `${key} ${text}` }))
    },
    async merge(reference, request) {
      await requireUp()
      const result = await local.merge(reference, request)
      const key = `merge ${reference}`
      if (result.merged) await change((state) => noteOnce(state, { key, value: result, what: key }))
      return result
    },
    async setDeployment(reference, deployment) {
      await requireUp()
      await local.setDeployment(reference, deployment)
      const key = `deployment ${reference}`
      const what = `deployment ${deployment.state}`
      await change((state) => noteOnce(state, { key, value: deployment, what }))
    },
    async events(cursor) {
      await requireUp()
      return local.events(cursor)
    },
  }
  return { ...opened, forge, repository, read, change }
}

type Noted = { key: string; value: unknown; what: string }

/** Told the same again, a forge does nothing. */
function noteOnce({ told, effects }: State, { key, value, what }: Noted): void {
  if (JSON.stringify(told[key]) === JSON.stringify(value)) return
  told[key] = value
  effects.push(what)
}

type Push = {
  branch: string
  files: Files
  /** Name of who writes it. */
  by?: string
  /** Whether what the branch has is thrown away. */
  force?: boolean
  /** How many commits more, of nothing. */
  empty?: number
}

/** A repository with a flow on its protected branch, and people who push to it. */
async function startGitForge(
  folder: string,
  { flow, peopleOf }: { flow: string; peopleOf: PeopleOf },
) {
  const bare = path.join(folder, 'repository.git')
  const clone = path.join(folder, 'clone')
  await git(folder, ['init', '--quiet', '--bare', '-b', main, bare])
  await git(folder, ['clone', '--quiet', bare, clone])
  await cp(flow, clone, { recursive: true })
  await git(clone, ['checkout', '--quiet', '-B', main])
  await git(clone, ['add', '--all'])
  await git(clone, ['commit', '--quiet', '-m', 'Begin'])
  await git(clone, ['push', '--quiet', 'origin', main])
  const opened = await openGitForge(folder, peopleOf)

  async function push({ branch, files, by = 'eve', force = false, empty = 0 }: Push) {
    const person = { name: by, email: `${by}@example.org` }
    await git(clone, ['fetch', '--quiet', 'origin'])
    const known = (await git(clone, ['branch', '-r'])).includes(`origin/${branch}`)
    const from = known && !force ? `origin/${branch}` : `origin/${main}`
    await git(clone, ['checkout', '--quiet', '--force', '-B', branch, from])
    await writeFiles(clone, files)
    await git(clone, ['add', '--all'])
    await git(clone, ['commit', '--quiet', '--allow-empty', '-m', 'Edit'], { person })
    for (let n = 0; n < empty; n += 1) {
      await git(clone, ['commit', '--quiet', '--allow-empty', '-m', `Edit ${n}`], { person })
    }
    await git(clone, ['push', '--quiet', '--force', 'origin', branch])
    return git(clone, ['rev-parse', 'HEAD'])
  }
  return {
    ...opened,
    folder,
    settings: { forge: { kind: 'local', repository: bare } },
    push,
    async open({ branch, by, title = 'Better' }: { branch: string; by: string; title?: string }) {
      const author = `${by}@example.org`
      return opened.forge.open({ branch, title, description: '', author })
    },
    /** As whoever has no use for it does: its branch is taken away. */
    close: async (reference: string) => {
      const { branch = '' } = (await opened.forge.get(reference)) ?? {}
      await git(clone, ['push', '--quiet', 'origin', '--delete', branch])
    },
    review: (reference: string, review: Omit<ForgeReview, 'at'>) =>
      opened.change(({ reviews }) => {
        reviews[reference] = [...(reviews[reference] ?? []), { ...review, at: Date.now() }]
      }),
    setDown: (isDown: boolean) =>
      opened.change((state) => {
        state.isDown = isDown
      }),
    /** Everything that the forge was told and did not know yet. */
    effects: async () => (await opened.read()).effects,
    /** All texts that it shows. */
    texts: async () => JSON.stringify(await opened.read()),
  }
}

/** The same in a folder of its own, which goes with it. */
export async function openGitForgeWorld(options: { flow: string; peopleOf: PeopleOf }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'proofloop-test-forge-'))
  const forge = await startGitForge(folder, options)
  return {
    ...forge,
    async [Symbol.asyncDispose]() {
      await forge[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

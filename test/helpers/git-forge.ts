import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Forge, ForgeReview } from '../../src/change/forge/forge.ts'
import { openLocalForge } from '../../src/change/forge/local/open-local-forge.ts'
import { filesIn, type Files, git } from '../../src/change/git/git-samples.ts'
import { UserFacingError } from '../../src/lib/errors.ts'
import { writeWholeFile } from '../../src/lib/write-whole-file.ts'
import type { ForgeOptions, Push } from './change-world.ts'

/** What is known of the forge besides, in a file, so that a process after this one knows it. */
type State = {
  /** Everything that was told and was not what was known already. */
  effects: string[]
  told: Record<string, unknown>
  reviews: Record<string, ForgeReview[]>
  isDown: boolean
}

const naming = { name: 'What the forge knows', code: 'forge-unavailable' }
const nothing: State = { effects: [], told: {}, reviews: {}, isDown: false }
const main = 'main'

type PeopleOf = Parameters<typeof openLocalForge>[0]['peopleOf']

/** The forge of a repository in a folder, which can be down, knows of reviews, and keeps what it was told. */
export async function openGitForge(folder: string, peopleOf: PeopleOf) {
  const place = { folder: path.join(folder, 'repository.git'), branch: main, peopleOf }
  const { forge: local, repository, ...opened } = await openLocalForge(place)
  const file = path.join(folder, 'forge.json')
  const read = async (): Promise<State> =>
    JSON.parse(await readFile(file, 'utf8').catch(() => JSON.stringify(nothing)))
  let last: Promise<void> = Promise.resolve()
  /** One after the other, and whole or not at all: whoever is told something may be killed. */
  async function change(work: (state: State) => void): Promise<void> {
    last = last.then(async () => {
      const state = await read()
      work(state)
      await writeWholeFile(file, JSON.stringify(state), naming)
    })
    return last
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

/** What it brings along to be tested by, where its server is told to run it. */
const testFile = 'check.mjs'
const tests: Record<NonNullable<Push['tests']>, string | null> = {
  passed: "console.log('It works.')\n",
  failed: "throw new Error('It does not work.')\n",
  slow: 'setTimeout(() => {}, 600_000)\n',
  missing: null,
}

/** How a server runs it: in a time that also a busy machine needs to begin. */
const functionalTests = { command: ['node', testFile], seconds: 15 }

/** A commit as git imports it: one process, however many there are. */
function importedCommit({ branch, by, from, files, message = 'Edit' }: Imported): Buffer[] {
  const at = `${Math.floor(Date.now() / 1000)} +0000`
  const begin = from === null ? '' : `from ${from}\n`
  const address = by.includes('@') ? by : `${by}@example.org`
  const head = `commit refs/heads/${branch}\nmark :1\ncommitter ${by} <${address}> ${at}`
  return [
    Buffer.from(`${head}\ndata ${Buffer.byteLength(message)}\n${message}\n${begin}`),
    ...Object.entries(files).flatMap(([name, content]) => {
      if (content === null) return [Buffer.from(`D ${name}\n`)]
      const bytes = Buffer.from(content)
      return [Buffer.from(`M 100644 inline ${name}\ndata ${bytes.length}\n`), bytes, newline]
    }),
    newline,
  ]
}

type Imported = {
  branch: string
  by: string
  from: string | null
  files: Files
  message?: string
}

const newline = Buffer.from('\n')

/** @returns the newest one */
export async function importCommits(bare: string, commits: Imported[]): Promise<string> {
  const input = Buffer.concat([...commits.flatMap(importedCommit), Buffer.from('get-mark :1\n')])
  return git(bare, ['fast-import', '--quiet', '--force'], { input })
}

/** A repository with a flow on its protected branch, and people who push to it. */
async function startGitForge(
  folder: string,
  { flow, peopleOf }: Pick<ForgeOptions, 'flow' | 'peopleOf'>,
) {
  const bare = path.join(folder, 'repository.git')
  await git(folder, ['init', '--quiet', '--bare', '-b', main, bare])
  const begun = { ...(await filesIn(flow)), [testFile]: tests.passed }
  await importCommits(bare, [{ branch: main, by: 'owner', from: null, files: begun }])
  const opened = await openGitForge(folder, peopleOf)

  async function push({ branch, files = {}, by = 'eve', force = false, empty = 0, ...more }: Push) {
    const isKnown = existsSync(path.join(bare, 'refs/heads', branch))
    const from = `refs/heads/${isKnown && !force ? branch : main}^0`
    const ownTests: Files = more.tests === undefined ? {} : { [testFile]: tests[more.tests] }
    const { message } = more
    const first = { branch, by, from, files: { ...files, ...ownTests }, message }
    const others = Array.from({ length: empty }, () => ({ branch, by, from: null, files: {} }))
    return importCommits(bare, [first, ...others])
  }
  async function merge(from: string, into: string): Promise<void> {
    const sides = [into, from].map((name) => `refs/heads/${name}`)
    const tree = await git(bare, ['merge-tree', '--write-tree', ...sides])
    const parents = sides.flatMap((side) => ['-p', side])
    const as = ['-c', 'user.name=eve', '-c', 'user.email=eve@example.org']
    const commit = await git(bare, [...as, 'commit-tree', tree, ...parents, '-m', `Merge ${from}`])
    await git(bare, ['update-ref', sides[0] ?? '', commit])
  }
  return {
    ...opened,
    folder,
    settings: { forge: { kind: 'local', repository: bare }, functional: functionalTests },
    push,
    update: (branch: string) => merge(main, branch),
    mergeByHand: (branch: string) => merge(branch, main),
    async open({ branch, by, title = 'Better' }: { branch: string; by: string; title?: string }) {
      const author = `${by}@example.org`
      return opened.forge.open({ branch, title, description: '', author })
    },
    remove: async (branch: string) => {
      await git(bare, ['update-ref', '-d', `refs/heads/${branch}`])
    },
    async review(reference: string, review: { by: string; decision: ForgeReview['decision'] }) {
      const commit = (await opened.forge.get(reference))?.head ?? ''
      const person = `${review.by}@example.org`
      await opened.change(({ reviews }) => {
        const others = (reviews[reference] ?? []).filter((one) => one.person !== person)
        const said = { person, decision: review.decision, commit, at: Date.now() }
        reviews[reference] = [...others, said]
      })
    },
    dismiss: (reference: string, by: string) =>
      opened.change(({ reviews }) => {
        const all = reviews[reference] ?? []
        reviews[reference] = all.filter(({ person }) => person !== `${by}@example.org`)
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
export async function openGitForgeWorld(options: ForgeOptions) {
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

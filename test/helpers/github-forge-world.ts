import { ForgeCheckName } from '../../src/change/forge/forge.ts'
import { filesIn } from '../../src/change/git/git-samples.ts'
import { openGitHubForge } from '../../src/change/forge/github/open-github-forge.ts'
import type { ForgeOptions, ForgeWorld, Push } from './change-world.ts'
import { startGitHub } from './github-double.ts'
import { tempFolder } from './temp-folder.ts'

const named = ['ada', 'cleo', 'eve', 'rob', 'wim']
const people = Object.fromEntries(named.map((name) => [name, `${name}@example.org`]))

/** What the forge's runners say of a commit; undefined: nothing; null: they are not done. */
const conclusions: Record<NonNullable<Push['tests']>, string | null | undefined> = {
  passed: 'success',
  failed: 'failure',
  slow: null,
  missing: undefined,
}

/** As the guide says, GitHub merges nothing else. */
const required = ForgeCheckName.options.map((name) => `proofloop/${name}`)

const reviewed = { approved: 'APPROVED', 'changes-requested': 'CHANGES_REQUESTED' } as const

function textOf(content: string | Uint8Array): string {
  return typeof content === 'string' ? content : Buffer.from(content).toString('utf8')
}

/** GitHub with a flow on its protected branch, people who push to it, and runners that test what they push. */
export async function startGitHubForge({ flow, now }: Pick<ForgeOptions, 'flow' | 'now'>) {
  const github = await startGitHub({ now })
  const { state, repository } = github
  Object.assign(state.rules, { checks: required, isStrict: true })
  const files = { 'flow.txt': null, 'README.md': null, ...(await filesIn(flow)) }
  await repository.commit({ branch: 'main', files, author: 'owner' })
  const settings = {
    forge: { ...github.settings('app'), people },
    branch: 'main',
    mostCommits: 250,
  }

  async function push({ branch, by = 'eve', force = false, empty = 0, ...more }: Push) {
    const written = Object.entries(more.files ?? {}).map(
      ([name, content]): [string, string | null] => [
        name,
        content === null ? null : textOf(content),
      ],
    )
    const onto = force ? 'refs/heads/main' : undefined
    const commits = [
      {
        branch,
        author: by,
        files: Object.fromEntries(written),
        message: more.message ?? 'Edit',
        onto,
      },
      ...Array.from({ length: empty }, (_, n) => {
        return { branch, author: by, files: {}, message: `Edit ${n}` }
      }),
    ]
    await repository.commitAll(commits)
    const head = (await github.head(branch)) ?? ''
    const conclusion = conclusions[more.tests ?? 'passed']
    if (conclusion !== undefined) github.runner('test', head, conclusion)
    return head
  }

  return {
    github,
    settings,
    push,
    async update(branch: string) {
      const base = (await github.head(branch)) ?? ''
      const head = (await github.head('main')) ?? ''
      const ref = `refs/heads/${branch}`
      const commit = await repository.merge({ base, head, message: 'Update branch', ref })
      if (commit === null) throw new Error('It conflicts.')
      github.runner('test', commit, 'success')
    },
    mergeByHand: async (reference: string) => void (await github.mergeByHand(Number(reference))),
    open: async ({ by, ...change }: { branch: string; by: string; title?: string }) =>
      String(await github.open({ login: by, ...change })),
    remove: async (branch: string) => void (await repository.deleteRef(`refs/heads/${branch}`)),
    async review(reference: string, { by, decision }: Parameters<ForgeWorld['review']>[1]) {
      github.review(Number(reference), by, reviewed[decision])
    },
    dismiss: async (reference: string, by: string) => github.dismiss(Number(reference), by),
    async setDown(isDown: boolean) {
      github.known.fault = isDown ? { kind: 'down' } : null
    },
    effects: async () => [
      ...github.calls.filter((call) => call.startsWith('PUT ')).map((call) => `merge by ${call}`),
      ...state.deployments.flatMap(({ statuses }) =>
        statuses.map(
          (status) => `deployment ${status.state === 'failure' ? 'stopped' : 'requested'}`,
        ),
      ),
    ],
    texts: async () => JSON.stringify({ ...state, rules: null }),
    [Symbol.asyncDispose]: () => github[Symbol.asyncDispose](),
  }
}

/** The same with its mirror, which goes with it. */
export async function openGitHubForgeWorld(options: ForgeOptions) {
  await using stack = new AsyncDisposableStack()
  const started = stack.use(await startGitHubForge(options))
  const data = stack.use(await tempFolder())
  const { now } = options
  const { github, settings } = started
  const place = { env: github.env, dataFolder: data.folder }
  const { forge, repository, guard } = stack.use(
    await openGitHubForge({ settings: settings, ...place, now }),
  )
  const all = stack.move()
  return {
    ...started,
    ...place,
    forge,
    repository,
    guard,
    /** The same repository as whoever has a token of a person sees it, by whom checks are statuses. */
    async openWithToken() {
      const token = { ...settings, forge: { ...github.settings('token'), people } }
      const opened = await openGitHubForge({ settings: token, ...place, now })
      all.use(opened)
      return opened.forge
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

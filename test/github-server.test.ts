import { createHmac } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ForgeCheckName } from '../src/change/forge/forge.ts'
import type { DraftBase } from '../src/change/draft-base.ts'
import type { ChangeDiff } from '../src/schema/api/changes.ts'
import type { ChangeEntry, ChangeStage, ChangeView } from '../src/schema/change-views.ts'
import { small } from '../src/change/change-scenarios-world.ts'
import { gateWorld, json } from './helpers/gate-world.ts'
import { startGitHubForge } from './helpers/github-forge-world.ts'
import { makeMigratedFolder } from './helpers/migrated-store.ts'
import { asker, serverProcess } from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'
import { testServer } from './helpers/test-server.ts'

const secret = 'Only GitHub and the server know it'

type World = Awaited<ReturnType<typeof gateWorld>>

/** Data of a server with people, a dataset and a marked version, on which nobody works; GitHub with its flow. */
async function prepared(stack: AsyncDisposableStack) {
  const data = stack.use(await tempFolder())
  const dataFolder = data.path('.proofloop')
  await makeMigratedFolder(dataFolder)
  const servers: Awaited<ReturnType<typeof testServer>>[] = []
  const world: World = stack.use(
    await gateWorld({
      ...small,
      work: false,
      open: async (options) => {
        const server = await testServer({ ...options, dataFolder })
        servers.push(server)
        return server
      },
    }),
  )
  const github = stack.use(await startGitHubForge({ flow: world.flow.path('flow'), now: Date.now }))
  // One server holds the data at a time.
  for (const server of servers) await server[Symbol.asyncDispose]()
  return { world, github, dataFolder, folder: data.folder }
}

/** `proofloop start` with a configuration of its own, which goes on with changes by itself. */
async function started({
  world,
  github,
  dataFolder,
  folder,
}: Awaited<ReturnType<typeof prepared>>) {
  const walls = { isolation: 'process', boundary: 'none' }
  // Time enough on a busy machine: what is cut off is tried again after minutes.
  const gate = { ...small.settings, walls, answerEverySeconds: 15, dataset: 'letters' }
  const forge = { ...github.settings.forge, webhookSecretEnv: 'HOOK_SECRET' }
  const config = { models: {}, gate, changes: { ...github.settings, forge } }
  const file = path.join(folder, 'proofloop.config.ts')
  await writeFile(file, `export default ${JSON.stringify(config)}\n`)
  const flow = world.flow.path('flow')
  return serverProcess(['--port', '0', '--data', dataFolder, '--flow', flow], {
    cwd: folder,
    env: { ...world.flow.env, ...github.github.env, HOOK_SECRET: secret },
  })
}

/** What GitHub sends, with the signature of who knows the secret. */
async function deliver(url: string, event: string, by = secret): Promise<number> {
  const repository = { full_name: 'acme/reviews' }
  const body = JSON.stringify({ repository, action: 'synchronize', pull_request: { number: 1 } })
  const signature = `sha256=${createHmac('sha256', by).update(body).digest('hex')}`
  const headers = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-hub-signature-256': signature,
  }
  const answer = await fetch(`${url}/api/forge/github/webhook`, { method: 'POST', body, headers })
  return answer.status
}

test('a server on GitHub takes a pull request from its webhook to an offer to deploy', async () => {
  await using stack = new AsyncDisposableStack()
  const place = await prepared(stack)
  const { world, github } = place
  const { url, written } = stack.use(await started(place))
  const [eve, ada] = [world.eve, world.ada].map(({ cookie }) => asker(url, cookie))
  const head = await github.push({ branch: 'less', files: { 'docs/less.md': 'Less.\n' } })
  const reference = await github.open({ branch: 'less', by: 'eve', title: 'Ask for less' })
  expect(await deliver(url, 'pull_request', 'somebody else')).toBe(401)

  /** GitHub tells of something every now and then, as it does of each check that the server sets. */
  async function until(stage: ChangeStage): Promise<ChangeView> {
    for (;;) {
      expect(await deliver(url, 'pull_request')).toBe(204)
      const { items } = await json<{ items: ChangeEntry[] }>(eve!('GET', '/api/changes'))
      const failed = ['not-passed', 'stopped', 'conflict', 'closed'].includes(items[0]?.stage ?? '')
      if (failed) throw new Error(`It is ${items[0]?.stage}:\n${written.stderr}`)
      if (items[0]?.stage === stage) return json(eve!('GET', `/api/changes/${items[0].number}`))
      await setTimeout(1500)
    }
  }
  const ready = await until('waits-for-approval')
  expect(ready).toMatchObject({ title: 'Ask for less', reference, author: { name: 'eve' } })
  const outcomes = ready.checks.map(({ name, outcome }) => `${name} ${outcome}`)
  expect(outcomes).toEqual([
    'mergeable pass',
    'functional pass',
    'infrastructure skipped',
    'evaluation pass',
    'gate pass',
  ])
  const { state } = github.github
  const conclusionOf = (name: string) =>
    state.runs.findLast((run) => run.name === `proofloop/${name}` && run.commit === head)
      ?.conclusion
  expect(conclusionOf('gate')).toBe('success')
  expect(conclusionOf('approval')).not.toBe('success')

  await github.review(reference, { by: 'ada', decision: 'approved' })
  expect(await deliver(url, 'pull_request_review')).toBe(204)
  const done = await until('deployable')
  expect(done.decisions).toMatchObject([{ person: { name: 'ada' }, decision: 'approved' }])
  expect(ForgeCheckName.options.map(conclusionOf)).not.toContain('failure')
  expect(conclusionOf('approval')).toBe('success')
  expect(state.pulls).toMatchObject([{ state: 'closed', mergedAs: done.mergedAs }])
  expect(await github.github.head('main')).toBe(done.mergedAs)
  expect(state.deployments).toMatchObject([{ sha: done.mergedAs }])
  // However often GitHub has told of it, each effect is there once.
  expect(await github.effects()).toEqual([
    'merge by PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge',
    'deployment requested',
  ])
  expect(state.comments).toHaveLength(1)
  const { items } = await json<{ items: { kind: string }[] }>(
    ada!('GET', '/api/me/notifications?limit=100'),
  )
  expect(items.map(({ kind }) => kind)).toContain('approval-waiting')
})

test('a second draft on the page becomes a pull request that starts from what was merged of the first', async () => {
  await using stack = new AsyncDisposableStack()
  const place = await prepared(stack)
  const { github } = place.github
  const { url } = stack.use(await started(place))
  const ask = asker(url, place.world.eve.cookie)
  const baseOf = () => json<DraftBase>(ask('GET', '/api/flow/agents/promises/draft-base'))
  const name = 'agent.prompty'
  const textOf = ({ files }: DraftBase) => files.find((file) => file.name === name)?.text ?? ''

  /** @returns the number of its pull request, and of its change */
  async function proposed(base: DraftBase, words: string) {
    const files = [{ name, text: `${textOf(base)}${words}` }]
    const made = ask('POST', '/api/flow/drafts', { agent: 'promises', base: base.version, files })
    const { version: draft } = await json<{ version: string }>(made)
    const { reference, number, author } = await json<ChangeView>(
      ask('POST', '/api/changes', { draft, title: `Add ${words}` }),
    )
    expect(author).toMatchObject({ name: 'eve' })
    return { pull: Number(reference), number }
  }
  const begun = await baseOf()
  expect(begun.branch).toBe('main')
  const first = await proposed(begun, 'Be brief.\n')
  expect(github.state.pulls).toMatchObject([{ number: first.pull, login: 'proofloop[bot]' }])
  await github.mergeByHand(first.pull)

  const now = await baseOf()
  expect(textOf(now)).toBe(`${textOf(begun)}Be brief.\n`)
  const second = await proposed(now, 'Be kind.\n')
  expect(second.pull).not.toBe(first.pull)
  const diff = async () => json<ChangeDiff>(ask('GET', `/api/changes/${second.number}/diff`))
  while ((await diff()).tree === null) await setTimeout(200)
  expect((await diff()).files).toMatchObject([
    {
      path: `agents/promises/${name}`,
      before: textOf(now),
      after: `${textOf(now)}Be kind.\n`,
    },
  ])
})

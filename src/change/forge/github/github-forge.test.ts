import { expect, test } from 'vitest'
import { openForgeOnGitHub } from '../../../../test/helpers/github-forge.ts'
import type { ForgeCheck, ForgeDeployment } from '../forge.ts'

const kinds = ['app', 'token'] as const

test.each(kinds)('shows a pull request as it stands (%s)', async (kind) => {
  await using world = await openForgeOnGitHub({ kind })
  const { github, forge, repository } = world
  const { head, reference } = await world.propose()
  github.runner('test', head, 'success')
  github.runner('lint', head, null)
  github.status('ci/old', head, 'failure')
  const base = await github.head('main')

  const change = await forge.get(reference)

  expect(change).toEqual({
    reference,
    title: 'Change better',
    description: '',
    branch: 'better',
    author: 'ada',
    writers: ['ada'],
    writerAddresses: ['ada@people.test'],
    state: 'open',
    head,
    base,
    commits: 1,
    mergedAs: null,
    reviews: [],
    runners: [
      expect.objectContaining({ name: 'lint', state: 'running', passed: null }),
      expect.objectContaining({ name: 'test', state: 'done', passed: true }),
      expect.objectContaining({ name: 'ci/old', state: 'done', passed: false }),
    ],
  })
  expect(await repository.mergeTree(base!, head)).toEqual({ tree: expect.any(String) })
  expect(await repository.commitOf('main')).toBe(base)
})

test('knows no pull request that there is not, or that goes to another branch', async () => {
  await using world = await openForgeOnGitHub()
  for (const reference of ['1', '0', '-1', '1x', 'main', '12345678901']) {
    expect(await world.forge.get(reference)).toBeNull()
  }
})

test('names everybody who wrote or committed one of 200 commits', async () => {
  await using world = await openForgeOnGitHub()
  const { github } = world
  const committers = new Map([
    [160, 'hedy'],
    [161, 'web-flow'],
  ])
  const authors = new Map([
    [150, 'grace'],
    [170, null],
  ])
  const commits = Array.from({ length: 199 }, (_, i) => {
    const author = authors.get(i)
    const committer = committers.get(i)
    const files = { 'flow.txt': `${i}\n` }
    return {
      branch: 'better',
      files,
      ...(author !== undefined && { author }),
      ...(committer !== undefined && { committer }),
    }
  })
  await github.repository.commitAll(commits)
  const { reference } = await world.propose()
  const change = await world.forge.get(reference)
  expect(change?.commits).toBe(200)
  expect(change?.writers.toSorted()).toEqual(['ada', 'grace', 'hedy'])
})

test('knows whoever a trailer names by an address of this GitHub, in its writers', async () => {
  await using world = await openForgeOnGitHub()
  const { github } = world
  const { hostname } = new URL(github.origin)
  const message = `Edit\n\nCo-authored-by: Hedy <12+hedy_acme@users.noreply.${hostname}>\n`
  await github.push({ branch: 'better', files: { 'flow.txt': 'better\n' }, author: 'ada', message })
  const { reference } = await world.propose()
  const change = await world.forge.get(reference)
  expect(change?.writers.toSorted()).toEqual(['ada', 'hedy_acme'])
})

test('counts the newest review of each person, of the newest commit', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const { number, reference } = await world.propose()
  github.review(number, 'grace')
  const head = await github.push({ branch: 'better', files: { 'flow.txt': 'three\n' } })
  github.review(number, 'hedy', 'CHANGES_REQUESTED')
  github.review(number, 'hedy', 'APPROVED')
  github.review(number, 'hedy', 'COMMENTED')
  github.review(number, 'rosa', 'APPROVED')
  github.review(number, 'rosa', 'CHANGES_REQUESTED')
  github.review(number, 'emmy', 'APPROVED')
  github.dismiss(number, 'emmy')
  const at = expect.any(Number)
  expect((await forge.get(reference))?.reviews).toEqual([
    { person: 'hedy', decision: 'approved', commit: head, at },
    { person: 'rosa', decision: 'changes-requested', commit: head, at },
  ])
})

test('counts of what is merged the reviews from before', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const { number, reference } = await world.propose()
  github.review(number, 'hedy')
  github.review(number, 'rosa', 'CHANGES_REQUESTED')
  await github.mergeByHand(number)
  github.review(number, 'hedy', 'CHANGES_REQUESTED')
  github.review(number, 'rosa')
  expect((await forge.get(reference))?.reviews).toMatchObject([
    { person: 'hedy', decision: 'approved' },
    { person: 'rosa', decision: 'changes-requested' },
  ])
})

test('sees a force-push, and that a pull request was closed and opened again', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const { number, reference, head } = await world.propose()
  expect((await forge.get(reference))?.head).toBe(head)
  const base = (await github.head('main'))!
  const other = await github.push({ branch: 'better', files: { 'flow.txt': 'x\n' }, onto: base })
  expect(other).not.toBe(head)
  expect(await forge.get(reference)).toMatchObject({ head: other, commits: 1 })
  github.close(number)
  expect((await forge.get(reference))?.state).toBe('closed')
  github.reopen(number)
  expect((await forge.get(reference))?.state).toBe('open')
})

const check: ForgeCheck = {
  name: 'gate',
  commit: '',
  state: 'running',
  title: 'Waits for its answer',
  summary: 'It is being **measured**.',
}

test('an App sets one check run for each name and commit, and again only what differs', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const { reference, head } = await world.propose()
  const url = 'https://proofloop.example.org/changes/1'
  const running = { ...check, commit: head, url }
  await forge.setCheck(reference, running)
  await forge.setCheck(reference, running)
  expect(github.effects()).toEqual(['POST /repos/{owner}/{repo}/check-runs'])
  const passed = { ...running, state: 'passed', title: 'Passed' } as const
  await forge.setCheck(reference, passed)
  await forge.setCheck(reference, passed)
  expect(github.state.runs).toEqual([
    expect.objectContaining({
      name: 'proofloop/gate',
      commit: head,
      status: 'completed',
      conclusion: 'success',
      title: 'Passed',
      summary: 'It is being **measured**.',
      url,
    }),
  ])
  expect(github.effects()).toHaveLength(2)
})

test('another try of a check that has ended is a run of its own, and the newest counts', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const { reference, head } = await world.propose()
  const states = ['queued', 'running', 'failed', 'running', 'skipped'] as const
  for (const state of states) await forge.setCheck(reference, { ...check, commit: head, state })
  expect(github.state.runs.map(({ conclusion }) => conclusion)).toEqual(['failure', 'skipped'])
})

test('with a token, a check is a commit status', async () => {
  await using world = await openForgeOnGitHub({ kind: 'token' })
  const { github, forge } = world
  const { reference, head } = await world.propose()
  const title = 'A title that is longer than a status takes. '.repeat(10)
  const states = ['queued', 'running', 'failed', 'failed', 'passed'] as const
  for (const state of states)
    await forge.setCheck(reference, {
      ...check,
      commit: head,
      state,
      title,
      url: 'https://a.example',
    })
  expect(github.state.statuses.map(({ url }) => url)).toEqual(
    Array.from({ length: 3 }, () => 'https://a.example'),
  )
  expect(github.state.statuses.map(({ context, state }) => [context, state])).toEqual([
    ['proofloop/gate', 'pending'],
    ['proofloop/gate', 'failure'],
    ['proofloop/gate', 'success'],
  ])
})

test.each(kinds)('does not take its own checks for those of runners (%s)', async (kind) => {
  await using world = await openForgeOnGitHub({ kind })
  const { forge } = world
  const { reference, head } = await world.propose()
  await forge.setCheck(reference, { ...check, commit: head })
  expect((await forge.get(reference))?.runners).toEqual([])
})

test.each(kinds)('counts what a runner says also behind a hundred others (%s)', async (kind) => {
  await using world = await openForgeOnGitHub({ kind })
  const { github, forge } = world
  const { reference, head } = await world.propose()
  // GitHub names the newest first.
  github.runner('slow', head, 'failure')
  github.status('ci/old', head, 'failure')
  for (let n = 0; n < 120; n += 1) {
    github.runner(`part ${n}`, head, 'success')
    github.status(`ci/${n}`, head, 'success')
  }
  const { runners } = (await forge.get(reference))!
  expect(runners).toHaveLength(242)
  const failed = runners.filter(({ passed }) => passed !== true)
  expect(failed.map(({ name }) => name)).toEqual(['slow', 'ci/old'])
})

test('refuses a check of a commit that GitHub does not have', async () => {
  await using world = await openForgeOnGitHub()
  const { reference } = await world.propose()
  const commit = '0'.repeat(39) + '1'
  await expect(world.forge.setCheck(reference, { ...check, commit })).rejects.toMatchObject({
    code: 'forge-refused',
    message: expect.stringContaining('No commit found'),
  })
})

test.each(kinds)(
  'replaces its one comment, and writes it anew when it is deleted (%s)',
  async (kind) => {
    await using world = await openForgeOnGitHub({ kind })
    const { github, forge } = world
    const { number, reference } = await world.propose()
    const bodies = () =>
      github.state.comments.map(({ login, body }) => [login, body.split('\n').at(-1)])
    await forge.comment(reference, 'one')
    const ours = github.state.comments[0]!
    // Somebody who reads the page's source may write the same.
    github.state.comments.unshift({ ...ours, id: 1, login: 'mallory', app: null })
    await forge.comment(reference, 'two')
    await forge.comment(reference, 'two')
    expect(bodies()).toEqual([
      ['mallory', 'one'],
      [ours.login, 'two'],
    ])
    expect(github.effects()).toHaveLength(2)
    github.deleteComments(number)
    await forge.comment(reference, 'two')
    expect(bodies()).toEqual([[ours.login, 'two']])
  },
)

test.each(kinds)('finds its comment behind a hundred others (%s)', async (kind) => {
  await using world = await openForgeOnGitHub({ kind })
  const { github, forge } = world
  const { number, reference } = await world.propose()
  for (let i = 0; i < 120; i += 1) github.comment(number, 'ada', `Thought ${i}`)
  await forge.comment(reference, 'one')
  await forge.comment(reference, 'two')
  expect(github.state.comments).toHaveLength(121)
})

const requested: ForgeDeployment = {
  commit: '',
  environment: 'production',
  state: 'requested',
  description: 'Version 1f may be deployed.',
}

test('offers a commit to be deployed once, and says when it was stopped', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const { reference } = await world.propose()
  const commit = (await github.head('main'))!
  for (const state of ['requested', 'requested', 'stopped', 'stopped'] as const) {
    await forge.setDeployment(reference, { ...requested, commit, state })
  }
  expect(github.state.deployments).toEqual([
    expect.objectContaining({
      sha: commit,
      environment: 'production',
      statuses: [
        expect.objectContaining({ state: 'queued' }),
        expect.objectContaining({ state: 'failure' }),
      ],
    }),
  ])
})

test.each(kinds)(
  'pushes a branch that was made here and opens its pull request once (%s)',
  async (kind) => {
    await using world = await openForgeOnGitHub({ kind })
    const { github, forge, repository } = world
    await world.propose()
    const base = (await forge.get('1'))!.base
    const author = { name: 'Ada', email: 'ada@people.test' }
    const files = [{ path: 'flow.txt', content: Buffer.from('from a page\n') }]
    const head = await repository.commitFiles({
      branch: 'proofloop/draft-1',
      base,
      files,
      message: 'Edit',
      author,
    })
    const change = { branch: 'proofloop/draft-1', title: 'Edit', description: 'Why', author: 'ada' }
    const reference = await forge.open(change)
    expect(await forge.open(change)).toBe(reference)
    const shown = await forge.get(reference)
    expect(shown).toMatchObject({ head, title: 'Edit', description: 'Why', author: 'ada' })
    expect(await github.head('proofloop/draft-1')).toBe(head)
  },
)

test('whom a change was opened for is believed as it was written for that branch, and else not', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  await world.propose('first')
  await github.push({ branch: 'edit', files: { 'flow.txt': 'x\n' } })
  const change = { branch: 'edit', title: 'Edit', description: 'Why', author: 'ada' }
  const reference = await forge.open(change)
  const [first, second] = github.state.pulls
  const authors = async () => [(await forge.get('1'))?.author, (await forge.get(reference))?.author]
  first!.body = second!.body
  first!.login = 'mallory'
  expect(await authors()).toEqual(['mallory', 'ada'])
  second!.body = second!.body!.replace('for ada', 'for grace')
  expect(await authors()).toEqual(['mallory', 'proofloop[bot]'])
})

test.each(['app', 'token'] as const)(
  'what we wrote into a pull request makes nobody the author of another one of that branch: %s',
  async (kind) => {
    await using world = await openForgeOnGitHub({ kind })
    const { github, forge } = world
    await github.push({ branch: 'edit', files: { 'flow.txt': 'x\n' } })
    const change = { branch: 'edit', title: 'Edit', description: 'Why', author: 'ada' }
    const reference = await forge.open(change)
    const [pull] = github.state.pulls
    const author = async () => (await forge.get(reference))?.author
    expect(await author()).toBe('ada')
    const ours = pull!.login
    // Somebody closes it, copies its text, and opens one of their own.
    for (const login of ['mallory', 'github-actions[bot]']) {
      pull!.login = login
      expect(await author()).toBe(login)
    }
    pull!.login = ours
    pull!.fork = 'mallory/reviews'
    expect(await author()).toBe(ours)
  },
)

test('finds a branch that somebody pushed, before anything else is asked', async () => {
  await using world = await openForgeOnGitHub()
  const { github, repository } = world
  const head = await github.push({ branch: 'theirs', files: { 'flow.txt': 'x\n' } })
  expect(await repository.commitOf('theirs')).toBe(head)
  expect(await repository.commitOf('main')).toBe(await github.head('main'))
  expect(await repository.commitOf('none')).toBeNull()
})

test('does not push over commits of others', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge, repository } = world
  await world.propose()
  const base = (await forge.get('1'))!.base
  await github.push({ branch: 'proofloop/draft-1', files: { 'flow.txt': 'theirs\n' } })
  const author = { name: 'Ada', email: 'ada@people.test' }
  const files = [{ path: 'flow.txt', content: Buffer.from('ours\n') }]
  await repository.commitFiles({
    branch: 'proofloop/draft-1',
    base,
    files,
    message: 'Edit',
    author,
  })
  const change = { branch: 'proofloop/draft-1', title: 'Edit', description: '', author: 'ada' }
  await expect(forge.open(change)).rejects.toMatchObject({ code: 'forge-refused' })
})

test('brings nothing back that was deleted on GitHub', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge, repository } = world
  for (const branch of ['better', 'proofloop/draft-1']) {
    await github.push({ branch, files: { 'flow.txt': `${branch}\n` }, author: 'ada' })
    expect(await repository.commitOf(branch)).not.toBeNull()
    const change = { branch, title: 'Better', description: '', author: 'ada' }
    await forge.close(await forge.open(change))
    await github.repository.deleteRef(`refs/heads/${branch}`)
    expect(await repository.commitOf(branch)).toBeNull()
    await expect(forge.open(change)).rejects.toMatchObject({ code: 'forge-refused' })
    expect(await github.head(branch)).toBeNull()
  }
  // Git has no `better/one` beside a `better`, and there is none any more.
  const head = await github.push({ branch: 'better/one', files: { 'flow.txt': 'x\n' } })
  expect(await repository.commitOf('better/one')).toBe(head)
})

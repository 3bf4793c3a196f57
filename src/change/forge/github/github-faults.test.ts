import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import type { GitHubFault } from '../../../../test/helpers/github-double.ts'
import { openForgeOnGitHub } from '../../../../test/helpers/github-forge.ts'
import { startGitHub } from '../../../../test/helpers/github-double.ts'
import { tempFolder } from '../../../../test/helpers/temp-folder.ts'
import { GitHubForgeSettings } from '../../../schema/change-settings.ts'
import { openGitHubForge } from './open-github-forge.ts'

const away: [string, GitHubFault][] = [
  ['is down', { kind: 'down' }],
  ['has a fault', { kind: 'answer', status: 502 }],
  ['answers something else', { kind: 'garbled' }],
]

test.each(away)('when GitHub %s, it is tried again later', async (_, fault) => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const { reference } = await world.propose()
  github.known.fault = fault
  await expect(forge.get(reference)).rejects.toMatchObject({ code: 'forge-unavailable' })
  github.known.fault = null
  expect(await forge.get(reference)).toMatchObject({ reference })
})

test('when GitHub takes too long to answer, it is tried again later', async () => {
  await using world = await openForgeOnGitHub({ kind: 'token', patience: 300 })
  const { github, forge } = world
  const { reference } = await world.propose()
  github.known.fault = { kind: 'slow', milliseconds: 2000 }
  await expect(forge.get(reference)).rejects.toMatchObject({ code: 'forge-unavailable' })
})

test('when only git is away, it is tried again later', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const { reference } = await world.propose()
  github.known.fault = (call) => (call === 'git' ? { kind: 'answer', status: 503 } : null)
  await expect(forge.get(reference)).rejects.toMatchObject({ code: 'forge-unavailable' })
  github.known.fault = null
  expect(await forge.get(reference)).toMatchObject({ reference })
})

type Limit = { status: number; headers: Record<string, string>; told: string }

const limits: [string, Limit][] = [
  [
    'for so many seconds',
    { status: 403, headers: { 'retry-after': '60' }, told: 'before 2026-03-01T00:01:00Z' },
  ],
  [
    'until a time',
    {
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1772323320' },
      told: 'before 2026-03-01T00:02:00Z',
    },
  ],
  ['without saying how long', { status: 429, headers: {}, told: 'before 2026-03-01T00:01:00Z' }],
]

test.each(limits)(
  'asks nothing while GitHub wants no requests, %s',
  async (_, { status, headers, told }) => {
    let now = Date.parse('2026-03-01T00:00:00Z')
    await using world = await openForgeOnGitHub({ kind: 'token', now: () => now })
    const { github, forge } = world
    const { reference } = await world.propose()
    let asked = 0
    github.known.fault = () => {
      asked += 1
      return { kind: 'answer', status, headers, message: 'API rate limit exceeded' }
    }
    for (let i = 0; i < 3; i += 1) {
      await expect(forge.get(reference)).rejects.toMatchObject({
        code: 'forge-unavailable',
        message: expect.stringContaining(told),
      })
    }
    expect(asked).toBe(1)
    github.known.fault = null
    now += 120_001
    expect(await forge.get(reference)).toMatchObject({ reference })
  },
)

test('says which permission is missing, in the words of GitHub', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const { reference, head: commit } = await world.propose()
  const message = 'Resource not accessible by integration'
  github.known.fault = (call) =>
    call.startsWith('POST /repos') ? { kind: 'answer', status: 403, message } : null
  const check = { name: 'gate', commit, state: 'queued', title: 'x', summary: '' } as const
  await expect(forge.setCheck(reference, check)).rejects.toMatchObject({
    code: 'forge-refused',
    message: `GitHub does not allow this (403, POST /repos/{owner}/{repo}/check-runs): ${message} See which permissions docs/changes.md names.`,
  })
})

test.each(['app', 'token'] as const)('says that it may not look any more (%s)', async (kind) => {
  await using world = await openForgeOnGitHub({ kind })
  const { github, forge } = world
  const { reference } = await world.propose()
  github.known.hasAccess = false
  await expect(forge.get(reference)).rejects.toMatchObject({
    code: 'forge-refused',
    message: expect.stringContaining('GitHub shows us no repository acme/reviews'),
  })
  await expect(forge.events(null)).rejects.toMatchObject({ code: 'forge-refused' })
})

test('a repository that has another name by now is not followed there', async () => {
  await using world = await openForgeOnGitHub({ kind: 'token' })
  const { github, forge } = world
  const { reference } = await world.propose()
  github.known.name = 'acme/better-reviews'
  for (const asked of [() => forge.get(reference), () => forge.comment(reference, 'x')]) {
    await expect(asked()).rejects.toMatchObject({
      code: 'forge-refused',
      message: expect.stringContaining('it was renamed or moved'),
    })
  }
})

test('a token that was taken back is refused', async () => {
  await using world = await openForgeOnGitHub({ kind: 'token' })
  const { reference } = await world.propose()
  world.github.callers.revoke()
  await expect(world.forge.get(reference)).rejects.toMatchObject({
    code: 'forge-refused',
    message: expect.stringContaining('does not accept the token'),
  })
})

test('an App whose token was taken back has itself issued another', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const { reference } = await world.propose()
  await forge.get(reference)
  github.callers.revoke()
  expect(await forge.get(reference)).toMatchObject({ reference })
  expect(github.callers.issued()).toBe(2)
})

test('an App whose token was taken back just before git was asked has itself issued another', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const { reference } = await world.propose()
  await forge.get(reference)
  let isOver = false
  github.known.fault = (call) => {
    if (call === 'git' && !isOver) github.callers.revoke()
    isOver ||= call === 'git'
    return null
  }
  expect(await forge.get(reference)).toMatchObject({ reference })
  expect(github.callers.issued()).toBe(2)
})

test('an App is issued one token for many requests, and another before it ends', async () => {
  let now = Date.now()
  await using world = await openForgeOnGitHub({ now: () => now })
  const { github, forge } = world
  const { reference } = await world.propose()
  await Promise.all([forge.get(reference), forge.get(reference), forge.events(null)])
  await forge.get(reference)
  expect(github.callers.issued()).toBe(1)
  now += 56 * 60_000
  await forge.get(reference)
  expect(github.callers.issued()).toBe(2)
})

test('no token is in an error, in the repository or its configuration', async () => {
  await using world = await openForgeOnGitHub()
  const { github, forge } = world
  const { reference } = await world.propose()
  await forge.get(reference)
  const errors: unknown[] = []
  const faults: GitHubFault[] = [
    { kind: 'down' },
    { kind: 'answer', status: 500 },
    { kind: 'answer', status: 401 },
    { kind: 'answer', status: 404 },
    { kind: 'answer', status: 301, headers: { location: 'https://elsewhere.test' } },
  ]
  for (const fault of faults) {
    github.known.fault = fault
    errors.push(await forge.get(reference).catch((error: unknown) => error))
    github.known.fault = (call) => (call === 'git' ? fault : null)
    errors.push(await forge.get(reference).catch((error: unknown) => error))
  }
  expect(errors).toHaveLength(10)
  expect(errors.every((error) => error instanceof Error)).toBe(true)
  const files = await readdir(world.dataFolder, { recursive: true, withFileTypes: true })
  const contents = files
    .filter((file) => file.isFile())
    .map((file) => readFile(path.join(file.parentPath, file.name), 'latin1'))
  const all = [inspect(errors, { depth: 20, showHidden: true }), ...(await Promise.all(contents))]
  const secrets = github.callers.secrets()
  const encoded = secrets.map((token) => Buffer.from(`x-access-token:${token}`).toString('base64'))
  for (const secret of [...secrets, ...encoded]) {
    expect(all.some((text) => text.includes(secret))).toBe(false)
  }
})

test.each([
  ['no credentials', {}, 'GitHub needs changes.forge.tokenEnv, or changes.forge.app.'],
  [
    'a variable that is not set',
    { tokenEnv: 'NOT_SET' },
    'The variable NOT_SET, which changes.forge names, is not set.',
  ],
  [
    'no key',
    { app: { id: '1', installation: '2', privateKeyEnv: 'GITHUB_TOKEN' } },
    'The variable GITHUB_TOKEN holds no RSA private key as GitHub gives it (PEM).',
  ],
])('with %s it says what to do at the start', async (_, credentials, sentence) => {
  await using github = await startGitHub()
  await using data = await tempFolder()
  const forge = GitHubForgeSettings.parse({
    kind: 'github',
    repository: 'acme/reviews',
    apiUrl: github.origin,
    ...credentials,
  })
  const opened = openGitHubForge({
    settings: { branch: 'main', mostCommits: 250, forge },
    env: github.env,
    dataFolder: data.folder,
    now: Date.now,
  })
  await expect(opened).rejects.toMatchObject({ code: 'forge-credentials', message: sentence })
})

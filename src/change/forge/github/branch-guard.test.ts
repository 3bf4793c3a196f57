import { expect, test } from 'vitest'
import { openForgeOnGitHub } from '../../../../test/helpers/github-forge.ts'
import { ChangeSettings } from '../../../schema/change-settings.ts'
import { branchGuardOf } from './branch-guard.ts'

type World = Awaited<ReturnType<typeof openForgeOnGitHub>>
type Rules = World['github']['state']['rules']

const ours = ['proofloop/gate', 'proofloop/approval']
const strict = { checks: ours, isStrict: true }

/** What a guard comes to by these rules; a code where it does not hold. */
async function found(
  { github, guard }: World,
  rules: Partial<Rules>,
  asked: { mergeQueue?: boolean; administration?: boolean; rulesets?: boolean } = {},
): Promise<string> {
  const { mergeQueue = false, administration = false, rulesets = true } = asked
  const none = {
    checks: [],
    isStrict: false,
    bypass: 'never',
    queue: false,
    classic: null,
  } as const
  Object.assign(github.state.rules, { ...none, ...rules })
  github.state.reads = { administration, rulesets }
  const got = await guard?.({ mergeQueue })
  return got?.holds === true ? 'holds' : (got?.code ?? 'nothing')
}

test('holds where a ruleset wants branches that are up to date, of us, too', async () => {
  await using world = await openForgeOnGitHub()
  expect(await found(world, strict)).toBe('holds')
  expect(await found(world, { ...strict, bypass: 'always' })).toBe('branch-bypassed')
  expect(await found(world, { ...strict, bypass: 'pull_requests_only' })).toBe('branch-bypassed')
  expect(await found(world, { ...strict, bypass: null })).toBe('branch-rules-unreadable')
})

test('does not hold where GitHub merges what is behind', async () => {
  await using world = await openForgeOnGitHub()
  const look = { administration: true }
  expect(await found(world, {}, look)).toBe('branch-not-strict')
  expect(await found(world, { checks: ours }, look)).toBe('branch-not-strict')
  // GitHub heeds it with a check only.
  expect(await found(world, { isStrict: true }, look)).toBe('branch-not-strict')
  expect(await found(world, { ...strict, queue: true })).toBe('branch-has-queue')
})

test('holds by a classic protection that we may read, where it holds for administrators', async () => {
  await using world = await openForgeOnGitHub()
  const look = { administration: true }
  const classic = { ...strict, forAdmins: true }
  expect(await found(world, { classic }, look)).toBe('holds')
  expect(await found(world, { classic: { ...classic, forAdmins: false } }, look)).toBe(
    'branch-bypassed',
  )
  expect(await found(world, { classic: { ...classic, isStrict: false } }, look)).toBe(
    'branch-not-strict',
  )
  expect(await found(world, { classic: { ...classic, checks: [] } }, look)).toBe(
    'branch-not-strict',
  )
})

test('says which permission is missing where GitHub does not let us look', async () => {
  for (const kind of ['app', 'token'] as const) {
    await using world = await openForgeOnGitHub({ kind })
    expect(await found(world, {})).toBe('branch-rules-unreadable')
    const got = await world.guard?.({ mergeQueue: false })
    expect(got).toMatchObject({
      sentence: expect.stringContaining('classic protection (40'),
      fix: expect.stringContaining('Administration (read)'),
    })
    // A ruleset needs no more than everybody may.
    expect(await found(world, strict)).toBe('holds')
    expect(await found(world, strict, { rulesets: false })).toBe('branch-rules-unreadable')
    expect(await world.guard?.({ mergeQueue: false })).toMatchObject({
      sentence: expect.stringContaining('rulesets (403: Upgrade to GitHub Pro'),
    })
  }
})

test('holds of a merge queue that waits for our approval', async () => {
  await using world = await openForgeOnGitHub()
  const queue = { queue: true, checks: ours }
  expect(await found(world, queue, { mergeQueue: true })).toBe('holds')
  const open = { ...queue, checks: ['unit'] }
  const look = { mergeQueue: true, administration: true }
  expect(await found(world, open, look)).toBe('branch-queue-open')
  expect(await found(world, open, { mergeQueue: true })).toBe('branch-rules-unreadable')
  const classic = { ...strict, isStrict: false, forAdmins: true }
  expect(await found(world, { classic }, look)).toBe('holds')
})

test('is asked by who examines a server, where its changes are on GitHub', async () => {
  await using world = await openForgeOnGitHub()
  const { github } = world
  const more = { env: github.env, now: Date.now }
  expect(branchGuardOf(undefined, more)).toBeNull()
  expect(branchGuardOf(ChangeSettings.parse({}), more)).toBeNull()
  const { people: _, ...forge } = github.settings('app')
  const guard = branchGuardOf(ChangeSettings.parse({ forge }), more)
  Object.assign(github.state.rules, strict)
  expect(await guard?.()).toMatchObject({ holds: true })
  github.state.rules.isStrict = false
  expect(await guard?.()).toMatchObject({ holds: false, code: 'branch-rules-unreadable' })
  github.known.fault = { kind: 'down' }
  await expect(guard?.()).rejects.toMatchObject({ code: 'forge-unavailable' })
  github.known.fault = null
})

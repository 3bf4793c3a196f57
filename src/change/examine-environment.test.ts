import { expect, test } from 'vitest'
import {
  changeWorld,
  type ForgeWorld,
  type OpenForgeWorld,
} from '../../test/helpers/change-world.ts'
import { openGitForgeWorld } from '../../test/helpers/git-forge.ts'
import { openGitHubForgeWorld } from '../../test/helpers/github-forge-world.ts'
import type { DoctorReport } from '../schema/doctor.ts'
import { small } from './change-scenarios-world.ts'
import { observeStored, changeContext } from './observe-change.ts'
import { examineEnvironment } from './examine-environment.ts'
import { reconcile } from './reconcile.ts'

const secret = 'keys.example.org refused the key of the custodian'

test.each<[string, OpenForgeWorld]>([
  ['a git repository', openGitForgeWorld],
  ['GitHub', openGitHubForgeWorld],
])(
  'on %s, an environment that is not well stops a change, which is told by names of checks alone, until it is well again',
  async (...[, open]) => {
    await using world = await changeWorld<ForgeWorld>(open)
    const { environment } = world.host.gate.settings
    let isWell = false
    let looks = 0
    const examine = async (): Promise<DoctorReport> => {
      looks += 1
      const result = isWell ? ('pass' as const) : ('fail' as const)
      const check = { sentence: secret, fix: null, milliseconds: 1 }
      const checks = [
        { ...check, name: 'store', result: 'pass' as const },
        { ...check, name: 'model:reviewer', result },
        // It is as it was, and gates can be asked: the doctor alone says so.
        { ...check, name: 'gate-models', result: 'fail' as const },
        // It is asked before each merge, and holds up nothing sooner.
        { ...check, name: 'branch-rules', result: 'fail' as const },
      ]
      return { environment, result: 'fail', checkedAt: world.host.now(), checks }
    }
    const host = { ...world.host, changes: { ...world.host.changes, examine } }
    const id = await world.propose()
    const decided = await reconcile(host, id)
    expect(decided?.stage).toBe('host-fault')
    expect(decided?.told).toContain(
      `Checks of the environment ${environment} failed: model:reviewer.`,
    )
    expect(decided?.step).toEqual({ do: 'wait', until: expect.any(Number) })
    expect(await world.check(id, 'infrastructure')).toMatchObject({
      outcome: 'fail',
      cause: 'environment',
    })
    expect(await world.check(id, 'evaluation')).toBeNull()
    expect(await world.texts(id, decided!)).not.toContain(secret)

    const tryAgain = async (attempt: number) => {
      const { tree } = await world.newest(id)
      const key = { change: id, tree: tree ?? '', name: 'infrastructure' as const, attempt }
      await host.store.changes.startCheck({ ...key, subject: null })
      const attemptOf = async () =>
        (await host.store.changes.checks(id, tree ?? '')).find(
          (one) => one.name === key.name && one.attempt === attempt,
        )!
      const observed = await observeStored(host, await changeContext(host), await world.stored(id))
      const { signal } = new AbortController()
      await examineEnvironment(host, { observed, check: await attemptOf(), signal })
      const { outcome, summary } = await attemptOf()
      return [outcome, summary, looks]
    }
    isWell = true
    const passed = `The environment ${environment} passed 2 checks.`
    // What was not well is looked at again; what was well is taken to be for ten minutes.
    expect(await tryAgain(2)).toEqual(['pass', passed, 2])
    isWell = false
    world.setClock(host.now() + 9 * 60_000)
    expect(await tryAgain(3)).toEqual(['pass', passed, 2])
    world.setClock(host.now() + 60_000)
    expect((await tryAgain(4)).toSpliced(1, 1)).toEqual(['fail', 3])
  },
)

test('rules of the branch that the doctor finds lax hold up the merge, and no check before it', async () => {
  await using world = await changeWorld(openGitHubForgeWorld, small)
  const { host, forge } = world
  const lax = { name: 'branch-rules', result: 'fail' as const, sentence: '', fix: null }
  host.changes.examine = async () => ({
    environment: host.gate.settings.environment,
    result: 'fail',
    checkedAt: host.now(),
    checks: [{ ...lax, milliseconds: 1 }],
  })
  forge.github.state.rules.isStrict = false
  const id = await world.propose()
  expect((await world.settle(id)).stage).toBe('waits-for-approval')
  expect(await world.check(id, 'infrastructure')).toMatchObject({ outcome: 'pass' })
  await world.decide(id, world.ada.id)
  expect((await reconcile(host, id))?.stage).toBe('waits-for-rules')
})

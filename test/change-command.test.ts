import { expect, test } from 'vitest'
import { permissionsOf } from '../src/access/permissions.ts'
import { changeExit } from '../src/cli/change/change-report.ts'
import { noteAway } from '../src/change/forge-cursor.ts'
import { UserFacingError } from '../src/lib/errors.ts'
import { git } from '../src/change/git/git-samples.ts'
import { ChangeStage, type ChangeView } from '../src/schema/change-views.ts'
import { listen } from '../src/server/listen.ts'
import { json } from './helpers/gate-world.ts'
import { changeWorld } from './helpers/proposed-changes.ts'
import { runInProcess } from './helpers/run-in-process.ts'

/** A server that is asked over a socket, by people who each have a key for all that they may. */
async function served(options: Parameters<typeof changeWorld>[0] = {}) {
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await changeWorld(options))
  const { port, close } = await listen(world.app, { host: '127.0.0.1', port: 0 })
  stack.defer(close)
  const server = `http://127.0.0.1:${port}`
  const keys = new Map<string, string>()
  for (const [name, { ask }] of Object.entries({ eve: world.eve, ada: world.ada })) {
    const roles = name === 'eve' ? (['engineer'] as const) : (['approver'] as const)
    const made = { name, permissions: [...permissionsOf(roles)] }
    keys.set(name, (await json<{ secret: string }>(ask('POST', '/api/me/keys', made))).secret)
  }
  const all = stack.move()
  return {
    world,
    run: (who: 'eve' | 'ada', ...argv: string[]) =>
      runInProcess(['change', ...argv, '--server', server], world.work, {
        env: { PROOFLOOP_API_KEY: keys.get(who), PATH: process.env['PATH'] },
      }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

test('a change is opened from the branch that is checked out, listed, followed and withdrawn', async () => {
  await using at = await served({ work: false })
  const { world, run } = at
  await world.branch('less', { 'agents/a/notes.md': 'Less.\n' })
  await git(world.work, ['switch', '--quiet', 'less'])
  const opened = await run('eve', 'open')
  expect(opened).toMatchObject({ exitCode: 0, stderr: '' })
  expect(opened.stdout).toContain(
    'Change 1: Edit\n  is being checked\n  branch less, proposed by eve',
  )
  expect(opened.stdout).toMatch(/ {2}page http:\/\/127\.0\.0\.1:\d+\/changes\/1\n/)
  expect(opened.stdout).toMatch(/ {2}asks the gate once; \d+ of \d+ questions? left\n/)
  expect((await run('eve', 'retry', '1')).stderr).toContain('nothing-to-retry')
  const named = await run('eve', 'open', '--branch', 'less', '--title', 'Other', '--json')
  expect(JSON.parse(named.stdout)).toMatchObject({ number: 1, title: 'Edit' })
  expect((await run('ada', 'list')).stdout).toMatch(/^ {3}1 {2}is being checked +eve: Edit\n$/)
  expect(await run('ada', 'list', '--state', 'merged')).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: 'There are none.\n',
  })
  expect((await run('ada', 'list', '--after', '2')).stdout).toMatch(/^ {3}1 {2}/)
  expect((await run('ada', 'list', '--after', '1')).stderr).toBe('There are none.\n')
  const { store, host } = world
  await noteAway({ store, now: host.now }, new UserFacingError('forge-unavailable', 'It is away.'))
  const away = await run('ada', 'list')
  expect(away.stdout).toMatch(/^ {3}1 {2}is being checked +eve: Edit\n$/)
  expect(away.stderr).toMatch(/^The forge does not answer since 2\d{3}-.*nothing is lost\.\n$/)
  const status = await run('ada', 'status', '1')
  expect(status.exitCode).toBe(3)
  expect(status.stdout).toMatch(/ {2}functional +waiting\n/)
  const looked = await world.seen(1)
  await world.ended(looked, { name: 'functional', outcome: 'fail', cause: 'tests' })
  const failed = await run('eve', 'status', '#1', '--wait')
  expect(failed).toMatchObject({ exitCode: 1, stderr: '' })
  expect(failed.stdout).toMatch(/ {2}functional +fail +It was not passed\.\n/)
  const again = await run('eve', 'retry', '1')
  expect(again).toMatchObject({ exitCode: 0, stderr: '' })
  expect(again.stdout).toMatch(/ {2}functional +running\n/)
  expect((await run('eve', 'retry', '1', '--gate')).stderr).toContain('nothing-to-retry')
  expect(await run('eve', 'close', '1')).toMatchObject({
    exitCode: 0,
    stdout: 'Change 1 is withdrawn.\n',
  })
  expect(world.forge.closed).toEqual(['less'])
})

test('an approver decides about what is shown, and says so', async () => {
  await using at = await served()
  const { world, run } = at
  const { number, head } = await world.gated('fine', 'a comment')
  const waits = await run('eve', 'status', `${number}`, '--wait')
  expect(waits).toMatchObject({ exitCode: 3, stderr: '' })
  expect(waits.stdout).toContain('waits for approval')
  const asked = await run('ada', 'approve', `${number}`)
  expect(asked.exitCode).toBe(2)
  expect(asked.stderr).toContain(`commit ${head}`)
  expect(asked.stderr).toMatch(/^ {2}(?:added|changed) {2,}\S+$/m)
  expect(asked.stderr).toContain('Nothing was decided. Add --yes to decide.')
  const other = await run('ada', 'approve', `${number}`, '--yes', '--head', '0123456')
  expect(other.stderr).toContain(`The newest commit of change ${number} is ${head}`)
  const overridden = await run(
    'ada',
    'override',
    `${number}`,
    '--yes',
    '--reason',
    'I like it so much',
  )
  expect(overridden).toMatchObject({ exitCode: 2, stdout: '' })
  expect(overridden.stderr).toContain('Only a gate that answered that it cannot tell')
  const own = await run('eve', 'approve', `${number}`, '--yes')
  expect(own).toMatchObject({ exitCode: 2, stdout: '' })
  expect(own.stderr).toContain('changes:approve')
  const wanted = ['--request-changes', '--reason', 'Say it in other words.']
  expect((await run('ada', 'approve', `${number}`, '--yes', ...wanted)).exitCode).toBe(0)
  const told = await run('eve', 'status', `${number}`)
  expect(told).toMatchObject({ exitCode: 1 })
  expect(told.stdout).toContain('changes-requested by ada: Say it in other words.\n')
  const approved = await run('ada', 'approve', `${number}`, '--yes', '--json', '--head', head)
  expect((JSON.parse(approved.stdout) as ChangeView).decisions).toMatchObject([
    { decision: 'changes-requested', reason: 'Say it in other words.' },
    { decision: 'approved' },
  ])
})

test('what cannot be done without a server, a number or a state is refused in a sentence', async () => {
  const run = (...argv: string[]) => runInProcess(['change', ...argv], process.cwd())
  const alone = await run('list')
  expect(alone).toMatchObject({ exitCode: 2, stdout: '' })
  expect(alone.stderr).toContain('proofloop start')
  const server = ['--server', 'http://127.0.0.1:1']
  expect((await run('list', '--state', 'new', ...server)).stderr).toContain('open, merged, closed')
})

test('a text that no server takes is told by its option, before anybody is asked', async () => {
  const long = 'x'.repeat(300)
  const cases: [string[], string][] = [
    [['open', '--title', ''], '--title takes 1 to 200 characters, and this has 0. [option-length]'],
    [['open', '--title', long], '--title takes 1 to 200 characters, and this has 300.'],
    [['open', '--branch', long], '--branch takes 1 to 250 characters, and this has 300.'],
    [['open', '--description', 'x'.repeat(20_001)], '--description takes up to 20000 characters'],
    [['open', '--branch', 'x', '--draft', 'y'], 'Give --branch or --draft, and not both'],
    [
      ['approve', '1', '--reason', 'short'],
      '--reason takes 10 to 2000 characters, and this has 5.',
    ],
    [['approve', '1', '--request-changes', '--yes'], '--request-changes takes --reason'],
    [['override', '1', '--yes', '--reason', ' '], '--reason takes 10 to 2000 characters'],
  ]
  const server = ['--server', 'http://127.0.0.1:1']
  for (const [argv, sentence] of cases) {
    const told = await runInProcess(['change', ...argv, ...server], process.cwd())
    expect(told).toMatchObject({ exitCode: 2, stdout: '' })
    expect(told.stderr).toContain(sentence)
  }
})

test('a branch that is not there is told so, with a title and without', async () => {
  await using at = await served()
  const untitled = await at.run('eve', 'open', '--branch', 'nosuch')
  expect(untitled).toMatchObject({ exitCode: 2, stdout: '' })
  expect(untitled.stderr).toContain('There is no branch nosuch here to take a title from.')
  const titled = await at.run('eve', 'open', '--branch', 'nosuch', '--title', 'Less')
  expect(titled.stderr).toContain('The repository has no branch nosuch.')
})

test('every stage has an exit code', () => {
  const codes = ChangeStage.options.map((stage) => changeExit(stage))
  expect(codes.filter((code) => code === 0)).toHaveLength(1)
  expect(changeExit('deployable')).toBe(0)
  expect(changeExit('waits-for-approval')).toBe(3)
  expect(changeExit('not-passed')).toBe(1)
})

test('what is left of the budget is told before the gate is asked once more, and it is not asked without a yes', async () => {
  await using at = await served()
  const { world, run } = at
  const { number } = await world.gated('less', 'no promises')
  const asked = await run('eve', 'retry', `${number}`, '--gate')
  expect(asked).toMatchObject({ exitCode: 2, stdout: '' })
  expect(asked.stderr).toContain('Gate: 9 of 10 questions left.\n')
  expect(asked.stderr).toContain('Nothing was asked. Add --yes to take one')
  const gates = async () => (await world.store.gates.list({ limit: 9 })).length
  const before = await gates()
  const again = await run('eve', 'retry', `${number}`, '--gate', '--yes')
  expect(again).toMatchObject({ exitCode: 0, stderr: 'Gate: 9 of 10 questions left.\n' })
  expect((await gates()) - before).toBe(1)
})

import { cp, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { root } from './helpers/guide-steps.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const flow = 'examples/span-review'

test('who is alone asks the gate on the own data, and the receipt says that nothing was hidden', async () => {
  await using folder = await tempFolder()
  const run = (...argv: string[]) => runInProcess(argv, folder.folder)
  await cp(path.join(root, flow), folder.path(flow), { recursive: true })
  await cp(folder.path(flow), folder.path('mine'), { recursive: true })
  await rm(folder.path('mine/agents/contradictory'), { recursive: true })
  const imported = await run('dataset', 'import', 'spans', `${flow}/dataset`, '--splits', 'test')
  expect(imported).toMatchObject({ exitCode: 0 })

  const gate = ['gate', '--flow', flow, '--baseline', 'current', '--receipt', 'receipt.json']
  const unasked = await run(...gate, '--candidate', flow)
  expect(unasked).toMatchObject({ exitCode: 2, stdout: '' })
  expect(unasked.stderr).toContain('gate-not-confirmed')

  const worse = await run(...gate, '--candidate', 'mine', '--yes')
  expect(worse).toMatchObject({ exitCode: 1 })
  expect(worse.stdout).toContain('NOT PASSED: quality.')
  expect(worse.stderr).toContain('0 of 10 gates')
  expect(worse.stderr).toContain('each version asks the models that it names itself.')

  const same = await run(...gate, '--candidate', flow, '--yes')
  expect(same).toMatchObject({ exitCode: 0, stdout: 'PASSED\n' })
  const { receipt } = JSON.parse(await readFile(folder.path('receipt.json'), 'utf8')) as {
    receipt: { candidate: { version: string } }
  }
  // Whoever asks on the command line reads the data folder anyway.
  expect(receipt).toMatchObject({ verdict: 'passed', solo: true, boundary: 'none' })

  await run('gate', 'key', '--flow', flow, '--to', 'key.pem')
  const verify = async (...argv: string[]) => {
    const checked = await run('gate', 'verify', 'receipt.json', '--key', 'key.pem', ...argv)
    return [checked.exitCode, checked.stderr]
  }
  const { stdout } = await run('gate', 'verify', 'receipt.json', '--key', 'key.pem')
  expect(stdout).toMatch(/^ {2}margin \d+ points, at least \d+ documents, \d+ runs? each$/mu)
  expect(stdout).toContain('It is of solo mode: one person held two roles, so nobody else')
  const { version } = receipt.candidate
  const other = 'f'.repeat(32)
  expect(await verify('--candidate', version)).toEqual([0, ''])
  expect(await verify('--candidate', version.slice(0, 32))).toEqual([0, ''])
  expect(await verify('--candidate', other)).toEqual([
    1,
    `It is of another version than ${other}.\n`,
  ])
  // One person is all there is, and the walls are what this machine has.
  const alone = 'It is of solo mode: one person held two roles.\n'
  expect(await verify('--no-solo')).toEqual([1, alone])
  expect(await verify('--require-walls')).toEqual([
    1,
    expect.stringMatching(/^Its flows could have told what they read: .*boundary none\.\n$/u),
  ])
  const [short, why] = await verify('--candidate', version.slice(0, 12))
  expect([short, why]).toEqual([2, expect.stringContaining('version-too-short')])
})

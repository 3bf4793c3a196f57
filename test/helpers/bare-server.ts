import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import type { DoctorCheck, DoctorReport } from '../../src/schema/doctor.ts'
import { root } from './guide-steps.ts'
import { keysOfTeam } from './keys-of-team.ts'
import { nodeEnv } from './node-env.ts'
import { serverProcess } from './server-process.ts'
import type { tempFolder } from './temp-folder.ts'
import { withoutTools } from './without-tools.ts'

/** The command line, until it ends. */
export async function cli(args: readonly string[], cwd: string, env: Record<string, string> = {}) {
  const main = path.join(root, 'src/cli/main.ts')
  const command = [process.execPath, '--conditions=proofloop-source', main, ...args]
  const child = spawn(command[0] ?? '', command.slice(1), {
    cwd,
    env: { ...nodeEnv, ...env },
  })
  const ended = once(child, 'exit')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  await ended
  return { code: child.exitCode, stdout, stderr }
}

const config = `export default { models: {}, gate: { dataset: 'spans', answerEverySeconds: 30 },
  environments: { prod: {} } }
`

/**
 * A version in production, hidden examples, and a candidate that is as good, on a machine without tools.
 * @param wrap start of a command that becomes somebody else, once the tools are gone
 */
export async function bareServer(
  folder: Awaited<ReturnType<typeof tempFolder>>,
  wrap: readonly string[] = [],
) {
  const example = path.join(root, 'examples/span-review')
  for (const name of ['flow', 'better']) await cp(example, folder.path(name), { recursive: true })
  const prompt = folder.path('better/agents/other/agent.prompty')
  const before = await readFile(prompt, 'utf8')
  await writeFile(prompt, before.replace('  shots: 1', '  shots: 1\n  minScore: 1'))
  await writeFile(folder.path('proofloop.config.ts'), config)
  const args = ['--port', '0', '--data', folder.path('data'), '--flow', folder.path('flow')]
  args.push('--config', folder.path('proofloop.config.ts'))
  args.push('--gate-socket', folder.path('shared/gate.sock'))
  const server = await serverProcess(args, { cwd: folder.folder, wrap: [...withoutTools, ...wrap] })
  const [CUSTODIAN = '', ENGINEER = ''] = await keysOfTeam(server, {
    keep: ['custodian', 'admin', 'operator'],
    invited: { eve: 'engineer' },
  })
  const as = (key: string) => ({ PROOFLOOP_API_KEY: key })
  const at = ['--server', server.url]
  const dataset = ['dataset', 'import', 'spans', path.join(example, 'dataset')]
  const imported = await cli([...dataset, '--splits', 'test', ...at], root, as(CUSTODIAN))
  expect(imported.stderr).toBe('')
  const headers = { authorization: `Bearer ${CUSTODIAN}`, 'content-type': 'application/json' }
  const marked = await fetch(`${server.url}/api/flow/references`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ role: 'baseline' }),
  })
  expect(marked.status).toBe(200)
  const ask = (receipt: string) =>
    cli(
      ['gate', '--candidate', 'better', '--yes', '--receipt', receipt, ...at],
      folder.folder,
      as(ENGINEER),
    )
  /** What the doctor of the server found, by the name of the check. */
  const examined = async (name: string): Promise<DoctorCheck | undefined> => {
    const asked = await fetch(`${server.url}/api/environments/prod/doctor`, {
      method: 'POST',
      headers,
      body: '{}',
    })
    const { checks } = (await asked.json()) as DoctorReport
    return checks.find((check) => check.name === name)
  }
  return { server, ask, examined, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

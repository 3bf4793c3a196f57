import { execFile, execFileSync } from 'node:child_process'
import { cp, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { elided, root, stepsIn } from './helpers/guide-steps.ts'
import { keysOfTeam } from './helpers/keys-of-team.ts'
import { npxOfSources } from './helpers/npx-of-sources.ts'
import { serverProcess } from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

function hasCurl(): boolean {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const separator = '\u001e'

/** Hashes and times differ from run to run. */
function comparable(text: string): string {
  return text
    .trim()
    .replaceAll(/\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b/gu, 'HASH')
    .replaceAll(/20\d\d-\d\d-\d\dT[\d:.]+Z/gu, 'TIME')
    .replaceAll(/isolation \w+, boundary \w+/gu, 'WALLS')
}

test.skipIf(!hasCurl())(
  'the guide leads a custodian, an author and an approver through one gate each',
  async () => {
    await using folder = await tempFolder()
    await cp(path.join(root, 'examples'), folder.path('examples'), { recursive: true })
    const PATH = await npxOfSources(folder.folder)
    const steps = stepsIn('docs/gate.md', 'server')
    for (const step of steps) if ('file' in step) await writeFile(folder.path(step.file), step.text)
    const flow = folder.path('examples/span-review')
    const config = folder.path('proofloop.config.ts')
    const args = ['--port', '0', '--data', folder.path('data'), '--flow', flow, '--config', config]
    await using server = await serverProcess(args, { cwd: folder.folder })
    const invited = { eve: 'engineer', ada: 'approver' } as const
    const [CUSTODIAN = '', ENGINEER = '', APPROVER = ''] = await keysOfTeam(server, {
      keep: ['custodian', 'admin'],
      invited,
    })
    const keys = { CUSTODIAN, ENGINEER, APPROVER }
    const commands = steps.filter((step) => 'line' in step)
    const script = commands.map(({ line }) => line).join(`\nprintf '${separator}'\n`)
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: folder.folder,
      env: { PATH, PROOFLOOP: server.url, ...keys },
      maxBuffer: 2 ** 24,
    })
    const printed = stdout.split(separator)
    expect(commands.length).toBeGreaterThan(8)
    for (const [i, { line, output }] of commands.entries()) {
      expect(output).not.toBe(elided)
      expect([line, comparable(printed[i] ?? '')]).toEqual([line, comparable(output)])
    }
  },
)

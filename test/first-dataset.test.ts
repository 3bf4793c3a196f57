import { execFile, execFileSync } from 'node:child_process'
import { cp, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Role } from '../src/schema/access.ts'
import type { ReferenceMeasures } from '../src/schema/api/dataset-references.ts'
import { type Command, elided, root, stepsIn } from './helpers/guide-steps.ts'
import { keysOfTeam } from './helpers/keys-of-team.ts'
import { npxOfSources } from './helpers/npx-of-sources.ts'
import { serverProcess } from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Ids and days differ from run to run, and so does the order of what was reviewed at once. */
function comparable(text: string): string[] {
  const masked = text
    .trim()
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replaceAll(/\d{4}-\d\d-\d\d/g, 'DAY')
  return masked.split('\n').toSorted()
}

/** What was printed, without what the guide leaves out of it; all of it where that is not how they differ. */
function withoutLeftOut(printed: string, output: string): string {
  const pieces = output.split(new RegExp(`^${elided}$`, 'mu')).map((piece) => piece.trim())
  const isLeftOut = pieces.length > 1 && pieces.every((piece) => printed.includes(piece))
  return isLeftOut ? output : printed
}

/** Between what two commands print. */
const separator = '\u001e'

/** Gives the commands to one shell, as a reader does. @returns what each printed on stdout */
async function give(commands: Command[], options: { cwd: string; env: Record<string, string> }) {
  const script = commands.map(({ line }) => line).join(`\nprintf '${separator}'\n`)
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    ...options,
    maxBuffer: 2 ** 24,
  })
  return stdout.split(separator)
}

/** What a custodian sees on the dataset's page once the baseline is measured. */
async function measuredBaseline(url: string, key: string) {
  for (;;) {
    const headers = { authorization: `Bearer ${key}` }
    const answer = await fetch(`${url}/api/datasets/letters/references`, { headers })
    const { items } = (await answer.json()) as ReferenceMeasures
    const evaluation = items[0]?.evaluation ?? null
    if (evaluation !== null && evaluation.finishedAt !== null) return evaluation
    await setTimeout(200)
  }
}

test.skipIf(!has('curl'))(
  'the guide leads from PDFs and verdicts to a dataset with three splits and an evaluation',
  async () => {
    await using folder = await tempFolder()
    await cp(path.join(root, 'examples'), folder.path('examples'), { recursive: true })
    const PATH = await npxOfSources(folder.folder)
    const flow = path.join(root, 'examples/document-review')
    const args = ['--port', '0', '--data', folder.path('data'), '--flow', flow]
    await using server = await serverProcess(args, { cwd: folder.folder })
    const invited = { rita: 'reviewer', eve: 'engineer' } as const
    const keep: Role[] = ['custodian', 'operator', 'admin']
    const [CUSTODIAN = '', REVIEWER = '', ENGINEER = ''] = await keysOfTeam(server, {
      keep,
      invited,
    })
    const keys = { CUSTODIAN, REVIEWER, ENGINEER }

    const steps = stepsIn('docs/datasets.md', 'server')
    for (const step of steps) if ('file' in step) await writeFile(folder.path(step.file), step.text)
    const commands = steps.filter((step) => 'line' in step)
    expect(commands.length).toBeGreaterThan(8)
    const printed = await give(commands, {
      cwd: folder.folder,
      env: { PATH, PROOFLOOP: server.url, ...keys },
    })
    expect(printed).toHaveLength(commands.length)
    for (const [i, { line, output }] of commands.entries()) {
      const said = (printed[i] ?? '').replaceAll(server.url, 'http://127.0.0.1:4310')
      const shown = withoutLeftOut(said, output)
      expect([line, ...comparable(shown)]).toEqual([line, ...comparable(output)])
    }
    const baseline = await measuredBaseline(server.url, keys.CUSTODIAN)
    expect(baseline).toMatchObject({ state: 'done', documents: 3, reason: null })
  },
)

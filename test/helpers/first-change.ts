import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import { bareMark } from '../../src/change/test-tree.ts'
import { permissionsOf } from '../../src/access/permissions.ts'
import { Role } from '../../src/schema/access.ts'
import { type Command, root, type Step, stepsIn } from './guide-steps.ts'
import { keyMaker } from './keys-of.ts'
import { npxOfSources } from './npx-of-sources.ts'
import { tempFolder } from './temp-folder.ts'

const guide = 'docs/first-change.md'

/** Between what two commands print. */
const separator = '\u001e'

/** Commits, ids and ports differ from run to run. */
function comparable(text: string): string {
  return (
    text
      .trimEnd()
      .replaceAll(/\b[0-9a-f]{40}\b/gu, 'COMMIT')
      .replaceAll(/\b(?:version|baseline) [0-9a-f]{12,64}\b/gu, 'VERSION')
      .replaceAll(/http:\/\/127\.0\.0\.1:\d+/gu, 'SERVER')
      // Where the system puts up walls, nobody says so.
      .replaceAll(` ${bareMark}`, '')
      .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gu, 'ID')
  )
}

function isCommand(step: Step): step is Command {
  return 'line' in step
}

/** An empty folder in which the first part of the guide was followed. */
export async function firstChangeFolder() {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await tempFolder())
  const tools = stack.use(await tempFolder())
  const shell = { cwd: folder.folder, PATH: await npxOfSources(tools.folder) }
  await follow(shell, { label: 'repository', env: { CHECKOUT: root } })
  const all = stack.move()
  return { ...shell, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

type Started = { url: string; link: string | null }
type Shell = { cwd: string; PATH: string }

/** Expects of each command what the guide shows. @returns how many there were */
async function follow(
  { cwd, PATH }: Shell,
  { label, env }: { label: string; env: Record<string, string> },
): Promise<number> {
  const steps = stepsIn(guide, label)
  for (const step of steps) {
    if (!isCommand(step)) await writeFile(path.join(cwd, step.file), step.text)
  }
  const commands = steps.filter(isCommand)
  const script = commands.map(({ line }) => line).join(`\nprintf '${separator}'\n`)
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    cwd,
    env: { PATH, HOME: cwd, ...env },
    maxBuffer: 2 ** 24,
  })
  const printed = stdout.split(separator)
  expect(printed).toHaveLength(commands.length)
  for (const [i, { line, output }] of commands.entries()) {
    expect([line, comparable(printed[i] ?? '')]).toEqual([line, comparable(output)])
  }
  return commands.length
}

/** What a reader does once the server runs, with the key that they make on its page. */
export async function followFirstChange(shell: Shell, server: Started): Promise<number> {
  const keyOf = await keyMaker(server)
  const PROOFLOOP_API_KEY = await keyOf([...permissionsOf(Role.options)])
  return follow(shell, { label: 'server', env: { PROOFLOOP: server.url, PROOFLOOP_API_KEY } })
}

import { execFile } from 'node:child_process'
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { elided, root, type Step, stepsIn } from './helpers/guide-steps.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const proofloop = 'npx proofloop '

/** What it prints on stdout; what is left out in the guide is left out here. */
async function take(step: Step, { folder, path: at }: Folder): Promise<string> {
  if ('file' in step) {
    await writeFile(at(step.file), step.text)
    return ''
  }
  const words = step.line.replaceAll('\\\n', ' ').trim().split(/\s+/u)
  const { output } = step
  const [program = '', ...rest] = words
  const isOurs = words.join(' ').startsWith(proofloop)
  const { stdout } = isOurs
    ? await runInProcess(rest.slice(1), folder)
    : await promisify(execFile)(program, rest, { cwd: folder })
  return output === elided ? elided : stdout.trim()
}

/** One of ours without output: what it prints would be too long. */
function isForReading(step: Step): boolean {
  return 'line' in step && step.line.startsWith('npx ') && step.output === ''
}

type Folder = Awaited<ReturnType<typeof tempFolder>>

test('no guide edits files with a sed that only Linux has', async () => {
  const guides = (await readdir(path.join(root, 'docs'))).filter((name) => name.endsWith('.md'))
  expect(guides).toContain('first-change.md')
  for (const name of guides) {
    const text = await readFile(path.join(root, 'docs', name), 'utf8')
    expect([name, /sed -i/u.test(text)]).toEqual([name, false])
  }
})

test.each([
  'README.md',
  'docs/evaluation.md',
  'docs/agents.md',
  'docs/models.md',
  'docs/datasets.md',
  'docs/flows.md',
])('the commands of %s print what it says', async (file) => {
  await using folder = await tempFolder()
  for (const name of ['test', 'examples']) {
    await symlink(path.join(root, name), folder.path(name))
  }
  const steps = stepsIn(file).filter((step) => !isForReading(step))
  expect(steps.some((step) => 'line' in step)).toBe(true)
  for (const step of steps) {
    const printed = await take(step, folder)
    expect(printed).toBe('line' in step ? step.output.trim() : '')
  }
})

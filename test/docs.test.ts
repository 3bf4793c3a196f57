import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const root = path.resolve(import.meta.dirname, '..')
const proofloop = 'npx proofloop '
const elided = '…'

type Command = { words: string[]; output: string }
/** What a reader does, from top to bottom: writes a file that is shown, or gives a command. */
type Step = { file: string; text: string } | Command

function stepsIn(guide: string): Step[] {
  const text = readFileSync(path.join(root, guide), 'utf8')
  const blocks = text.matchAll(/^```(?:console|\w+ file=(?<file>\S+))\n(?<body>.*?)^```$/gmsu)
  return Array.from(blocks).flatMap(({ groups: { file, body = '' } = {} }): Step[] =>
    file === undefined ? commandsIn(body) : [{ file, text: body }],
  )
}

/** One of ours without output is for reading only: what it prints would be too long. */
function commandsIn(block: string): Command[] {
  const commands = block.split(/^(?=\$ )/mu).map((part) => {
    const [command = '', output = ''] = part.split(/(?<!\\)\n([^]*)/u)
    expect(command.startsWith('$ ')).toBe(true)
    const words = command.slice(2).replaceAll('\\\n', ' ').trim().split(/\s+/u)
    return { words, output: output.trim() }
  })
  return commands.filter(({ words, output }) => words[0] !== 'npx' || output !== '')
}

/** What it prints on stdout; what is left out in the guide is left out here. */
async function take(step: Step, { folder, path: at }: Folder): Promise<string> {
  if ('file' in step) {
    await writeFile(at(step.file), step.text)
    return ''
  }
  const { words, output } = step
  const [program = '', ...rest] = words
  const isOurs = words.join(' ').startsWith(proofloop)
  const { stdout } = isOurs
    ? await runInProcess(rest.slice(1), folder)
    : await promisify(execFile)(program, rest, { cwd: folder })
  return output === elided ? elided : stdout.trim()
}

type Folder = Awaited<ReturnType<typeof tempFolder>>

test.each([
  'README.md',
  'docs/evaluation.md',
  'docs/agents.md',
  'docs/models.md',
  'docs/datasets.md',
])('the commands of %s print what it says', async (file) => {
  await using folder = await tempFolder()
  for (const name of ['test', 'examples']) {
    await symlink(path.join(root, name), folder.path(name))
  }
  const steps = stepsIn(file)
  expect(steps.some((step) => 'words' in step)).toBe(true)
  for (const step of steps) {
    const printed = await take(step, folder)
    expect(printed).toBe('words' in step ? step.output : '')
  }
})

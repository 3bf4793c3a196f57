import { readFileSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const root = path.resolve(import.meta.dirname, '..')
const prompt = '$ npx proofloop '
const elided = '…'

type Shown = { argv: string[]; output: string }

/** The commands of all `console` blocks with what they print; a command without output is none. */
function shownIn(file: string): Shown[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  const blocks = Array.from(text.matchAll(/^```console\n(.*?)^```$/gmsu), ([, block = '']) => block)
  return blocks
    .flatMap((block) => block.split(/^(?=\$ )/mu))
    .map((part) => {
      const [command = '', output = ''] = part.split(/(?<!\\)\n([^]*)/u)
      expect(command.startsWith(prompt)).toBe(true)
      const words = command.slice(prompt.length).replaceAll('\\\n', ' ')
      return { argv: words.trim().split(/\s+/u), output: output.trim() }
    })
    .filter(({ output }) => output !== '')
}

test.each(['README.md', 'docs/evaluation.md', 'docs/agents.md', 'docs/models.md'])(
  'the commands of %s print what it says',
  { timeout: 60_000 },
  async (file) => {
    await using folder = await tempFolder()
    for (const name of ['test', 'examples']) {
      await symlink(path.join(root, name), folder.path(name))
    }
    const shown = shownIn(file)
    expect(shown.length).toBeGreaterThan(0)
    for (const { argv, output } of shown) {
      const { stdout } = await runInProcess(argv, folder.folder)
      expect(output === elided ? elided : stdout.trim()).toBe(output)
    }
  },
)

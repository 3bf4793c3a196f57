import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import type { Io } from '../io.ts'
import { version } from '../version.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const template = path.join(root, 'examples', 'new-flow')

/** Under their own names these files would count for our repository and package, too. */
const renamed = [
  ['gitignore', '.gitignore'],
  ['manifest.json', 'package.json'],
] as const

/** Writes a flow of one's own into a new or empty folder, and says what to do next. */
export async function init(directory: string, io: Io): Promise<number> {
  const folder = path.resolve(io.cwd, directory)
  await makeEmptyFolder(folder, directory)
  await cp(template, folder, { recursive: true })
  for (const [from, to] of renamed) await rename(path.join(folder, from), path.join(folder, to))
  const source = await giveName(folder)
  const shown = printable(directory)
  const dataset = path.join(shown, 'datasets', 'letters', 'examples.jsonl')
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const count = files.filter((entry) => entry.isFile()).length
  io.stdout
    .write(`${shown}: a flow with one agent, eight labelled letters and tests (${count} files).

Next, see how good the agent is and what it gets wrong:

  npx proofloop evaluate --flow ${quoted(shown)} --dataset ${quoted(dataset)} --examples
`)
  if (source.startsWith('file:')) io.stderr.write(onThisMachine(source))
  return 0
}

/** What a runner of a forge, or a colleague, would stumble over. */
function onThisMachine(source: string): string {
  return `Its package.json names the checkout of Proofloop that made it (${printable(source)}), which another machine does not have. Before you push the flow, name what npm can install there, such as:

  npm install --save-dev git+https://HOST/proofloop.git#COMMIT
`
}

async function makeEmptyFolder(folder: string, name: string): Promise<void> {
  const shown = printable(name)
  try {
    await mkdir(folder, { recursive: true })
    if ((await readdir(folder)).length === 0) return
  } catch (cause) {
    const sentence = `${shown} cannot be made a folder. Is there a file of that name, and may you write there?`
    throw new UserFacingError('folder-not-made', sentence, { cause })
  }
  const sentence = `The folder ${shown} is not empty, and nothing in it was changed. Name a new one.`
  throw new UserFacingError('folder-not-empty', sentence)
}

/** Named after its folder, and bound to the Proofloop that made it. @returns where npm gets that from */
async function giveName(folder: string): Promise<string> {
  const name = nameOf(folder)
  const manifest = path.join(folder, 'package.json')
  const fields: { devDependencies: Record<string, string> } = JSON.parse(
    await readFile(manifest, 'utf8'),
  )
  const source = await sourceOf(folder)
  fields.devDependencies['proofloop'] = source
  await writeFile(manifest, `${JSON.stringify({ ...fields, name }, null, 2)}\n`)
  const readme = path.join(folder, 'README.md')
  const text = await readFile(readme, 'utf8')
  await writeFile(
    readme,
    text.replace('# new-flow', () => `# ${name}`),
  )
  return source
}

/** A name that npm takes. */
function nameOf(folder: string): string {
  const letters = path
    .basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/gu, '-')
  return letters.replace(/^-+|-+$/gu, '') || 'flow'
}

/** A checkout is not published under its version: the flow then uses it where it lies. */
async function sourceOf(folder: string): Promise<string> {
  const isCheckout = (await readdir(root)).includes('src')
  return isCheckout ? `file:${path.relative(folder, root)}` : `^${version()}`
}

function quoted(word: string): string {
  return /^[\w./-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

import { execFile, execFileSync } from 'node:child_process'
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { serverProcess } from './helpers/server-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const root = path.resolve(import.meta.dirname, '..')

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** As much of jq as the guide uses, which not every machine has: a path, and -r for bare strings. */
const jq = `#!${process.execPath}
const [path] = process.argv.slice(2).filter((word) => word !== '-r')
let text = ''
process.stdin.on('data', (data) => (text += data)).on('end', () => {
  const names = path.match(/[a-z]\\w*|\\d+/gi) ?? []
  console.log(names.reduce((value, name) => value[name], JSON.parse(text)))
})
`

test.skipIf(!has('curl'))('the commands of docs/server.md do the whole loop', async () => {
  const guide = await readFile(path.join(root, 'docs/server.md'), 'utf8')
  const script = Array.from(guide.matchAll(/^```sh\n(.*?)^```$/gmsu), ([, body]) => body).join('\n')
  await using folder = await tempFolder()
  const documents = path.join(root, 'examples/document-review/documents')
  await copyFile(path.join(documents, 'benefit-options.pdf'), folder.path('report.pdf'))
  await mkdir(folder.path('bin'))
  await writeFile(folder.path('bin/jq'), jq)
  await chmod(folder.path('bin/jq'), 0o755)
  const args = ['--port', '0', '--data', folder.path('data')]
  await using server = await serverProcess(args, { cwd: folder.folder })
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder.folder,
    env: {
      PATH: `${folder.path('bin')}:${process.env['PATH']}`,
      LINK: server.link ?? '',
      PROOFLOOP: server.url,
    },
  })
  expect(stdout).toContain('data: {"type":"complete","state":"done"}')
  expect(stdout).toContain('"status":"accepted","version":1')
  expect(stdout).toContain('"origin":"person"')
  expect(stdout).toContain('{"agents":[{"agent":"definitive-language","issues":1,"accepted":1')
  expect((await readFile(folder.path('reviewed.pdf'))).subarray(0, 5).toString()).toBe('%PDF-')
})

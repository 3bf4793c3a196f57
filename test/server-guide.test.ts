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

/** Runs commands beside `report.pdf` and a server; also what they left there. */
async function follow(commandsOf: (url: string) => Promise<string>) {
  const folder = await tempFolder()
  const documents = path.join(root, 'examples/document-review/documents')
  await copyFile(path.join(documents, 'benefit-options.pdf'), folder.path('report.pdf'))
  await mkdir(folder.path('bin'))
  await writeFile(folder.path('bin/jq'), jq)
  await chmod(folder.path('bin/jq'), 0o755)
  const args = ['--port', '0', '--data', folder.path('data')]
  await using server = await serverProcess(args, { cwd: folder.folder })
  const commands = await commandsOf(server.url)
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], {
    cwd: folder.folder,
    env: {
      PATH: `${folder.path('bin')}:${process.env['PATH']}`,
      LINK: server.link ?? '',
      PROOFLOOP: server.url,
    },
  })
  return { stdout, ...folder }
}

test.skipIf(!has('curl'))('the commands of docs/server.md do the whole loop', async () => {
  await using done = await follow(async () => {
    const guide = await readFile(path.join(root, 'docs/server.md'), 'utf8')
    return Array.from(guide.matchAll(/^```sh\n(.*?)^```$/gmsu), ([, body]) => body).join('\n')
  })
  expect(done.stdout).toContain('data: {"type":"complete","state":"done"}')
  expect(done.stdout).toContain('"status":"accepted","version":1')
  expect(done.stdout).toContain('"origin":"person"')
  expect(done.stdout).toContain('{"agents":[{"agent":"definitive-language","issues":1,"accepted":1')
  expect((await readFile(done.path('reviewed.pdf'))).subarray(0, 5).toString()).toBe('%PDF-')
})

test.skipIf(!has('curl'))('the commands of the page of the API do the whole loop', async () => {
  await using done = await follow(async (url) => {
    const page = await (await fetch(`${url}/api`)).text()
    const [, commands = ''] = /<section id="loop">.*?<pre[^>]*>(.*?)<\/pre>/s.exec(page) ?? []
    return commands.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&')
  })
  expect(done.stdout).toContain('data: {"type":"complete","state":"done"}')
  expect(done.stdout).toContain('"status":"accepted","version":1')
  expect(done.stdout).toContain('{"agents":[{"agent":"definitive-language","issues":1,"accepted":1')
})

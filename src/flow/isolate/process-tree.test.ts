import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { treeOf } from './process-tree.ts'

const run = promisify(execFile)

test('a process has those below it in its tree', async () => {
  const own = treeOf(process.ppid)
  expect(own).toContain(process.pid)
})

test.skipIf(process.platform !== 'linux')(
  'a tree cannot be told while no file can be opened, and nothing is thrown',
  async () => {
    const file = fileURLToPath(new URL('./process-tree.ts', import.meta.url))
    const script = `import { openSync } from 'node:fs'
      const { treeOf } = await import(${JSON.stringify(file)})
      try { for (;;) openSync('/dev/null') } catch {}
      console.log(treeOf(process.pid))`
    const node = `exec "$0" --conditions=proofloop-source --input-type=module -e "$1"`
    const args = ['-c', `ulimit -n 64; ${node}`, process.execPath, script]
    const { stdout } = await run('/bin/sh', args)
    expect(stdout).toBe('null\n')
  },
)

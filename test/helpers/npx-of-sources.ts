import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { root } from './guide-steps.ts'
import { nodeEnv } from './node-env.ts'

/** Runs the sources, as `npx proofloop` runs what is installed. */
const npx = `#!/bin/sh
shift
export NODE_COMPILE_CACHE='${nodeEnv.NODE_COMPILE_CACHE ?? ''}'
exec '${process.execPath}' --conditions=proofloop-source '${path.join(root, 'src/cli/main.ts')}' "$@"
`

/** @param folder where `bin/npx` is made @returns the PATH on which it and this node come first */
export async function npxOfSources(folder: string): Promise<string> {
  const bin = path.join(folder, 'bin')
  await mkdir(bin)
  await writeFile(path.join(bin, 'npx'), npx)
  await chmod(path.join(bin, 'npx'), 0o755)
  return [bin, path.dirname(process.execPath), process.env['PATH']].join(':')
}

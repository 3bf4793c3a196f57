import path from 'node:path'
import { writeWholeFile } from '../../lib/write-whole-file.ts'
import { printable } from '../../lib/printable.ts'
import { bundleHere, printBundle } from '../bundle-here.ts'
import type { Io } from '../io.ts'

export type BundleOptions = {
  flow?: string
  paragraphsPerChunk: number
  /** A file that is written. */
  to?: string
  json?: boolean
}

/**
 * Lists what `evaluate --server` sends of a flow, and writes it to a file if that is asked for.
 * @returns 0; what goes wrong is thrown
 */
export async function bundle(options: BundleOptions, io: Io): Promise<number> {
  const { to, json = false } = options
  const made = await bundleHere(options, io)
  if (to !== undefined) {
    const text = Buffer.from(made.packed.bytes).toString('utf8')
    await writeWholeFile(path.resolve(io.cwd, to), text, { name: to, code: 'bundle-not-written' })
    io.stderr.write(`Written: ${printable(to)}\n`)
  }
  printBundle(made, { ...io, json })
  return 0
}

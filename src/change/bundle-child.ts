import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { bundleFlow, packBundle } from '../flow/bundle.ts'
import { UserFacingError } from '../lib/errors.ts'
import { type BundleProblem, problemCode, resultFile } from './bundle-protocol.ts'

/** Paragraphs that an agent sees at once. */
const paragraphsPerChunk = 32

/** Runs behind walls, with what a change brings along: `node bundle-child.ts FOLDER`. */
async function bundleAlone(folder: string): Promise<void> {
  const result = path.join(tmpdir(), resultFile)
  try {
    const bundle = await bundleFlow(folder, { paragraphsPerChunk })
    await writeFile(result, packBundle(bundle).bytes)
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error
    const problem: BundleProblem = { code: error.code, message: error.message }
    await writeFile(result, JSON.stringify(problem))
    process.exitCode = problemCode
  }
}

await bundleAlone(process.argv[2] ?? '.')

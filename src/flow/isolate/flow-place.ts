import { chmod, chown, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { FlowContent } from '../../schema/flow-manifest.ts'
import { runtimeFiles } from './runtime.ts'
import type { Place } from './walls.ts'

/** What of a flow runs in its process: of a bundle, or of a version that is kept. */
export type IsolatedContent = Pick<FlowContent, 'agents' | 'paragraphsPerChunk' | 'code'>

/**
 * Lays a flow out for its process, in a folder that only this process and `user` may read.
 * @param user number of the user whose process reads it; null: ours
 */
export async function layOutFlow(
  content: Pick<IsolatedContent, 'agents' | 'code'>,
  user: number | null,
): Promise<Pick<Place, 'flow' | 'root'> & AsyncDisposable> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'proofloop-isolated-')))
  const place = { flow: path.join(folder, 'flow'), root: path.join(folder, 'root') }
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    await mkdir(place.root)
    await writeAll(place.flow, await filesOf(content))
    await open(folder, user)
    return { ...place, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

async function filesOf({
  agents,
  code,
}: Pick<IsolatedContent, 'agents' | 'code'>): Promise<[string, string][]> {
  return [
    ...Object.entries(await runtimeFiles()),
    ...agents.flatMap(({ name, files }) =>
      files.map((file): [string, string] => [`agents/${name}/${file.name}`, file.text]),
    ),
    ...(code ? ([['flow.mjs', code.text]] satisfies [string, string][]) : []),
  ]
}

async function writeAll(folder: string, files: [string, string][]): Promise<void> {
  for (const [name, text] of files) {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), { recursive: true, mode: 0o755 })
    await writeFile(file, text, { mode: 0o644 })
  }
}

/** Its folder stays ours, and its group is the user's: who reads it writes nothing in it. */
async function open(folder: string, user: number | null): Promise<void> {
  if (user === null) return
  await chown(folder, process.getuid?.() ?? 0, user)
  await chmod(folder, 0o750)
}

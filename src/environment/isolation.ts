import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { codeOf } from '../lib/write-whole-file.ts'

const run = promisify(execFile)

/** How well a process can be kept from network and files on this machine; `by` is the program. */
export type IsolationLevel =
  | { level: 'os'; by: string; why: null }
  /** `why`: a sentence. */
  | { level: 'process'; by: null; why: string }

/** The better one first; each runs a command without network, which only namespaces can do. */
const ways = [
  { by: 'bwrap', arguments: ['--unshare-all', '--die-with-parent', '--ro-bind', '/', '/'] },
  { by: 'unshare', arguments: ['--user', '--map-root-user', '--net', '--'] },
]

/**
 * Tries it, since what is installed may be forbidden.
 * @param searchPath where programs are looked for, as PATH has it
 */
export async function availableIsolation(
  searchPath: string,
  signal: AbortSignal,
): Promise<IsolationLevel> {
  const failures: string[] = []
  for (const way of ways) {
    try {
      const options = { env: { PATH: searchPath }, signal, timeout: 5000 }
      await run(way.by, [...way.arguments, 'true'], options)
      return { level: 'os', by: way.by, why: null }
    } catch (error) {
      if (signal.aborted) throw error
      failures.push(
        `${way.by} ${codeOf(error) === 'ENOENT' ? 'is not installed' : 'is not allowed'}`,
      )
    }
  }
  return { level: 'process', by: null, why: `${failures.join(', and ')}.` }
}

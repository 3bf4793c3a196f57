import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { ChangeSettings } from '../schema/change-settings.ts'
import { isTooLong } from './git/names.ts'
import type { ChangedFile } from './repository.ts'

/** Others get their turn in between: a change may have any number of files. */
const filesATurn = 20

/**
 * Of the files of a change those that decide how changes are judged: the globs of the policy, and tests of the flow
 * that are taken away where no other one is added or changed. Without any it would pass its functional tests.
 */
export async function policyFilesOf(
  files: readonly ChangedFile[],
  { policy, folder }: Pick<ChangeSettings, 'policy' | 'folder'>,
): Promise<string[]> {
  const tests = path.posix.join(folder, 'tests', '**', '*.test.?(c|m)[jt]s')
  const seen = []
  for (const [n, file] of files.entries()) {
    if (n % filesATurn === 0) await setImmediate()
    // One that nobody can write is not gone through: it counts.
    const isPolicy = isTooLong(file.path) || policy.some((glob) => matches(file.path, glob))
    seen.push({ ...file, isPolicy, isTest: !isTooLong(file.path) && matches(file.path, tests) })
  }
  const keepsTests = seen.some(({ isTest, status }) => isTest && status !== 'removed')
  return seen
    .filter(({ isPolicy, isTest }) => isPolicy || (isTest && !keepsTests))
    .map((file) => file.path)
}

/** Names that begin with a dot are names like others. */
function matches(file: string, glob: string): boolean {
  return path.posix.matchesGlob(plain(file), plain(glob))
}

function plain(name: string): string {
  return name.replaceAll(/(^|[/{,])\./gu, '$1\u0001')
}

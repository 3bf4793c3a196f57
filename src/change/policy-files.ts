import path from 'node:path'
import type { ChangeSettings } from '../schema/change-settings.ts'
import type { ChangedFile } from './repository.ts'

/**
 * Of the files of a change those that decide how changes are judged: the globs of the policy, and tests of the flow
 * that are taken away where no other one is added or changed. Without any it would pass its functional tests.
 */
export function policyFilesOf(
  files: readonly ChangedFile[],
  { policy, folder }: Pick<ChangeSettings, 'policy' | 'folder'>,
): string[] {
  const tests = path.posix.join(folder, 'tests', '**', '*.test.?(c|m)[jt]s')
  const isTest = ({ path: name }: ChangedFile): boolean => matches(name, tests)
  const keepsTests = files.some((file) => file.status !== 'removed' && isTest(file))
  const isRemovedTest = (file: ChangedFile): boolean =>
    !keepsTests && file.status === 'removed' && isTest(file)
  return files
    .filter((file) => policy.some((glob) => matches(file.path, glob)) || isRemovedTest(file))
    .map((file) => file.path)
}

/** Names that begin with a dot are names like others. */
function matches(file: string, glob: string): boolean {
  return path.posix.matchesGlob(plain(file), plain(glob))
}

function plain(name: string): string {
  return name.replaceAll(/(^|[/{,])\./gu, '$1\u0001')
}

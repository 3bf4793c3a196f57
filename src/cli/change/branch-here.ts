import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { UserFacingError } from '../../lib/errors.ts'
import type { Io } from '../io.ts'

const execute = promisify(execFile)

/**
 * The branch that is named, or the one that is checked out, with the first line of its newest commit where
 * this machine has it.
 * @throws UserFacingError branch-missing
 */
export async function branchHere(
  named: string | undefined,
  io: Pick<Io, 'cwd' | 'env' | 'signal'>,
): Promise<{ branch: string; title?: string }> {
  const branch = named ?? (await git(['branch', '--show-current'], io))
  if (branch === null || branch === '') {
    throw new UserFacingError(
      'branch-missing',
      'No branch is checked out here. Name one with --branch, or a draft with --draft.',
    )
  }
  const title = await git(['log', '-1', '--format=%s', `refs/heads/${branch}`, '--'], io)
  return title === null || title === '' ? { branch } : { branch, title: title.slice(0, 200) }
}

/** Null: there is no git, no repository or no such branch. The server looks at what it has itself. */
async function git(
  args: string[],
  { cwd, env, signal }: Pick<Io, 'cwd' | 'env' | 'signal'>,
): Promise<string | null> {
  try {
    const { stdout } = await execute('git', args, { cwd, env, signal })
    return stdout.trim()
  } catch {
    signal.throwIfAborted()
    return null
  }
}
